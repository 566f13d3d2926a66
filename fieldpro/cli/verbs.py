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


def _procedure() -> Verb:
    from fieldpro.cli.procedure import procedure

    return procedure


def _clock() -> Verb:
    from fieldpro.cli.clock import clock

    return clock


def _demand_reset() -> Verb:
    from fieldpro.cli.demand_reset import demand_reset

    return demand_reset


def _switch() -> Verb:
    from fieldpro.cli.switch import switch

    return switch


def _calendar() -> Verb:
    from fieldpro.cli.calendar import calendar

    return calendar


def _diagnose() -> Verb:
    from fieldpro.cli.diagnose import diagnose

    return diagnose


def _audit() -> Verb:
    from fieldpro.cli.audit import audit

    return audit


def _user() -> Verb:
    from fieldpro.cli.user import user

    return user


def _visit() -> Verb:
    from fieldpro.cli.visit import visit

    return visit


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
    "procedure": _procedure,
    "clock": _clock,
    "demand-reset": _demand_reset,
    "switch": _switch,
    "calendar": _calendar,
    "diagnose": _diagnose,
    "visit": _visit,
    "audit": _audit,
    "user": _user,
    "simulate": _simulate,
}
