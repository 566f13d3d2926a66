"""The one table of actions. Shortcuts, menus, the rail, the command palette and the help are views of it.

An action is declared here with its id, title and shortcut; `window.Window` binds each id to what it does; the tests
check that every id is bound and that no two share a shortcut. `go.PAGE` actions come from the list of pages.
"""

from __future__ import annotations

from dataclasses import dataclass

from fieldpro.gui.registry import PAGES
from fieldpro.gui.words import mark


@dataclass(frozen=True, slots=True)
class Action:
    """`needs`: "" nothing, "meter" a connected meter, "view" a read-out that is shown, "job" one that runs,
    "user" somebody who signed in."""

    id: str
    title: str
    group: str
    icon: str = ""
    shortcut: str = ""
    needs: str = ""


METER, WINDOW, VIEW = mark("Meter"), mark("Window"), mark("View")

_OWN: tuple[Action, ...] = (
    Action("meter.connect", mark("Connect a meter"), METER, "connect", "Ctrl+N"),
    Action("meter.virtual", mark("Connect the virtual meter"), METER, "virtual", "Ctrl+Shift+N"),
    Action("meter.disconnect", mark("Disconnect"), METER, "disconnect", "Ctrl+D", needs="meter"),
    Action("meter.read", mark("Read the meter again"), METER, "read", "F5", needs="meter"),
    Action("meter.read-all", mark("Read every table"), METER, "tables", "Shift+F5", needs="meter"),
    Action("meter.save", mark("Save the read-out"), METER, "save", "Ctrl+S", needs="view"),
    Action("meter.snapshot", mark("Make a virtual meter of this read-out"), METER, "virtual", needs="view"),
    Action("meter.copy-serial", mark("Copy the serial number"), METER, "copy", "Ctrl+Shift+C", needs="view"),
    Action("job.cancel", mark("Cancel the job"), METER, "cancel", "Ctrl+.", needs="job"),
    Action("who.lock", mark("Lock now"), WINDOW, "lock", "Ctrl+L", needs="user"),
    Action("who.sign-out", mark("Sign out"), WINDOW, "users", needs="user"),
    Action("palette.open", mark("Find an action, page, table or record"), WINDOW, "search", "Ctrl+K"),
    Action("banners.clear", mark("Dismiss all messages"), WINDOW, "close", "Ctrl+Shift+D"),
    Action("help.page", mark("Help for this page"), WINDOW, "help", "F1"),
    Action("view.rail", mark("Rail with words or icons"), VIEW, "density", "Ctrl+B"),
    Action("view.full-screen", mark("Full screen"), VIEW, "full-screen", "F11"),
    Action("view.theme-light", mark("Light theme"), VIEW, "theme", "Ctrl+Alt+1"),
    Action("view.theme-sunlight", mark("Sunlight theme"), VIEW, "theme", "Ctrl+Alt+2"),
    Action("view.theme-dark", mark("Dark theme"), VIEW, "theme", "Ctrl+Alt+3"),
    Action("view.density-field", mark("Field density: large targets"), VIEW, "density"),
    Action("view.density-desk", mark("Desk density"), VIEW, "density"),
    Action("view.density-bench", mark("Bench density: dense tables"), VIEW, "density"),
    Action("app.quit", mark("Quit"), WINDOW, "quit", "Ctrl+Q"),
)

ACTIONS: tuple[Action, ...] = (
    *(
        Action(f"go.{page.id}", page.title, mark("Page"), page.icon, f"Ctrl+{number}" if number < 10 else "")
        for number, page in enumerate(PAGES, 1)
    ),
    *_OWN,
)

METER_MENU = (
    *("meter.read", "meter.read-all", "meter.save"),
    *("meter.snapshot", "meter.copy-serial", "meter.disconnect"),
)
"""What the menu of the meter bar shows, in this order."""


def action(action_id: str) -> Action:
    """The action of this id; `KeyError` when there is none."""
    for one in ACTIONS:
        if one.id == action_id:
            return one
    raise KeyError(action_id)
