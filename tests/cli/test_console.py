"""What is printed commands no terminal, and no text of a meter or a file looks like a line of the program's own."""

from __future__ import annotations

import pytest

from fieldpro.cli import console

HOSTILE = "a\x1b]0;title\x07\x1b[2Jb\x9b31m\u202ec\u2066d\r\nMeter  another"
COMMANDS = ("\x1b", "\x07", "\x9b", "\u202e", "\u2066", "\r")


def test_an_error_commands_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    console.complain(HOSTILE, subject=HOSTILE, next_step=HOSTILE)
    shown = capsys.readouterr().err
    assert not [each for each in COMMANDS if each in shown]
    assert "\\x1b" in shown


def test_a_value_of_several_lines_is_no_second_value(capsys: pytest.CaptureFixture[str]) -> None:
    console.facts([("Title", HOSTILE), ("Port", "sim")])
    shown = capsys.readouterr().out
    assert not [each for each in COMMANDS if each in shown]
    assert [line.split("  ")[0] for line in shown.splitlines()] == ["Title", "", "Port"]


def test_a_cell_of_several_lines_is_no_second_row(capsys: pytest.CaptureFixture[str]) -> None:
    console.rows(["STEP", "NOTE"], [("1", HOSTILE), ("2", "")])
    assert len(capsys.readouterr().out.splitlines()) == 3
