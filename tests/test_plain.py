"""Text from a meter, as it is shown to a person."""

from __future__ import annotations

from fieldpro.plain import plain


def test_what_commands_a_terminal_or_turns_the_writing_is_told_by_its_number() -> None:
    assert plain("red \x1b[31m, bell \x07, turned \u202eabc") == "red \\x1b[31m, bell \\x07, turned \\x202eabc"


def test_what_a_text_may_have_stays() -> None:
    assert plain("Zähler №7\tkWh\nnext") == "Zähler №7\tkWh\nnext"
