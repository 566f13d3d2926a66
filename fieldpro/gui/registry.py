"""The list of pages: one line each, in the order of the rail. A page that is not here does not exist.

Every page is imported and built on its first visit; the functions keep the imports where a packager finds them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fieldpro.gui.words import mark

if TYPE_CHECKING:
    from fieldpro.gui.page import Page
    from fieldpro.gui.workbench import Workbench


@dataclass(frozen=True, slots=True)
class PageEntry:
    """A page in the rail: `icon` names a file of `resources/icons`, `build` makes the page."""

    id: str
    title: str
    icon: str
    group: str
    needs_meter: bool
    summary: str  # one sentence: what it is for
    build: Callable[[Workbench], Page]


def _connect(workbench: Workbench) -> Page:
    from fieldpro.gui.pages.connect import ConnectPage

    return ConnectPage(workbench)


def _overview(workbench: Workbench) -> Page:
    from fieldpro.gui.pages.overview import OverviewPage

    return OverviewPage(workbench)


def _load_profile(workbench: Workbench) -> Page:
    from fieldpro.gui.pages.load_profile import LoadProfilePage

    return LoadProfilePage(workbench)


def _tables(workbench: Workbench) -> Page:
    from fieldpro.gui.pages.tables import TablesPage

    return TablesPage(workbench)


def _wire(workbench: Workbench) -> Page:
    from fieldpro.gui.pages.wire import WirePage

    return WirePage(workbench)


def _program(workbench: Workbench) -> Page:
    from fieldpro.gui.pages.program import ProgramPage

    return ProgramPage(workbench)


def _configure(workbench: Workbench) -> Page:
    from fieldpro.gui.pages.configure import ConfigurePage

    return ConfigurePage(workbench)


def _procedures(workbench: Workbench) -> Page:
    from fieldpro.gui.pages.procedures import ProceduresPage

    return ProceduresPage(workbench)


def _switch(workbench: Workbench) -> Page:
    from fieldpro.gui.pages.switch import SwitchPage

    return SwitchPage(workbench)


def _calendar(workbench: Workbench) -> Page:
    from fieldpro.gui.pages.calendar import CalendarPage

    return CalendarPage(workbench)


def _diagnosis(workbench: Workbench) -> Page:
    from fieldpro.gui.pages.diagnosis import DiagnosisPage

    return DiagnosisPage(workbench)


def _visit(workbench: Workbench) -> Page:
    from fieldpro.gui.pages.visit import VisitPage

    return VisitPage(workbench)


def _request(workbench: Workbench) -> Page:
    from fieldpro.gui.pages.request import RequestPage

    return RequestPage(workbench)


def _records(workbench: Workbench) -> Page:
    from fieldpro.gui.pages.records import RecordsPage

    return RecordsPage(workbench)


def _compare(workbench: Workbench) -> Page:
    from fieldpro.gui.pages.compare import ComparePage

    return ComparePage(workbench)


def _tape_deck(workbench: Workbench) -> Page:
    from fieldpro.gui.pages.tape_deck import TapeDeckPage

    return TapeDeckPage(workbench)


def _users(workbench: Workbench) -> Page:
    from fieldpro.gui.pages.users import UsersPage

    return UsersPage(workbench)


def _settings(workbench: Workbench) -> Page:
    from fieldpro.gui.pages.settings import SettingsPage

    return SettingsPage(workbench)


def _help(workbench: Workbench) -> Page:
    from fieldpro.gui.pages.help import HelpPage

    return HelpPage(workbench)


METER, WORK, BENCH, DATA, TOOLS = mark("Meter"), mark("Work"), mark("Bench"), mark("Data"), mark("Tools")

PAGES: tuple[PageEntry, ...] = (
    PageEntry("connect", mark("Connect"), "connect", METER, False, mark("Choose a way to a meter"), _connect),
    PageEntry(
        "overview", mark("Overview"), "overview", METER, True, mark("Who the meter is and how it fares"), _overview
    ),
    PageEntry(
        "load-profile",
        mark("Load profile"),
        "load-profile",
        METER,
        True,
        mark("Interval data as a chart"),
        _load_profile,
    ),
    PageEntry("tables", mark("Tables"), "tables", METER, True, mark("Every table, decoded beside its bytes"), _tables),
    PageEntry(
        "program", mark("Program"), "program", WORK, False, mark("Compare a meter with a program, and write"), _program
    ),
    PageEntry(
        "configure",
        mark("Configure"),
        "configure",
        WORK,
        True,
        mark("Display, load profile, demand, constants and security, with names"),
        _configure,
    ),
    PageEntry(
        "procedures",
        mark("Procedures"),
        "procedures",
        WORK,
        True,
        mark("What a meter can be told to do: clock, demand reset, clearing"),
        _procedures,
    ),
    PageEntry(
        "switch",
        mark("Switch"),
        "switch",
        WORK,
        True,
        mark("The service switch: its state, orders and load limit"),
        _switch,
    ),
    PageEntry(
        "calendar",
        mark("Calendar"),
        "calendar",
        WORK,
        False,
        mark("Seasons, day types and switch times of the tiers"),
        _calendar,
    ),
    PageEntry(
        "diagnosis",
        mark("Diagnosis"),
        "diagnosis",
        WORK,
        True,
        mark("Phasors of the site and the checks D1 to D6"),
        _diagnosis,
    ),
    PageEntry("visit", mark("Visit"), "visit", WORK, False, mark("An order step by step, with its report"), _visit),
    PageEntry(
        "request",
        mark("Request"),
        "sent",
        BENCH,
        True,
        mark("A request by hand: its exact bytes, and what is answered"),
        _request,
    ),
    PageEntry(
        "tape-deck",
        mark("Tape deck"),
        "tape",
        BENCH,
        False,
        mark("What was said to a meter: recorded, played to it, or as it"),
        _tape_deck,
    ),
    PageEntry("records", mark("Records"), "records", DATA, False, mark("Saved read-outs"), _records),
    PageEntry(
        "compare",
        mark("Compare"),
        "compare",
        DATA,
        False,
        mark("Two records, tapes, or a meter: what is different"),
        _compare,
    ),
    PageEntry("wire", mark("Wire"), "wire", TOOLS, False, mark("Every packet both ways"), _wire),
    PageEntry("users", mark("Users"), "users", TOOLS, False, mark("Who works here, and who may do what"), _users),
    PageEntry("settings", mark("Settings"), "settings", TOOLS, False, mark("Theme, density, your name"), _settings),
    PageEntry("help", mark("Help"), "help", TOOLS, False, mark("How things are done"), _help),
)


def entry(page: str) -> PageEntry:
    """The entry of this page id; `KeyError` when there is none."""
    return next((one for one in PAGES if one.id == page), None) or _unknown(page)


def _unknown(page: str) -> PageEntry:
    raise KeyError(page)
