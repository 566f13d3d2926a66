"""A program as a TOML file that a person reads, writes and keeps under version control.

schema = 1
name = "commercial-tou"             the file's own name, without revision
title = "Commercial, time of use"
revision = 3
elements_total = 57                 optional: a file that was cut short is found by it
[for]                               the meters it is for; what is left out fits every one
device_class = "FPRO"
form = "9S"
edition = 2                         edition of C12.19: 1 = 1997, 2 = 2008
overlays = ["fieldpro-virtual"]
[fields.service_point]              filled in for each meter
title = "Service point"
element = "UTIL_INFO_TBL.SERVICE_POINT_ID"
[elements.UTIL_INFO_TBL]            a table, whole or in part
OWNER_NAME = "Springfield Power"
[elements]                          or an element by its dotted name; arrays by index or as lists
"PRI_DISP_LIST_TBL.PRI_DISP_SOURCES[2]" = 7
"PRI_DISP_LIST_TBL.PRI_DISP_LIST" = [{ ... }, { ... }]
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fieldpro.errors import FileError, UsageError
from fieldpro.meter.programs.model import SCHEMA, Blank, Program, Target
from fieldpro.meter.programs.paths import flatten, tree
from fieldpro.meter.programs.places import place_of

NAME = r"^[a-z0-9][a-z0-9-]*$"
_ELEMENTS = {
    "description": "Wanted values by table and element, in the names of ANSI C12.19",
    "patternProperties": {r"^[A-Z][A-Z0-9_]*(\.|\[|$)": {}},
    "additionalProperties": False,
}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TargetPart(_Part):
    """The meters a program is for; "*" and what is left out fit every one."""

    manufacturer: str = "*"
    model: str = "*"
    device_class: str = "*"
    form: Annotated[str, Field(description="As the nameplate writes it: 9S")] = "*"
    edition: Annotated[int, Field(ge=0, le=255, description="ANSI C12.19: 1 = 1997, 2 = 2008")] | None = None
    overlays: Annotated[tuple[str, ...], Field(description="Dictionary overlays, later ones over earlier ones")] = ()
    settings: Annotated[dict[str, int], Field(description="Values of the dictionary's profile keys")] = Field(
        default_factory=dict
    )


class FieldPart(_Part):
    """Something to fill in for each meter."""

    title: Annotated[str, Field(min_length=1)]
    element: Annotated[str, Field(min_length=1, description="The dotted name of the element it becomes")]
    example: str = ""
    required: bool = True
    secret: Annotated[bool, Field(description="A password or key: asked for, never kept in a file")] = False


class ProgramFile(_Part):
    """A FieldPro program: what a meter shall be told."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="FieldPro program")

    schema_version: Annotated[Literal[1], Field(alias="schema")]
    name: Annotated[str, Field(pattern=NAME, max_length=64)]
    title: str = ""
    revision: Annotated[int, Field(ge=1, le=1_000_000)]
    note: str = ""
    elements_total: (
        Annotated[int, Field(ge=0, description="At least so many elements: a file cut short is found by it")] | None
    ) = None
    target: Annotated[TargetPart, Field(alias="for")] = TargetPart()
    fields: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], FieldPart] = Field(default_factory=dict)
    elements: Annotated[dict[str, Any], Field(json_schema_extra=_ELEMENTS)] = Field(default_factory=dict)


def load(text: str, path: str) -> Program:
    """A program from the text of its file. Raises `FileError` with the line or key and what was expected there."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        what, _, place = str(error).partition(" (at ")
        raise FileError(path, place.rstrip(")") or "the file", "TOML", what) from error
    schema = content.get("schema")
    if isinstance(schema, int) and schema > SCHEMA:
        newer = f"schema {schema}, of a newer FieldPro"
        raise FileError(path, place_of(text, "schema"), f"schema {SCHEMA} or older", newer)
    try:
        part = ProgramFile.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = ".".join(str(piece) for piece in first["loc"]) or "the file"
        found = "nothing" if first["type"] == "missing" else _shown(first["input"])
        raise FileError(path, place_of(text, name), first["msg"], found) from error
    return _program(part, text, path)


def read(path: Path) -> Program:
    """A program from a file of the user's. Raises `FileError`."""
    try:
        return load(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(str(path), "the file", "UTF-8 text that can be read", str(error)) from error


def _program(part: ProgramFile, text: str, path: str) -> Program:
    elements = dict(flatten(part.elements))
    if part.elements_total is not None and part.elements_total > len(elements):
        raise FileError(
            path,
            place_of(text, "elements_total"),
            f"{part.elements_total} elements or more",
            f"{len(elements)}: the file was cut short, or lines were taken out and this number is to be corrected",
        )
    if part.elements_total is not None and not text.endswith("\n"):
        raise FileError(path, "the end", "a line feed", "none: the file was cut short")
    blanks = {
        name: Blank(name, given.title, given.element, given.example, given.required, given.secret)
        for name, given in part.fields.items()
    }
    for name, blank in blanks.items():
        if blank.element in elements:
            place = place_of(text, f"fields.{name}.element")
            raise FileError(path, place, "an element that is not among the elements", blank.element)
    try:
        tree({**elements, **{blank.element: None for blank in blanks.values()}})
    except UsageError as error:
        raise FileError(path, place_of(text, "elements"), error.expected, error.found) from error
    target = Target(**part.target.model_dump())
    return Program(part.name, part.revision, target, elements, part.title, part.note, blanks)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
