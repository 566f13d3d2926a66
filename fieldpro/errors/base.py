"""The root of every error, and how an error carries its data."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar


@dataclass(eq=False)
class FieldProError(Exception):
    """The root. `code` names the kind of error; the dataclass fields say to what it happened."""

    code: ClassVar[str] = "error"

    def data(self) -> dict[str, Any]:
        """The fields by name, for `explain`, logs and JSON."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(self.data().values())

    def __str__(self) -> str:
        return ", ".join([self.code, *(f"{name}={value!r}" for name, value in self.data().items())])
