"""Descriptions: what ships is good, what is wrong is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from fieldpro import resources
from fieldpro.errors import FileError, UsageError
from fieldpro.simulator import describe
from fieldpro.simulator.faults import FaultPlan

CENTRON = resources.text("meters", "centron.toml")


def test_the_meters_that_ship() -> None:
    assert describe.names() == ["centron", "residential"]
    for name in describe.names():
        assert describe.load(name).name == name


def test_the_two_are_quite_different() -> None:
    one, other = describe.load("centron"), describe.load("residential")
    assert (one.format.data_order, other.format.data_order) == ("lsb-first", "msb-first")
    assert one.format.time != other.format.time
    assert (one.format.ni_format1, one.format.ni_format2) != (other.format.ni_format1, other.format.ni_format2)
    assert (len(one.load_profile.channels), len(other.load_profile.channels)) == (4, 1)
    assert (one.link.negotiate, other.link.negotiate) == (True, False)
    assert (one.nameplate.elements, other.nameplate.elements) == (3, 1)
    assert other.format.id_bcd


def test_an_unknown_meter_is_named_with_those_there_are() -> None:
    with pytest.raises(UsageError) as caught:
        describe.load("sentinel")
    assert (caught.value.found, caught.value.expected) == ("sentinel", "one of centron, residential")


@pytest.mark.parametrize(
    ("old", "new", "place", "found"),
    [
        ('manufacturer = "FPRO"', 'manufacturer = "FIELDPRO"', "identity.manufacturer", "'FIELDPRO'"),
        ("packet_size = 1024", "packet_size = 9000", "link.packet_size", "9000"),
        ("bauds = [9600, ", "bauds = [9601, ", "link.bauds.0", "9601"),
        ("tiers = 4", "tears = 4", "registers.tears", "4"),
        ("interval_min = 15\nformat", "interval_min = 7\nformat", "load_profile.interval_min", "7"),
        ('at = "07:00"', 'at = "seven"', "calendar.switches.1.at", "'seven'"),
        ("name = ", "nam = ", "name", None),
        ("[link]", "[link", "the text", None),
    ],
)
def test_what_is_wrong_is_named_by_its_key(old: str, new: str, place: str, found: str | None) -> None:
    assert old in CENTRON
    with pytest.raises(FileError) as caught:
        describe.parse(CENTRON.replace(old, new, 1), "mine.toml")
    assert (caught.value.path, caught.value.place) == ("mine.toml", place)
    if found:
        assert caught.value.found == found


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('summations = ["wh_delivered"', 'summations = ["wh_deliverd"', 'no source is called "wh_deliverd"'),
        ("block = { interval_min = 15 }", "", "wants block demand"),
        ("ni_format1 = 0 ", "ni_format1 = 8 ", "cannot hold a pulse_weight of 0.5"),
        ('write = "primary"\nprocedure', 'write = "boss"\nprocedure', 'no access level is called "boss"'),
        ('with = "w_delivered"', 'with = "volts_a"', 'goes with "volts_a"'),
        ("installed = 2025-01-01T06:00:00Z", "installed = 2025-01-01T06:00:00", "installed needs a zone"),
    ],
)
def test_what_does_not_fit_together_is_told_in_words(old: str, new: str, words: str) -> None:
    assert old in CENTRON
    with pytest.raises(FileError) as caught:
        describe.parse(CENTRON.replace(old, new, 1), "mine.toml")
    assert words in caught.value.expected


def test_a_description_of_ones_own(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    with pytest.raises(FileError):
        describe.load_file(mine)
    mine.write_text(CENTRON.replace('name = "centron"', 'name = "mine"'), encoding="utf-8")
    assert describe.load_file(mine).name == "mine"


def test_overrides() -> None:
    changed = describe.overridden(describe.load("centron"), days=45, baud=14400, seed=9, packet=256, packets=8)
    assert changed.load_profile.blocks == 45
    assert changed.link.bauds == (9600, 14400)
    assert (changed.seed, changed.link.packet_size, changed.link.packet_count) == (9, 256, 8)
    assert describe.overridden(describe.load("residential"), days=45).load_profile.blocks == 45
    for wrong in ({"days": 0}, {"baud": 100}, {"packet": 63}, {"colour": 1}):
        with pytest.raises(UsageError):
            describe.overridden(describe.load("centron"), **wrong)


# --- faults -----------------------------------------------------------------------------------------------------


def test_faults_as_text() -> None:
    plan = FaultPlan.parse("lose:0.05, nak:3,slow:0.5,powerfail:1000")
    assert (plan.lose, plan.nak, plan.slow, plan.powerfail, plan.busy) == (0.05, 3, 0.5, 1000, 0)
    assert FaultPlan.parse("") == FaultPlan()


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("loose:0.1", "fault"),
        ("lose", "fault lose"),
        ("lose:1.5", "fault lose"),
        ("lose:nan", "fault lose"),
        ("nak:-1", "fault nak"),
        ("nak:2.5", "fault nak"),
        ("slow:soon", "fault slow"),
    ],
)
def test_a_fault_that_is_none_is_named(text: str, subject: str) -> None:
    with pytest.raises(UsageError) as caught:
        FaultPlan.parse(text)
    assert caught.value.subject == subject
