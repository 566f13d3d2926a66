"""Device profiles: the shipped ones are sound, the most specific one is chosen, a bad file says what is wrong where."""

from __future__ import annotations

from pathlib import Path

import pytest

from fieldpro import resources
from fieldpro.c12.dictionary.tables import Tables
from fieldpro.c12.link import C12_18
from fieldpro.dictionaries import load_dictionary
from fieldpro.errors import FileError, UsageError
from fieldpro.meter import device_profile
from fieldpro.meter.link_limits import within
from fieldpro.records import MeterIdentity
from fieldpro.session.plan import SessionPlan

GOOD = 'name = "x"\ntitle = "X"\n[[match]]\nmodel = "A*"\n'


def identity(manufacturer: str, model: str, device_class: str = "") -> MeterIdentity:
    return MeterIdentity(manufacturer, model, "1", "", "", device_class)


@pytest.mark.parametrize("name", resources.names("profiles", ".toml"))
def test_every_shipped_profile_loads_under_its_own_name(name: str) -> None:
    profile = device_profile.load(name)
    assert profile.name == name
    assert profile.title


@pytest.mark.parametrize(
    ("meter", "name"),
    [
        (identity("GE", "I210+c", "GE"), "ge-i210"),
        (identity("ge", "i-210+", "GE"), "ge-i210"),
        (identity("GE", "KV2C", "GE"), "generic"),
        (identity("ITRN", "CENTRON", "ITRN"), "openway-centron"),
        (identity("ITRN", "SENTINEL", "ITRN"), "openway-centron"),
        (identity("", "", ""), "generic"),
    ],
)
def test_a_meter_gets_the_profile_that_fits_it(meter: MeterIdentity, name: str) -> None:
    assert device_profile.choose(meter).name == name


@pytest.mark.parametrize("name", resources.names("profiles", ".toml"))
def test_the_dictionary_takes_what_a_shipped_profile_sets(name: str) -> None:
    keys = device_profile.load(name).dictionary
    tables = Tables(load_dictionary(keys.overlays), settings=keys.settings)
    instantaneous = device_profile.load(name).instantaneous
    assert instantaneous is None or instantaneous.table in tables.dictionary.tables


def test_the_link_limits_of_a_profile_narrow_a_plan() -> None:
    text = GOOD + "[link]\nmax_baud = 19200\npacket_size = 128\nresponse_s = 5.0\nnegotiate = false\n"
    limits = device_profile.parse(text, "x.toml").link
    plan = within(SessionPlan(user="Ada", max_baud=57600, packet_size=1024), limits)
    assert (plan.user, plan.max_baud, plan.packet_size, plan.negotiate) == ("Ada", 19200, 128, False)
    assert plan.packet_count == SessionPlan().packet_count
    assert plan.timing is not None
    assert plan.timing.response_s == 5.0
    assert plan.timing.traffic_s == C12_18.traffic_s
    slower = within(SessionPlan(max_baud=9600, packet_size=64), limits)
    assert (slower.max_baud, slower.packet_size) == (9600, 64)
    untouched = SessionPlan(max_baud=9600)
    assert within(untouched, device_profile.LinkLimits()) == untouched


def test_the_profile_that_asks_for_more_wins() -> None:
    wide = device_profile.parse('name = "wide"\ntitle = "W"\n[[match]]\nmanufacturer = "AB*"\n', "wide.toml")
    close = device_profile.parse('name = "close"\ntitle = "C"\n[[match]]\nmanufacturer = "ABC*"\n', "close.toml")
    exact = device_profile.parse(
        'name = "exact"\ntitle = "E"\n[[match]]\nmanufacturer = "A*"\nmodel = "M?"\n', "exact.toml"
    )
    for extra in ([wide, close, exact], [exact, close, wide]):
        assert device_profile.choose(identity("ABCD", "M1"), extra=extra).name == "exact"
        assert device_profile.choose(identity("ABCD", "N1"), extra=extra).name == "close"
        assert device_profile.choose(identity("ABD", "N1"), extra=extra).name == "wide"
        assert device_profile.choose(identity("X", "N1"), extra=extra).name == "generic"


def test_a_users_profile_stands_before_a_shipped_one_of_equal_weight() -> None:
    shipped = device_profile.load("ge-i210")
    own = shipped.model_copy(update={"title": "ours"})
    assert device_profile.choose(identity("GE", "I210+c"), extra=[own]).title == "ours"
    assert device_profile.load("ge-i210", extra=[own]).title == "ours"


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        (GOOD + "[link]\nmax_baud = 9601\n", "link.max_baud", "9600"),
        (GOOD + "[link]\npacket_size = 9000\n", "link.packet_size", "8192"),
        (GOOD + "[links]\nmax_baud = 9600\n", "links", "not permitted"),
        (GOOD + "[dictionary]\nsettings = { MODE = 'x' }\n", "dictionary.settings.MODE", "integer"),
        (GOOD + "[reading]\nskip_tables = [9, -1]\n", "reading.skip_tables.1", "greater than or equal"),
        (GOOD + "[instantaneous]\ntable = 2050\nphases = []\n", "instantaneous.phases", "at least 1"),
        (
            GOOD + "[dictionary]\nsettings = { NO_SUCH_KEY = 1 }\n",
            "dictionary.settings.NO_SUCH_KEY",
            "PROC6_MODE_CODING",
        ),
        (GOOD + "[dictionary]\noverlays = ['no-such']\n", "dictionary.overlays.0", "fieldpro-virtual"),
        (GOOD + "[load_profile]\nscaling = 'twice'\n", "load_profile.scaling", "before-recording"),
        (GOOD + "[[status_flags]]\nbit = 3\ntitle = 'x'\nseverity = 'awful'\n", "status_flags.0.severity", "alert"),
        (GOOD.replace('title = "X"\n', ""), "title", "required"),
        ('name = "x"\ntitle = "X"\n', "the file", "[[match]]"),
        (GOOD.replace('"x"', '"y"'), "name", "'x'"),
        ("name = \n", "line 1, column 8", "TOML"),
    ],
)
def test_a_bad_file_says_where_and_what_was_expected(text: str, place: str, expected: str) -> None:
    with pytest.raises(FileError) as caught:
        device_profile.parse(text, "somewhere/x.toml")
    assert caught.value.path == "somewhere/x.toml"
    assert caught.value.place == place
    assert expected in caught.value.expected
    assert caught.value.found


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        device_profile.read(tmp_path / "x.toml")
    assert "x.toml" in caught.value.path
    (tmp_path / "x.toml").write_text(GOOD, encoding="utf-8")
    assert device_profile.read(tmp_path / "x.toml").title == "X"


def test_a_name_nobody_knows_is_answered_with_those_there_are() -> None:
    with pytest.raises(UsageError) as caught:
        device_profile.load("no-such-meter")
    assert "generic" in caught.value.expected
