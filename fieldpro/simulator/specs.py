"""From a description to what the metering rooms work with: load shape, profile, registers, calendar."""

from __future__ import annotations

from fieldpro.simulator import parts
from fieldpro.simulator.calendar import Action, Calendar, Recurrence, day_number, switches
from fieldpro.simulator.describe import MeterDescription
from fieldpro.simulator.load import Flow, LoadShape
from fieldpro.simulator.profile import ProfileSpec
from fieldpro.simulator.registers import CoincidentSpec, DemandSpec, RegisterSpec

_LIMITS = {"UINT8": 0xFF, "UINT16": 0xFFFF, "UINT32": 0xFFFF_FFFF}
_DEFAULT_PULSE_WEIGHT = 1.0
DST_ON, DST_OFF, FIRST_SEASON, FIRST_SPECIAL = 1, 2, 3, 19  # calendar action codes


def flow_of(source: parts.Source) -> Flow:
    """Which energy a source counts. Reactive energy is delivered in quadrants 1 and 2, active in 1 and 4."""
    kind = source.quantity.removesuffix("h")
    if kind == "VA":
        return Flow.VAH
    if kind == "var":
        return Flow.VARH_DELIVERED if 1 in source.quadrants else Flow.VARH_RECEIVED
    return Flow.WH_DELIVERED if 1 in source.quadrants else Flow.WH_RECEIVED


def load_shape(description: MeterDescription) -> LoadShape:
    load = description.load
    return LoadShape(
        mean_watts=load.mean_watts,
        weekday=load.weekday,
        weekend=load.weekend,
        cooling=load.cooling,
        heating=load.heating,
        appliance_watts=load.appliance_watts,
        reactive=load.reactive,
        capacitor_vars=load.capacitor_vars,
        solar_watts=load.solar_watts,
        latitude_deg=load.latitude_deg,
        phases=description.nameplate.elements,
        zone_s=description.clock.zone_minutes * 60,
    )


def flow_weights(description: MeterDescription) -> tuple[float, ...]:
    """Wh of a pulse of each flow: what the sources of the profile say; the same for registers and profile."""
    weights = [_DEFAULT_PULSE_WEIGHT] * len(Flow)
    for source in description.sources.values():
        if source.pulse_weight is not None:
            weights[flow_of(source)] = source.pulse_weight
    return tuple(weights)


def profile_spec(description: MeterDescription) -> ProfileSpec:
    profile = description.load_profile
    return ProfileSpec(
        flows=tuple(flow_of(description.sources[channel.source]) for channel in profile.channels),
        interval_s=profile.interval_min * 60,
        intervals_per_block=profile.intervals,
        blocks=profile.blocks,
        limit=_LIMITS[profile.format],
        power_fail_s=float(description.demand.power_fail_recognition_s or 0),
    )


def demand_spec(description: MeterDescription, name: str) -> DemandSpec:
    source = description.sources[name]
    demand = description.demand
    if source.demand == "rolling" and demand.rolling is not None:
        step_s = demand.rolling.subinterval_min * 60
        return DemandSpec(flow_of(source), step_s * demand.rolling.multiple, step_s)
    interval_s = (demand.block.interval_min if demand.block is not None else 15) * 60
    return DemandSpec(flow_of(source), interval_s, interval_s)


def register_spec(description: MeterDescription) -> RegisterSpec:
    registers = description.registers
    return RegisterSpec(
        sums=tuple(flow_of(description.sources[name]) for name in registers.summations),
        demands=tuple(demand_spec(description, name) for name in registers.demands),
        coincidents=tuple(
            CoincidentSpec(flow_of(description.sources[pair.source]), registers.demands.index(pair.with_))
            for pair in registers.coincidents
        ),
        tiers=registers.tiers,
        exclusion_s=description.demand.power_fail_exclusion_min * 60.0,
    )


def starting_calendar(description: MeterDescription) -> Calendar:
    """The calendar as delivered. Daylight saving after the U.S. Energy Policy Act of 2005: from the second Sunday of
    March to the first of November, at two o'clock."""
    part = description.calendar
    recurring: list[Recurrence] = []
    if description.clock.dst:
        recurring.append(Recurrence(Action(DST_ON), month=3, day=8, offset=2, weekday=0))
        recurring.append(Recurrence(Action(DST_OFF), month=11, day=1, offset=2, weekday=0))
    for season in part.seasons:
        month, day = (int(word) for word in season.from_.split("-"))
        recurring.append(Recurrence(Action(FIRST_SEASON + season.season), month=month, day=day))
    if part.billing_day:
        action = Action(0, demand_reset=True, self_read=not description.registers.daily_self_read)
        recurring.append(Recurrence(action, month=13, day=part.billing_day))
    for holiday in part.holidays:
        recurring.append(
            Recurrence(
                Action(FIRST_SPECIAL + holiday.special),
                month=holiday.month,
                day=holiday.day,
                offset=parts.RULES[holiday.rule],
                weekday=holiday.weekday,
            )
        )
    return Calendar(
        recurring=tuple(recurring),
        one_off=tuple((day_number(entry.date), Action(FIRST_SPECIAL + entry.special)) for entry in part.one_off),
        switches=switches(
            [(switch.schedule, switch.at.hour * 60 + switch.at.minute, switch.tier) for switch in part.switches]
        ),
        day_schedules=tuple((each.saturday, each.sunday, each.weekday, *each.special) for each in part.schedules),
    )
