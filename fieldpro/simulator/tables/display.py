"""Decade 3, local display (ANSI C12.19 tables 30 to 34). A display source entry is the number of its source."""

from __future__ import annotations

from fieldpro.simulator import parts
from fieldpro.simulator.tables.moment import Moment, Values


def _items(lists: tuple[parts.DisplayList, ...]) -> list[str]:
    return [name for shown in lists for name in shown.items]


def _displayed(moment: Moment) -> list[str]:
    """The sources that are shown anywhere, in the order of their numbers."""
    display = moment.description.display
    shown = {*_items(display.lists), *_items(display.test_lists)}
    return [name for name in moment.description.sources if name in shown]


_MOST_ITEMS = 80  # in the lists of a kind


def dimensions(moment: Moment) -> Values:
    """ST30: what ST31 may be set to."""
    told = limits(moment)
    return told | {
        name: max(told[name], _MOST_ITEMS) for name in ("NBR_PRI_DISP_LIST_ITEMS", "NBR_SEC_DISP_LIST_ITEMS")
    }


def limits(moment: Moment) -> Values:
    """ST31 as described."""
    display = moment.description.display
    return {
        "DISPLAY_CTRL": {"ON_TIME_FLAG": True, "OFF_TIME_FLAG": True, "HOLD_TIME_FLAG": True},
        "NBR_DISP_SOURCES": len(_displayed(moment)),
        "WIDTH_DISP_SOURCES": display.width,
        "NBR_PRI_DISP_LIST_ITEMS": len(_items(display.lists)),
        "NBR_PRI_DISP_LISTS": len(display.lists),
        "NBR_SEC_DISP_LIST_ITEMS": len(_items(display.test_lists)),
        "NBR_SEC_DISP_LISTS": len(display.test_lists),
    }


def display_sources(moment: Moment) -> Values:
    """ST32."""
    width = moment.description.display.width
    numbers = [moment.description.source_number(name) for name in _displayed(moment)]
    return {"DISPLAY_SOURCES": [number.to_bytes(width, moment.byte_order) for number in numbers]}


def _lists(moment: Moment, lists: tuple[parts.DisplayList, ...]) -> tuple[list[Values], list[int]]:
    displayed = _displayed(moment)
    described = [
        {
            "DISP_SCROLL1": {"ON_TIME": shown.on_s, "OFF_TIME": shown.off_s},
            "DISP_SCROLL2": {"HOLD_TIME": shown.hold_min, "DEFAULT_LIST": 0},
            "NBR_LIST_ITEMS": len(shown.items),
        }
        for shown in lists
    ]
    return described, [displayed.index(name) for name in _items(lists)]


def primary(moment: Moment) -> Values:
    """ST33."""
    described, items = _lists(moment, moment.description.display.lists)
    return {"PRI_DISP_LIST": described, "PRI_DISP_SOURCES": items}


def secondary(moment: Moment) -> Values:
    """ST34."""
    described, items = _lists(moment, moment.description.display.test_lists)
    return {"SEC_DISP_LIST": described, "SEC_DISP_SOURCES": items}
