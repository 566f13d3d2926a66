"""The virtual meters' own manufacturer tables (resources/dictionary/overlays/fieldpro-virtual.c1219)."""

from __future__ import annotations

from fieldpro.simulator.specs import flow_weights
from fieldpro.simulator.switch import Cause, LoadLimit
from fieldpro.simulator.tables.moment import Moment, Values

_OUTAGES_KEPT = 10
_VOLTAGE_PRESENT = 0.1  # of the nominal voltage


def configuration(moment: Moment) -> Values:
    """MT0."""
    description = moment.description
    return {
        "KIND": description.name,
        "SEED": description.seed,
        "FORM": description.form,
        "NBR_PHASES": description.nameplate.elements,
        "NOMINAL_VOLTS": description.nameplate.nominal_volts,
        "PULSE_WEIGHT": flow_weights(description)[0],
        "NBR_OUTAGES_KEPT": _OUTAGES_KEPT,
    }


def instantaneous(moment: Moment) -> Values:
    """MT1."""
    now = moment.body.instant(moment.now)
    return {
        "READ_TIME": moment.long_time(moment.local),
        "FREQUENCY": now.frequency,
        "PHASES": [
            {
                "VOLTS": phase.volts,
                "VOLT_ANGLE": phase.volt_angle,
                "AMPS": phase.amps,
                "AMP_ANGLE": phase.amp_angle,
                "ACTIVE_POWER": phase.active_watts,
                "REACTIVE_POWER": phase.reactive_vars,
            }
            for phase in now.phases
        ],
        "ACTIVE_POWER": now.active_watts,
        "REACTIVE_POWER": now.reactive_vars,
        "APPARENT_POWER": now.apparent_volt_amps,
        "POWER_FACTOR": now.power_factor,
    }


def switch_status(moment: Moment) -> Values:
    """MT3."""
    switch = moment.body.switch
    assert switch is not None, "served only by meters with a switch"
    line = moment.body.instant(moment.now).phases[0].volts
    volts = switch.load_side_volts(line)
    changed = switch.changed_at
    return {
        "STATE": int(switch.state),
        "CAUSE": int(switch.cause),
        "SWITCH_FLAGS": {
            "LOAD_SIDE_VOLTAGE_FLAG": volts > _VOLTAGE_PRESENT * moment.description.nameplate.nominal_volts,
            "FAULT_FLAG": switch.failed,
            "LIMIT_ON_FLAG": switch.limit.is_on,
            "LIMIT_TRIPPED_FLAG": not switch.is_conducting and switch.cause is Cause.LOAD_LIMIT,
        },
        "LOAD_SIDE_VOLTS": volts,
        "LAST_CHANGE": moment.no_time("LTIME_DATE")
        if changed is None
        else moment.long_time(moment.life.local_at(changed)),
        "NBR_OPERATIONS": switch.operations & 0xFFFF,
        "NBR_TRIPS": min(switch.trips, 255),
    }


def load_limit(moment: Moment) -> Values:
    """MT4 as delivered."""
    part = moment.description.switch
    assert part is not None, "served only by meters with a switch"
    limit = LoadLimit.described(part.limit)
    return {
        "LIMIT_FLAGS": {"LIMIT_ON_FLAG": limit.is_on},
        "THRESHOLD": limit.threshold_watts,
        "DURATION": limit.duration_s,
        "POLICY": int(limit.policy),
        "RECONNECT_DELAY": limit.reconnect_s,
        "MOST_TRIPS": limit.most_trips,
    }


def outages(moment: Moment) -> Values:
    """MT2, newest first."""
    over = [outage for outage in moment.life.outages if outage.end <= moment.now]
    newest = [
        {"START_TIME": moment.long_time(moment.life.local_at(outage.start)), "DURATION": round(outage.seconds)}
        for outage in reversed(over[-_OUTAGES_KEPT:])
    ]
    blank = {"START_TIME": moment.no_time("LTIME_DATE"), "DURATION": 0}
    return {
        "NBR_OUTAGES": len(over),
        "OUTAGE_SECONDS": round(sum(outage.seconds for outage in over)),
        "NBR_VALID": len(newest),
        "OUTAGES": newest + [blank] * (_OUTAGES_KEPT - len(newest)),
    }
