"""Decade 2, registers (ANSI C12.19 tables 20 to 28)."""

from __future__ import annotations

from typing import Any

from fieldpro.simulator.phases import Instant
from fieldpro.simulator.registers import Block, Snapshot
from fieldpro.simulator.specs import demand_spec
from fieldpro.simulator.tables.moment import Moment, Values


def limits(moment: Moment) -> Values:
    """ST20 and ST21."""
    registers = moment.description.registers
    return {
        "REG_FUNC1_FLAGS": {
            "SEASON_INFO_FIELD_FLAG": bool(moment.description.calendar.seasons),
            "DATE_TIME_FIELD_FLAG": True,
            "DEMAND_RESET_CTR_FLAG": True,
            "DEMAND_RESET_LOCK_FLAG": False,
            "CUM_DEMAND_FLAG": True,
            "CONT_CUM_DEMAND_FLAG": True,
            "TIME_REMAINING_FLAG": True,
        },
        "REG_FUNC2_FLAGS": {
            "SELF_READ_INHIBIT_OVERFLOW_FLAG": False,
            "SELF_READ_SEQ_NBR_FLAG": True,
            "DAILY_SELF_READ_FLAG": registers.daily_self_read,
            "WEEKLY_SELF_READ_FLAG": False,
            "SELF_READ_DEMAND_RESET": 0,
        },
        "NBR_SELF_READS": registers.self_reads,
        "NBR_SUMMATIONS": len(registers.summations),
        "NBR_DEMANDS": len(registers.demands),
        "NBR_COIN_VALUES": len(registers.coincidents),
        "NBR_OCCUR": 1,
        "NBR_TIERS": registers.tiers,
        "NBR_PRESENT_DEMANDS": len(registers.present_demands),
        "NBR_PRESENT_VALUES": len(registers.present_values),
    }


def selection(moment: Moment) -> Values:
    """ST22: every demand is a maximum."""
    description = moment.description
    registers = description.registers
    number = description.source_number
    return {
        "SUMMATION_SELECT": [number(name) for name in registers.summations],
        "DEMAND_SELECT": [number(name) for name in registers.demands],
        "MIN_OR_MAX_FLAGS": tuple(range(len(registers.demands))),
        "COINCIDENT_SELECT": [number(pair.source) for pair in registers.coincidents],
        "COIN_DEMAND_ASSOC": [registers.demands.index(pair.with_) for pair in registers.coincidents],
    }


def _block(moment: Moment, block: Block) -> Values:
    registers = moment.description.registers
    return {
        "SUMMATIONS": [
            moment.ni1(moment.register_value(name, pulses))
            for name, pulses in zip(registers.summations, block.sums, strict=True)
        ],
        "DEMANDS": [
            {
                "EVENT_TIME": [
                    moment.no_time("STIME_DATE") if demand.occurred is None else moment.short_time(demand.occurred)
                ],
                "CUM_DEMAND": moment.ni1(moment.scaled(name, demand.cumulative)),
                "CONT_CUM_DEMAND": moment.ni1(moment.scaled(name, demand.continuous)),
                "DEMAND": [moment.ni2(moment.scaled(name, demand.maximum))],
            }
            for name, demand in zip(registers.demands, block.demands, strict=True)
        ],
        "COINCIDENTS": [
            {"COINCIDENT_VALUES": [moment.ni2(moment.scaled(pair.source, value))]}
            for pair, value in zip(registers.coincidents, block.coincidents, strict=True)
        ],
    }


def _data(moment: Moment, snapshot: Snapshot) -> Values:
    return {
        "NBR_DEMAND_RESETS": snapshot.resets,
        "TOT_DATA_BLOCK": _block(moment, snapshot.total),
        "TIER_DATA_BLOCK": [_block(moment, tier) for tier in snapshot.tiers],
    }


def _info(moment: Moment, snapshot: Snapshot | None) -> Values:
    ended: Any = moment.no_time("STIME_DATE") if snapshot is None else moment.short_time(snapshot.local)
    values: Values = {"END_DATE_TIME": ended}
    if moment.description.calendar.seasons:
        values["SEASON"] = 0 if snapshot is None else snapshot.season
    return values


def _empty(moment: Moment) -> Values:
    """Registers that have not been recorded yet: those at the installation."""
    return _data(moment, moment.body.snapshot(moment.life.cleared))


def current(moment: Moment) -> Values:
    """ST23."""
    return _data(moment, moment.body.snapshot(moment.now))


def _previous(moment: Moment, at: float | None) -> Values:
    if at is None:
        return {"REGISTER_INFO": _info(moment, None), "REGISTER_DATA": _empty(moment)}
    snapshot = moment.body.registers.snapshot(at, before_reset=True)
    return {"REGISTER_INFO": _info(moment, snapshot), "REGISTER_DATA": _data(moment, snapshot)}


def previous_season(moment: Moment) -> Values:
    """ST24."""
    return _previous(moment, moment.life.last_season_change(moment.now))


def previous_reset(moment: Moment) -> Values:
    """ST25: as the registers stood just before the last demand reset."""
    resets = moment.life.demand_resets(moment.now)
    return _previous(moment, resets[-1] if resets else None)


def self_reads(moment: Moment) -> Values:
    """ST26: a circular list, the n-th reading in element n modulo its length."""
    size = moment.description.registers.self_reads
    readings = moment.life.self_readings(moment.now)
    kept = list(enumerate(readings))[-size:]
    entries: list[Values | None] = [None] * size
    for sequence, at in kept:
        snapshot = moment.body.registers.snapshot(at, before_reset=True)
        entries[sequence % size] = {
            "SELF_READ_SEQ_NBR": sequence & 0xFFFF,
            "REGISTER_INFO": _info(moment, snapshot),
            "REGISTER_DATA": _data(moment, snapshot),
        }
    if len(kept) < size:
        empty = {
            "SELF_READ_SEQ_NBR": 0,
            "REGISTER_INFO": _info(moment, None),
            "REGISTER_DATA": _empty(moment),
        }
        entries = [empty if entry is None else entry for entry in entries]
    last = max(len(readings) - 1, 0)
    unread = moment.body.unread("self-reads", len(readings))
    return {
        "LIST_STATUS": list_status(circular=True, overflowed=unread > size),
        "NBR_VALID_ENTRIES": len(kept),
        "LAST_ENTRY_ELEMENT": last % size,
        "LAST_ENTRY_SEQ_NBR": last & 0xFFFF,
        "NBR_UNREAD_ENTRIES": min(unread, size),
        "SELF_READS_ENTRIES": entries,
    }


def list_status(*, circular: bool, overflowed: bool, newest_first: bool = False) -> Values:
    return {
        "ORDER_FLAG": newest_first,
        "OVERFLOW_FLAG": overflowed,
        "LIST_TYPE_FLAG": circular,
        "INHIBIT_OVERFLOW_FLAG": False,
    }


def present_selection(moment: Moment) -> Values:
    """ST27."""
    registers, number = moment.description.registers, moment.description.source_number
    return {
        "PRESENT_DEMAND_SELECT": [number(name) for name in registers.present_demands],
        "PRESENT_VALUE_SELECT": [number(name) for name in registers.present_values],
    }


def present(moment: Moment) -> Values:
    """ST28: the demand of the interval that runs, and what is measured at this moment."""
    registers = moment.description.registers
    demands = []
    for name in registers.present_demands:
        now = moment.body.registers.present_demand(demand_spec(moment.description, name), moment.now)
        demands.append(
            {
                "TIME_REMAINING": moment.time_of_day(now.remaining_s),
                "DEMAND_VALUE": moment.ni2(moment.scaled(name, now.value)),
            }
        )
    instant = moment.body.instant(moment.now)
    values = [moment.ni1(moment.scaled(name, _measured(moment, name, instant))) for name in registers.present_values]
    return {"PRESENT_DEMAND": demands, "PRESENT_VALUE": values}


def _measured(moment: Moment, name: str, instant: Instant) -> float:
    source = moment.source(name)
    phase = instant.phases["ABC".index(source.phase)] if source.phase else None
    match source.quantity:
        case "V":
            return phase.volts if phase else instant.phases[0].volts
        case "A":
            return phase.amps if phase else sum(each.amps for each in instant.phases)
        case "W":
            return phase.active_watts if phase else instant.active_watts
        case "var":
            return phase.reactive_vars if phase else instant.reactive_vars
        case "VA":
            return instant.apparent_volt_amps
        case "PF":
            return instant.power_factor
        case _:
            return instant.frequency
