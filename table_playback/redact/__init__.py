"""Secrets and identifiers out of a tape, as it is recorded or afterwards.

redact(tape, ["passwords", "keys", "identifiers", "UTIL_INFO_TBL.MISC_ID"]) -> Tape      it still plays
groups()      the named groups of elements, as `resources/playback/identifiers.toml` has them
"""

from table_playback.redact.redaction import redact
from table_playback.redact.wanted import CREDENTIALS, groups

__all__ = ["CREDENTIALS", "groups", "redact"]
