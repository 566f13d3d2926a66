"""Decade 6, load profile set 1 (ANSI C12.19 tables 60 to 64).

The n-th block since the profile's start lies in element n modulo the number of blocks (circular) or, where the newest
comes first, is pushed back by each new one. The block that runs is the newest; its end time is that of its last
interval, and what it has not recorded yet is zero.

    block: BLK_END_TIME | channels x (BLOCK_END_READ, BLOCK_END_PULSE) | intervals x (EXTENDED_INT_STATUS, values)
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fieldpro.c12.dictionary import Layout
from fieldpro.simulator.profile import Recorded, local_ends
from fieldpro.simulator.specs import flow_of
from fieldpro.simulator.tables.dtypes import node_dtype, write_numbers, write_short_times
from fieldpro.simulator.tables.moment import Moment, Values

_FORMAT_CODES = {"UINT8": 1, "UINT16": 2, "UINT32": 4}
_WIDTHS = {"UINT8": 1, "UINT16": 2, "UINT32": 4}
_FORMAT_FLAGS = (
    "INV_UINT8_FLAG",
    "INV_UINT16_FLAG",
    "INV_UINT32_FLAG",
    "INV_INT8_FLAG",
    "INV_INT16_FLAG",
    "INV_INT32_FLAG",
    "INV_NI_FMAT1_FLAG",
    "INV_NI_FMAT2_FLAG",
)
_FLAGS = (
    "LP_SET1_INHIBIT_OVF_FLAG",
    "LP_SET2_INHIBIT_OVF_FLAG",
    "LP_SET3_INHIBIT_OVF_FLAG",
    "LP_SET4_INHIBIT_OVF_FLAG",
    "BLK_END_READ_FLAG",
    "BLK_END_PULSE_FLAG",
    "SCALAR_DIVISOR_FLAG_SET1",
    "SCALAR_DIVISOR_FLAG_SET2",
    "SCALAR_DIVISOR_FLAG_SET3",
    "SCALAR_DIVISOR_FLAG_SET4",
    "EXTENDED_INT_STATUS_FLAG",
    "SIMPLE_INT_STATUS_FLAG",
    "BLK_END_RD_INDICATOR_FLAG",
)
_STIME_BYTES = (0, 5, 5, 4, 4)
_NI_BYTES = (8, 4, 12, 6, 4, 6, 4, 3, 4, 5, 6, 8, 8, 21)


def _memory(moment: Moment) -> int:
    """Bytes of ST64."""
    profile, form = moment.description.load_profile, moment.description.format
    channels = len(profile.channels)
    reading = _NI_BYTES[form.ni_format1] * profile.block_end_readings + 4 * profile.block_end_pulses
    status = channels // 2 + 1 if profile.extended_status else 0
    interval = status + channels * _WIDTHS[profile.format]
    return profile.blocks * (_STIME_BYTES[form.time] + channels * reading + profile.intervals * interval)


def limits(moment: Moment) -> Values:
    """ST60 and ST61."""
    profile = moment.description.load_profile
    on = {
        "BLK_END_READ_FLAG": profile.block_end_readings,
        "BLK_END_PULSE_FLAG": profile.block_end_pulses,
        "EXTENDED_INT_STATUS_FLAG": profile.extended_status,
    }
    return {
        "LP_MEMORY_LEN": _memory(moment),
        "LP_FLAGS": {name: on.get(name, False) for name in _FLAGS},
        "LP_FMATS": {name: name == f"INV_{profile.format}_FLAG" for name in _FORMAT_FLAGS},
        "NBR_BLKS_SET1": profile.blocks,
        "NBR_BLK_INTS_SET1": profile.intervals,
        "NBR_CHNS_SET1": len(profile.channels),
        "MAX_INT_TIME_SET1": profile.interval_min,
    }


def control(moment: Moment) -> Values:
    """ST62."""
    description = moment.description
    profile = description.load_profile
    return {
        "LP_SEL_SET1": [
            {
                "CHNL_FLAG": {"END_RDG_FLAG": profile.block_end_readings or profile.block_end_pulses},
                "LP_SOURCE_SELECT": description.source_number(channel.source),
                "END_BLK_RDG_SOURCE_SELECT": description.source_number(channel.end_reading),
            }
            for channel in profile.channels
        ],
        "INT_FMT_CDE1": _FORMAT_CODES[profile.format],
    }


def _valid_blocks(moment: Moment, recorded: Recorded) -> int:
    return -(-len(recorded) // moment.description.load_profile.intervals)


def status(moment: Moment) -> Values:
    """ST63."""
    profile = moment.description.load_profile
    recorded = moment.body.profile(moment.now)
    valid = _valid_blocks(moment, recorded)
    newest = max(recorded.first_block + valid - 1, 0)
    in_last = len(recorded) - (valid - 1) * profile.intervals if valid else 0
    unread = moment.body.unread("profile", recorded.first_block + valid)
    return {
        "LP_STATUS_SET1": {
            "LP_SET_STATUS_FLAGS": {
                "BLOCK_ORDER_FLAG": profile.order == "descending",
                "OVERFLOW_FLAG": unread > profile.blocks,
                "LIST_TYPE_FLAG": profile.circular,
                "BLOCK_INHIBIT_OVERFLOW_FLAG": False,
                "INTERVAL_ORDER_FLAG": False,
                "ACTIVE_MODE_FLAG": not moment.body.profile_stopped(moment.now),
                "TEST_MODE_FLAG": False,
            },
            "NBR_VALID_BLOCKS": valid,
            "LAST_BLOCK_ELEMENT": _places(moment, recorded, valid)[-1] if valid else 0,
            "LAST_BLOCK_SEQ_NBR": newest,
            "NBR_UNREAD_BLOCKS": min(unread, profile.blocks),
            "NBR_VALID_INT": in_last,
        }
    }


def _places(moment: Moment, recorded: Recorded, valid: int) -> list[int]:
    """In which element each block lies, oldest first."""
    profile = moment.description.load_profile
    if profile.order == "descending":
        return list(range(valid - 1, -1, -1))
    if profile.circular:
        return [(recorded.first_block + block) % profile.blocks for block in range(valid)]
    return list(range(valid))


def data(moment: Moment, layout: Layout) -> bytes:
    """ST64, all blocks at once: the layout of one block as a NumPy type, filled column by column."""
    profile, description = moment.description.load_profile, moment.description
    recorded = moment.body.profile(moment.now)
    valid = _valid_blocks(moment, recorded)
    blocks: NDArray[Any] = np.zeros(profile.blocks, dtype=node_dtype(layout.node("LP_DATA_SET1[0]")))
    channels = len(profile.channels)
    whole = valid * profile.intervals
    filled = np.zeros(valid, dtype=blocks.dtype)

    pulses = np.zeros((whole, channels), dtype=np.int64)
    pulses[: len(recorded)] = recorded.pulses
    filled["LP_INT"]["INT_DATA"] = pulses.reshape(valid, profile.intervals, channels)
    if profile.extended_status:
        width = channels // 2 + 1
        nibbles = np.zeros((whole, 2 * width), dtype=np.uint8)
        nibbles[: len(recorded), 0] = recorded.flags
        nibbles[: len(recorded), 1 : channels + 1] = recorded.status
        packed = nibbles[:, 0::2] << 4 | nibbles[:, 1::2]
        filled["LP_INT"]["EXTENDED_INT_STATUS"] = packed.reshape(valid, profile.intervals, width)
    last = np.minimum(np.arange(1, valid + 1) * profile.intervals, len(recorded)) - 1
    ends = local_ends(moment.life, recorded.ends_standard[last], recorded.flags[last])
    write_short_times(filled["BLK_END_TIME"], ends, layout.formats)
    for number, channel in enumerate(profile.channels):
        source = description.sources[channel.end_reading]
        counted = recorded.readings[:, flow_of(source)]
        if profile.block_end_pulses:
            filled["END_READINGS"]["BLOCK_END_PULSE"][:, number] = counted & 0xFFFF_FFFF
        if profile.block_end_readings:
            values = [moment.ni1(moment.register_value(channel.end_reading, pulse)) for pulse in counted.tolist()]
            write_numbers(filled["END_READINGS"]["BLOCK_END_READ"][:, number], values, layout.formats)
    blocks[_places(moment, recorded, valid)] = filled
    return blocks.tobytes()
