"""Which rights a plan needs, so that the faces can ask the guard before anything is sent.

for right in rights(plan, tables=tables, profile=profile): guard.require(Right(right), identity)
"""

from __future__ import annotations

from fieldpro.meter.device_profile import DeviceProfile
from fieldpro.meter.procedures import note_of
from fieldpro.secret import holds_secrets
from fieldpro.security.rights import Right
from table_playback.play.plan import PENDING, PlayPlan, is_call, procedure_of


def rights(plan: PlayPlan, *, profile: DeviceProfile | None = None, big_endian: bool = False) -> tuple[str, ...]:
    """The names of the rights (`fieldpro.security.rights.Right`) that playing this takes; reading comes first.

    profile: what is known of the make's own procedures; until it is there, they count as ones nobody knows.
    """
    needed: dict[str, None] = {Right.READ: None}
    for table in sorted(plan.written):
        needed[right_to_write(table, profile)] = None
    if plan.has_unknown:
        needed[Right.PROGRAM_WRITE] = None
    for _, step in plan.survey.changing:
        if is_call(step):
            number = procedure_of(step, big_endian=big_endian)
            if number is not None:
                needed[note_of(number, profile).right] = None
    return tuple(str(right) for right in needed)


def changes_meter(plan: PlayPlan) -> bool:
    """Whether anything but reading is in it."""
    return bool(plan.survey.changing)


def right_to_write(table: int, profile: DeviceProfile | None = None) -> Right:
    """The right that a write to a table takes, by what it holds."""
    bare = table % PENDING
    if holds_secrets(bare):
        return Right.SECURITY_TABLES
    limit = profile.switch.limit if profile is not None and profile.switch is not None else None
    if limit is not None and bare == limit.table:
        return Right.LOAD_LIMIT
    return Right.PENDING if table >= PENDING else Right.PROGRAM_WRITE
