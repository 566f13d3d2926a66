"""A session plan kept within what a device profile says of a make of meter's port."""

from __future__ import annotations

from dataclasses import replace

from fieldpro.c12.link import C12_18
from fieldpro.meter.device_profile import LinkLimits
from fieldpro.session.plan import SessionPlan

TIMES = ("inter_character_s", "response_s", "traffic_s", "turn_round_s")


def within(plan: SessionPlan, limits: LinkLimits) -> SessionPlan:
    """The plan with rate and packets no greater than the limits, and the limits' times where they are given."""
    times = {name: getattr(limits, name) for name in TIMES if getattr(limits, name) is not None}
    rates = [rate for rate in (plan.max_baud, limits.max_baud) if rate is not None]
    return replace(
        plan,
        max_baud=min(rates, default=None),
        packet_size=min(plan.packet_size, limits.packet_size or plan.packet_size),
        packet_count=min(plan.packet_count, limits.packet_count or plan.packet_count),
        negotiate=plan.negotiate and limits.negotiate,
        timing=replace(plan.timing or C12_18, **times) if times else plan.timing,
    )
