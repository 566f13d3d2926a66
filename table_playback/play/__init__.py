"""Playing tapes to a meter: a plan, a conversation that plays it, a verdict for each step.

made = plan(tape, first=120)                       or only=7, several tapes, any_meter=True ...
rights(made)                                       what the user must be allowed to do
session.run(play(made, speed=1.0, allow=guard.require, confirm=..., journal=..., on_step=...))  -> PlayResult
finish(result, heard)                              once the session is closed
"""

from table_playback.play.fit import check_fit, owner
from table_playback.play.pace import ACCURACY
from table_playback.play.plan import PlayPlan, plan
from table_playback.play.player import play
from table_playback.play.rights import changes_meter, right_to_write, rights
from table_playback.play.session_talk import finish
from table_playback.play.verdicts import PlayResult, StepResult, Timing, Verdict
from table_playback.play.writes import Confirm, PlannedWrite

__all__ = [
    "ACCURACY",
    "Confirm",
    "PlannedWrite",
    "PlayPlan",
    "PlayResult",
    "StepResult",
    "Timing",
    "Verdict",
    "changes_meter",
    "check_fit",
    "finish",
    "owner",
    "plan",
    "play",
    "right_to_write",
    "rights",
]
