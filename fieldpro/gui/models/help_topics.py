"""The help: Markdown files of `resources/help`, one a topic, in the order of their numbers ("10-connecting.md").

Links inside: `[Records](page:records)` goes to a page, `[Save](action:meter.save)` runs an action,
`[Probes](help:probes)` opens another topic. The tests follow every one of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from fieldpro import resources
from fieldpro.gui.actions import ACTIONS
from fieldpro.gui.words import tr

FOLDER = "help"
_LINK = re.compile(r"\]\((page|action|help):([^)\s]+)\)")
KEYS = "keys"  # the topic that ends with the table of all keys
TOPIC_OF_PAGE = {"connect": "connecting"}
"""Pages whose topic has another name than the page."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic; `id` is the file's name without number, `title` its first heading."""

    id: str
    title: str
    text: str

    @property
    def links(self) -> list[tuple[str, str]]:
        """(kind, target) of every link to a page, action or topic."""
        return [(match[1], match[2]) for match in _LINK.finditer(self.text)]


def topics() -> list[Topic]:
    """Every topic, in order."""
    found = []
    for name in resources.names(FOLDER, ".md"):
        text = resources.text(FOLDER, f"{name}.md")
        title = next((line[2:].strip() for line in text.splitlines() if line.startswith("# ")), name)
        topic = name.partition("-")[2] or name
        found.append(Topic(topic, title, f"{text}\n{keys_table()}" if topic == KEYS else text))
    return found


def keys_table() -> str:
    """Every action that has a key, as a Markdown table."""
    rows = [
        f"| {action.shortcut} | [{tr(action.title)}](action:{action.id}) |" for action in ACTIONS if action.shortcut
    ]
    return "\n".join([f"| {tr('key')} | {tr('what it does')} |", "| --- | --- |", *rows, ""])


def topic_of_page(page: str) -> str:
    return TOPIC_OF_PAGE.get(page, page)
