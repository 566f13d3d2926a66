"""Decade 1, data sources (ANSI C12.19 tables 10 to 16): what every register and channel measures.

The k-th source that has a unit, a demand control or constants points at the k-th entry of ST12, ST13 or ST15.
"""

from __future__ import annotations

from fieldpro.simulator import parts
from fieldpro.simulator.specs import flow_of
from fieldpro.simulator.tables.moment import Moment, Values

_ELECTRICITY = 2


def _demands(moment: Moment) -> list[parts.Source]:
    return [source for source in moment.description.sources.values() if source.demand]


def _constants(moment: Moment) -> list[parts.Source]:
    return [source for source in moment.description.sources.values() if source.pulse_weight is not None]


def limits(moment: Moment) -> Values:
    """ST10 and ST11."""
    demand = moment.description.demand
    return {
        "SOURCE_FLAGS": {
            "PF_EXCLUDE_FLAG": demand.power_fail_recognition_s is not None,
            "RESET_EXCLUDE_FLAG": demand.reset_exclusion_min is not None,
            "BLOCK_DEMAND_FLAG": demand.block is not None,
            "SLIDING_DEMAND_FLAG": demand.rolling is not None,
            "THERMAL_DEMAND_FLAG": False,
            "SET1_PRESENT_FLAG": False,
            "SET2_PRESENT_FLAG": False,
            "CONVERSION_ALG_FLAG": False,
        },
        "NBR_UOM_ENTRIES": len(moment.description.sources),
        "NBR_DEMAND_CTRL_ENTRIES": len(_demands(moment)),
        "DATA_CTRL_LENGTH": 1,
        "NBR_DATA_CTRL_ENTRIES": len(_constants(moment)),
        "NBR_CONSTANTS_ENTRIES": len(_constants(moment)),
        "CONSTANTS_SELECTOR": _ELECTRICITY,
        "NBR_SOURCES": len(moment.description.sources),
    }


def units(moment: Moment) -> Values:
    """ST12, one entry a source."""
    return {
        "UOM_ENTRY": [
            {
                "ID_CODE": parts.QUANTITIES[source.quantity],
                "TIME_BASE": parts.TIME_BASES[source.base],
                "MULTIPLIER": parts.SCALES.index(source.scale),
                "Q1_ACCOUNTABILITY": 1 in source.quadrants,
                "Q2_ACCOUNTABILITY": 2 in source.quadrants,
                "Q3_ACCOUNTABILITY": 3 in source.quadrants,
                "Q4_ACCOUNTABILITY": 4 in source.quadrants,
                "NET_FLOW_ACCOUNTABILITY": source.net,
                "SEGMENTATION": parts.PHASES[source.phase],
                "HARMONIC": False,
                "ID_RESOURCE": 0,
                "NFS": False,
            }
            for source in moment.description.sources.values()
        ]
    }


def demand_control(moment: Moment) -> Values:
    """ST13. Where the meter can slide, a block is one sub-interval long."""
    demand = moment.description.demand
    values: Values = {}
    if demand.reset_exclusion_min is not None:
        values["RESET_EXCLUSION"] = demand.reset_exclusion_min
    if demand.power_fail_recognition_s is not None:
        values["P_FAIL_RECOGNTN_TM"] = demand.power_fail_recognition_s
        values["P_FAIL_EXCLUSION"] = demand.power_fail_exclusion_min
        values["COLD_LOAD_PICKUP"] = demand.cold_load_min
    intervals = []
    for source in _demands(moment):
        block_min = demand.block.interval_min if demand.block is not None else 0
        if demand.rolling is None:
            intervals.append({"INT_LENGTH": block_min})
        elif source.demand == "rolling":
            intervals.append({"SUB_INT": demand.rolling.subinterval_min, "INT_MULTIPLIER": demand.rolling.multiple})
        else:
            intervals.append({"SUB_INT": block_min, "INT_MULTIPLIER": 1})
    return {**values, "INTERVAL_VALUE": intervals}


def data_control(moment: Moment) -> Values:
    """ST14, one entry for each source of pulses: the number of the counter in the metering element, from 1."""
    return {"SOURCES_ID": [bytes([flow_of(source) + 1]) for source in _constants(moment)]}


def constants(moment: Moment) -> Values:
    """ST15: the watt-hours of a pulse."""
    return {
        "SELECTION": [
            {"MULTIPLIER": moment.ni1(source.pulse_weight or 1.0), "OFFSET": moment.ni1(0)}
            for source in _constants(moment)
        ]
    }


def sources(moment: Moment) -> Values:
    """ST16."""
    return {
        "SOURCES_LINK": [
            {
                "UOM_ENTRY_FLAG": True,
                "DEMAND_CTRL_FLAG": bool(source.demand),
                "DATA_CTRL_FLAG": source.pulse_weight is not None,
                "CONSTANTS_FLAG": source.pulse_weight is not None,
                "PULSE_ENGR_FLAG": source.engineering,
                "CONSTANT_TO_BE_APPLIED": source.pulse_weight is not None,
            }
            for source in moment.description.sources.values()
        ]
    }
