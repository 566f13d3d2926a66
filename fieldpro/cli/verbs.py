"""Every verb of the command line, in one list. A verb's module is imported when it is wanted: `ports` need not wait for
NumPy, nor `tables` for the virtual meters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import typer

Verb: TypeAlias = Callable[..., None] | typer.Typer
"""A command, or a group of them."""


def _ports() -> Verb:
    from fieldpro.cli.ports import ports

    return ports


def _probe_test() -> Verb:
    from fieldpro.cli.probe_test import probe_test

    return probe_test


def _identify() -> Verb:
    from fieldpro.cli.identify import identify

    return identify


def _read() -> Verb:
    from fieldpro.cli.read import read

    return read


def _registers() -> Verb:
    from fieldpro.cli.registers import registers

    return registers


def _profile() -> Verb:
    from fieldpro.cli.profile import profile

    return profile


def _events() -> Verb:
    from fieldpro.cli.events import events

    return events


def _tables() -> Verb:
    from fieldpro.cli.tables import tables

    return tables


def _simulate() -> Verb:
    from fieldpro.cli.simulate import simulate

    return simulate


def _program() -> Verb:
    from fieldpro.cli.program import program

    return program


VERBS: Mapping[str, Callable[[], Verb]] = {
    "ports": _ports,
    "probe-test": _probe_test,
    "identify": _identify,
    "read": _read,
    "registers": _registers,
    "profile": _profile,
    "events": _events,
    "tables": _tables,
    "program": _program,
    "simulate": _simulate,
}
