"""Probe profiles as data."""

from __future__ import annotations

import pytest

from fieldpro.errors import FileError, UsageError
from fieldpro.transports.probes import auto_profiles, parse, profile, profiles


def test_every_profile_that_ships_is_read_and_titled() -> None:
    shipped = profiles()
    assert len({entry.name for entry in shipped}) == len(shipped) >= 8
    assert len({entry.title for entry in shipped}) == len(shipped)
    assert all(entry.note for entry in shipped)


def test_the_ones_that_are_tried_hold_the_lines_in_every_way() -> None:
    tried = auto_profiles()
    assert {(entry.dtr, entry.rts) for entry in tried} == {(d, r) for d in (True, False) for r in (True, False)}
    assert [entry.auto for entry in tried] == sorted({entry.auto for entry in tried})
    assert not any(entry.echo for entry in tried), "an echo is found without a profile"


def test_a_profile_says_what_the_probe_needs() -> None:
    shared = profile("shared-port")
    assert (shared.wake, shared.turn_round_s) == (b"\x55", 0.02)
    assert profile("slow-optics").max_baud == 9600


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("title =", "text"),
        ("note = 'x'", "title"),
        ("title = 'x'\ncolour = 'red'", "colour"),
        ("title = 'x'\ndtr = 1", "dtr"),
        ("title = 'x'\nmax_baud = true", "max_baud"),
        ("title = 'x'\nsettle_s = -1.0", "settle_s"),
        ("title = 'x'\nwake = 'zz'", "wake"),
    ],
)
def test_a_profile_that_cannot_be_used_says_where(text: str, place: str) -> None:
    with pytest.raises(FileError) as error:
        parse("mine", text)
    assert (error.value.path, error.value.place) == ("probes/mine.toml", place)


def test_an_unknown_profile_is_named_with_the_known_ones() -> None:
    with pytest.raises(UsageError) as error:
        profile("nonesuch")
    assert "dtr-rts" in error.value.expected
