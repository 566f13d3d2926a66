"""What README and help say of the command lines is true: every verb and option named is there, and none is left out."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.core import TyperOption

from fieldpro import resources
from fieldpro.cli.main import make_app
from table_playback.cli.main import make_app as make_playback
from table_playback.cli.verbs import VERBS as PLAYBACK

ROOT = Path(__file__).parents[2]
PAGES = {"README.md": (ROOT / "README.md").read_text(encoding="utf-8")} | {
    f"{name}.md": resources.text("help", f"{name}.md") for name in resources.names("help", ".md")
}
COMMAND_LINE = PAGES["90-command-line.md"]
PROGRAMS = ("fieldpro", "table-playback")


def commands() -> dict[str, Any]:
    """Every command by its whole name: "fieldpro clock", "fieldpro program diff", "table-playback play"."""
    found = dict(_below("fieldpro", typer.main.get_command(make_app([]))))
    for verb in PLAYBACK:
        group: Any = typer.main.get_command(make_playback([verb]))
        found[f"table-playback {verb}"] = group.commands[verb]
    return found


def _below(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    below: Mapping[str, Any] = getattr(command, "commands", {})
    if not below:
        yield name, command
    for verb, one in below.items():
        yield from _below(f"{name} {verb}", one)


COMMANDS = commands()
GROUPS = {" ".join(name.split()[:2]) for name in COMMANDS if name.count(" ") > 1}


def quoted() -> list[tuple[str, str]]:
    """(page, command line) of everything that is written as code and begins with the name of a program."""
    found = []
    for page, text in PAGES.items():
        blocks = re.findall(r"^```.*?$(.*?)^```$", text, re.MULTILINE | re.DOTALL)
        lines = [line.partition("#")[0].strip() for block in blocks for line in block.splitlines()]
        prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
        spans = [span for program in PROGRAMS for span in re.findall(rf"`({program} [^`]+)`", prose)]
        found += [(page, line.partition(">")[0]) for line in [*lines, *spans] if line.split(" ")[0] in PROGRAMS]
    return found


@pytest.mark.parametrize(("page", "line"), quoted())
def test_what_is_told_can_be_typed(page: str, line: str) -> None:
    words = shlex.split(line)
    if words[1:] == ["--help"]:
        return
    group = " ".join(words[:2])
    name = " ".join(words[:3]) if group in GROUPS and len(words) > 2 else group
    if words == group.split() and group in GROUPS:
        return  # a group, spoken of as a whole
    assert name in COMMANDS, (page, line)
    options = {option for parameter in COMMANDS[name].params for option in (*parameter.opts, *parameter.secondary_opts)}
    options.add("--help")
    named = [word.partition("=")[0] for word in words if word.startswith("--")]
    assert set(named) <= options, (page, line)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_stands_in_the_help(name: str) -> None:
    assert re.search(rf"^\| `{re.escape(name)}\b", COMMAND_LINE, re.MULTILINE), name


def test_every_option_that_the_help_names_in_a_sentence_is_there() -> None:
    every = [parameter for command in COMMANDS.values() for parameter in command.params]
    options = {option for each in every for option in (*each.opts, *each.secondary_opts)}
    told = {option for text in PAGES.values() for option in re.findall(r"`(--[a-z-]+)", text)}
    assert told <= options


@pytest.mark.parametrize("program", PROGRAMS)
def test_both_commands_are_told_of(program: str) -> None:
    assert {page for page, line in quoted() if line.startswith(f"{program} ")} >= {"README.md", "90-command-line.md"}


@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_takes_a_secret_as_an_argument(name: str) -> None:
    for parameter in COMMANDS[name].params:
        for option in parameter.opts:
            if "password" in option:
                assert option.endswith("-file") or parameter.is_flag, (name, option)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_explains_itself(name: str) -> None:
    command = COMMANDS[name]
    assert command.help
    explained = 0
    for parameter in command.params:
        if isinstance(parameter, TyperOption):
            assert parameter.help, (name, parameter.name)
            explained += 1
    assert explained >= 1, name
