"""The lists of pages and actions: everything named exists, nothing is named twice."""

from __future__ import annotations

from collections import Counter

import pytest

from fieldpro.gui import icons
from fieldpro.gui.action_set import ActionSet
from fieldpro.gui.actions import ACTIONS, METER_MENU, action
from fieldpro.gui.page import Page
from fieldpro.gui.registry import PAGES, PageEntry, entry
from fieldpro.gui.window import Window


@pytest.mark.parametrize("page", PAGES, ids=lambda one: one.id)
def test_every_page_is_built_and_is_a_page(page: PageEntry, window: Window) -> None:
    window.go(page.id)
    made = window.page
    assert isinstance(made, Page)
    assert made.needs_meter is page.needs_meter
    assert made.accessibleName()


def test_ids_are_unique_and_icons_exist() -> None:
    drawn = set(icons.names())
    assert max(Counter(page.id for page in PAGES).values()) == 1
    assert {page.icon for page in PAGES} <= drawn
    assert max(Counter(one.id for one in ACTIONS).values()) == 1
    assert {one.icon for one in ACTIONS if one.icon} <= drawn
    assert set(METER_MENU) <= {one.id for one in ACTIONS}


def test_no_two_actions_share_a_key() -> None:
    assert max(Counter(one.shortcut for one in ACTIONS if one.shortcut).values()) == 1


def test_every_page_has_its_action() -> None:
    assert {f"go.{page.id}" for page in PAGES} <= {one.id for one in ACTIONS}


def test_every_action_is_bound(window: Window) -> None:
    assert set(window._handlers()) == {one.id for one in ACTIONS}
    assert set(window.actions_.by_id) == {one.id for one in ACTIONS}


def test_an_action_without_a_handler_is_a_defect(window: Window) -> None:
    with pytest.raises(KeyError):
        ActionSet(window, {})


def test_what_does_not_exist_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        entry("tariff")
    with pytest.raises(KeyError):
        action("meter.explode")


def test_pages_of_a_group_stand_together() -> None:
    groups = [page.group for page in PAGES]
    assert groups == sorted(groups, key=groups.index)
