"""The help: every link leads somewhere, every page has a topic, every key is told."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QUrl

from fieldpro.gui.actions import ACTIONS
from fieldpro.gui.models.help_topics import Topic, topic_of_page, topics
from fieldpro.gui.pages.help import HelpPage
from fieldpro.gui.registry import PAGES
from fieldpro.gui.window import Window

TOPICS = topics()


@pytest.mark.parametrize("topic", TOPICS, ids=lambda one: one.id)
def test_every_link_leads_somewhere(topic: Topic) -> None:
    known = {
        "page": {page.id for page in PAGES},
        "action": {action.id for action in ACTIONS},
        "help": {one.id for one in TOPICS},
    }
    for kind, target in topic.links:
        assert target in known[kind], (topic.id, kind, target)


def test_every_page_has_a_topic() -> None:
    told = {topic.id for topic in TOPICS}
    assert {topic_of_page(page.id) for page in PAGES} - told == {"help"}


def test_every_key_is_told() -> None:
    text = next(topic.text for topic in TOPICS if topic.id == "keys")
    for action in ACTIONS:
        if action.shortcut:
            assert f"| {action.shortcut} |" in text


def test_titles_are_headings() -> None:
    assert all(topic.title and not topic.title[0].isdigit() for topic in TOPICS)


@pytest.fixture
def page(window: Window) -> HelpPage:
    window.go("help")
    page = window.page
    assert isinstance(page, HelpPage)
    return page


def test_links_go_to_pages_topics_and_actions(page: HelpPage, window: Window) -> None:
    page.follow(QUrl("help:probes"))
    assert page.list.currentItem().text() == "Probes"
    page.follow(QUrl("action:go.settings"))
    assert window.page_id == "settings"
    page.follow(QUrl("page:records"))
    assert window.page_id == "records"


def test_the_text_is_shown_in_the_colours_of_the_theme(page: HelpPage) -> None:
    assert "Connecting" in page.text.toPlainText()
    assert page.look.theme.colours["accent"] in page.text.toHtml()


def test_topics_are_in_the_palette(page: HelpPage) -> None:
    assert ("probes", "Probes", "Help") in list(page.places())


def test_unknown_places_change_nothing(page: HelpPage, qtbot: Any) -> None:
    page.visited("nowhere")
    assert page.list.currentRow() == 0
