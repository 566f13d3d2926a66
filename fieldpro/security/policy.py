"""What is asked of the people who use the program, as data: the shipped policy, and the keys that a shop replaces.

The shop's file lies in the data folder and is as safe as the computer's own rights make it; who may not change it must
not be able to write there.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fieldpro import resources
from fieldpro.errors import FileError
from fieldpro.security.passwords import Passwords
from fieldpro.security.rights import Right
from fieldpro.security.users import LockOut

FILE = "policy.toml"
Seconds = Annotated[int, Field(ge=0, le=86_400)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PasswordPolicy(_Part):
    shortest: Annotated[int, Field(ge=4, le=64)]


class LockOutPolicy(_Part):
    free: Annotated[int, Field(ge=1, le=20)]
    first_s: Annotated[int, Field(ge=1, le=3600)]
    longest_s: Annotated[int, Field(ge=1, le=86_400)]


class AuthorisationPolicy(_Part):
    required: frozenset[Right]
    clock_slack_s: Seconds


class Policy(_Part):
    idle_lock_s: Seconds
    password: PasswordPolicy
    lock_out: LockOutPolicy
    authorisation: AuthorisationPolicy

    def needs_authorisation(self, right: Right) -> bool:
        return right in self.authorisation.required

    @property
    def for_users(self) -> tuple[Passwords, LockOut]:
        """What `Users` is made with."""
        lock_out = LockOut(self.lock_out.free, self.lock_out.first_s, self.lock_out.longest_s)
        return Passwords(shortest=self.password.shortest), lock_out


def load(folder: Path | None = None) -> Policy:
    """The policy in force: the shipped one with what the folder's `policy.toml` replaces. Raises `FileError`."""
    values = tomllib.loads(resources.text("security", FILE))
    path = folder / FILE if folder is not None else None
    if path is not None and path.exists():
        values = _merged(values, _read(path))
    try:
        return Policy.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise FileError(str(path or FILE), place, first["msg"], repr(first["input"])) from error


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise FileError(str(path), "the whole file", "TOML", str(problem)) from problem


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(base)
    for key, value in over.items():
        below = result.get(key)
        result[key] = _merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return result
