"""Each verb against a virtual meter: what stands on standard output, and how the command ends."""

from __future__ import annotations

import csv
import re
import signal
import stat
from pathlib import Path
from typing import Any

import pytest

from fieldpro.cli.verbs import VERBS
from fieldpro.meter.collection import Collection

METER = "sim://centron?seed=3&days=3&at=2026-03-01T12:00"
PASSWORD = "PRIMARY"  # resources/meters/centron.toml


def password_file(folder: Path, text: str) -> Path:
    file = folder / "password"
    file.write_text(text + "\n", encoding="utf-8")
    file.chmod(stat.S_IRUSR)
    return file


def test_ports_are_listed_or_said_to_be_missing(fieldpro: Any) -> None:
    said = fieldpro("ports")
    assert said.code == 0
    assert said.out.startswith("PORT") or "No serial port" in said.err
    assert isinstance(fieldpro("ports", "--json").json, list)


def test_identify_says_who_the_meter_is(fieldpro: Any) -> None:
    said = fieldpro("identify", METER)
    assert said.code == 0
    assert "VCENTRON" in said.out
    assert "0000000061873204" in said.out
    assert said.err == ""
    identity = fieldpro("identify", METER, "--json").json
    assert identity["manufacturer"] == "FPRO"
    assert identity["serial"] == "0000000061873204"


def test_read_gives_the_tables_asked_for_in_the_order_asked_for(fieldpro: Any) -> None:
    said = fieldpro("read", METER, "--tables", "23,0,1", "--json")
    assert said.code == 0, said.err
    assert said.err == ""
    content = said.json
    assert content["meter"]["serial"] == "0000000061873204"
    assert [table["number"] for table in content["tables"]] == [23, 0, 1]
    for table in content["tables"]:
        assert list(table) == ["number", "name", "status", "raw", "values", "notes"]
        assert table["status"] == "read"
        assert bytes.fromhex(table["raw"])
        assert table["notes"] == []
    assert content["tables"][1]["name"] == "GEN_CONFIG_TBL"
    # Table 1 begins with the maker's four letters (C12.19 GENERAL_MFG_ID_TBL).
    assert bytes.fromhex(content["tables"][2]["raw"])[:4] == b"FPRO"
    assert content["tables"][2]["values"]["MANUFACTURER"] == "FPRO"


@pytest.mark.parametrize("meter", ["centron", "residential"])
def test_read_all_gives_every_table_the_meter_lists_decoded(fieldpro: Any, meter: str) -> None:
    said = fieldpro("read", f"sim://{meter}?days=2", "--all", "--json")
    tables = {table["number"]: table for table in said.json["tables"]}
    listed = set(tables[0]["values"]["STD_TBLS_USED"])
    # 7 and 8 hold nothing between two procedures; passwords and keys are read only when they are asked for
    assert listed - {7, 8, 42, 45, 46} <= tables.keys()
    refused = {number for number, table in tables.items() if table["status"] != "read"}
    assert refused <= {43, 44}  # access rights, which nobody may read without a password
    assert all(table["values"] is not None for number, table in tables.items() if number not in refused)
    assert all("higher level" in note for number in refused for note in tables[number]["notes"])
    assert said.code == 0, said.err
    assert ("Closed to this user" in said.err) == bool(refused)


def test_read_all_with_the_highest_password_leaves_nothing_out(fieldpro: Any, tmp_path: Path) -> None:
    said = fieldpro("read", METER, "--all", "--json", "--password-file", password_file(tmp_path, PASSWORD))
    assert said.code == 0, said.err
    assert {table["status"] for table in said.json["tables"]} == {"read"}


def test_read_as_text_has_titles_values_and_what_was_left_out(fieldpro: Any) -> None:
    said = fieldpro("read", METER, "--tables", "0,64", "--elements", "2")
    assert said.code == 0, said.err
    assert "ST 0 GEN_CONFIG_TBL" in said.out
    assert "... " in said.out
    assert " more" in said.out
    assert len(said.out.splitlines()) < 400


def test_a_table_that_is_refused_is_reported_and_the_others_are_given(fieldpro: Any) -> None:
    said = fieldpro("read", METER, "--tables", "1,42", "--json")
    assert said.code == 1
    first, second = said.json["tables"]
    assert (first["status"], second["status"]) == ("read", "refused")
    assert second["values"] is None
    assert second["notes"]
    assert "security" in said.err


def test_registers_have_names_values_and_units(fieldpro: Any) -> None:
    said = fieldpro("registers", METER)
    assert said.code == 0, said.err
    assert "Wh delivered" in said.out
    assert "kWh" in said.out
    found = fieldpro("registers", METER, "--json").json
    totals = [entry for entry in found if entry["name"] == "Wh delivered" and entry["tier"] == 0]
    assert any(entry["kind"] == "summation" and float(entry["value"]) > 0 for entry in totals)


def test_profile_since_a_date_is_written_as_csv(fieldpro: Any, tmp_path: Path) -> None:
    file = tmp_path / "profile.csv"
    said = fieldpro("profile", METER, "--since", "2026-02-28", "--csv", file)
    assert said.code == 0, said.err
    assert said.out == ""
    header, *lines = list(csv.reader(file.read_text(encoding="utf-8").splitlines()))
    assert header[0] == "end"
    assert len(header) == 2 + 4 + 1
    assert lines
    assert all(line[0] > "2026-02-28 00:00:00" for line in lines)
    assert len(lines) < len(fieldpro("profile", METER).out.splitlines())


def test_profile_since_the_last_read_begins_where_that_ended(fieldpro: Any, tmp_path: Path) -> None:
    early = "sim://centron?seed=3&days=3&at=2026-03-01T06:00"
    assert fieldpro("profile", early, "--save", "--csv", tmp_path / "first.csv").code == 0
    assert fieldpro("profile", METER, "--since", "last", "--csv", tmp_path / "second.csv").code == 0
    first, second = (
        list(csv.reader((tmp_path / name).read_text(encoding="utf-8").splitlines()))[1:]
        for name in ("first.csv", "second.csv")
    )
    assert second[-1][0] > first[-1][0]
    assert len(second) < len(first)


def test_events_are_told_in_words(fieldpro: Any) -> None:
    said = fieldpro("events", METER)
    assert said.code == 0, said.err
    assert said.out.startswith("LOG")
    logs = fieldpro("events", METER, "--json").json
    assert any(logs.values())


def test_tables_shows_the_dictionary(fieldpro: Any) -> None:
    said = fieldpro("tables")
    assert said.code == 0
    assert "GEN_CONFIG_TBL" in said.out
    one = fieldpro("tables", "52,46")
    assert one.code == 0
    assert one.out.startswith("ST 52  CLOCK_TBL  Clock")
    assert re.search(r"^0 +CLOCK_CALENDAR +LTIME_DATE +Date and time$", one.out, re.MULTILINE)
    assert "not in the dictionary" in one.out
    assert "TABLE 64 " in fieldpro("tables", "64", "--notation").out
    makers = fieldpro("tables", "mt0-2047", "--overlay", "fieldpro-virtual")
    assert makers.code == 2  # not every number has a table
    assert fieldpro("tables", "--overlay", "fieldpro-virtual").out.count("MT ") > said.out.count("MT ")


def test_a_saved_read_out_is_found_among_the_records(fieldpro: Any) -> None:
    from fieldpro.app import default_store

    said = fieldpro("read", METER, "--tables", "0,1", "--save")
    assert said.code == 0, said.err
    assert "Saved as record 1" in said.err
    with default_store() as store:
        assert [record.identity.serial for record in store.find()] == ["0000000061873204"]


def test_a_password_from_a_file_opens_what_is_closed_without(fieldpro: Any, tmp_path: Path) -> None:
    said = fieldpro("read", METER, "--tables", "42", "--json", "--password-file", password_file(tmp_path, PASSWORD))
    assert said.code == 0, said.err
    assert PASSWORD not in said.err


def test_a_wrong_password_is_the_meters_refusal(fieldpro: Any, tmp_path: Path) -> None:
    said = fieldpro("identify", METER, "--password-file", password_file(tmp_path, "5ECRE7"))
    assert said.code == 1
    assert said.out == ""
    assert "5ECRE7" not in said.err


def test_a_probe_test_says_what_answers_and_how_each_rate_does(fieldpro: Any) -> None:
    said = fieldpro("probe-test", METER, "--max-baud", "19200")
    assert said.code == 0, said.err
    assert said.out.startswith("A meter answers.")
    report = fieldpro("probe-test", METER, "--json").json
    assert (report["found"], report["echo"], report["best_baud"]) == ("meter", False, 57_600)
    assert [rate["baud"] for rate in report["rates"]] == [9600, 14400, 19200, 28800, 57600]


def test_a_defect_of_the_program_does_not_pass_for_the_meters_failure(
    fieldpro: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr(Collection, "got", broken)
    said = fieldpro("read", METER, "--tables", "0")
    assert said.code == 3
    assert "a defect" in said.err
    assert "Report it" in said.err


@pytest.mark.parametrize("told", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_ctrl_c_ends_a_read_with_130_after_the_meter_is_logged_off(
    fieldpro: Any, monkeypatch: pytest.MonkeyPatch, told: str
) -> None:
    number_told = getattr(signal, told)
    got = Collection.got

    def got_and_interrupted(self: Collection, number: int, *rest: Any) -> None:
        got(self, number, *rest)
        if number == 12:
            signal.raise_signal(number_told)

    monkeypatch.setattr(Collection, "got", got_and_interrupted)
    before = signal.getsignal(number_told)
    said = fieldpro("read", METER, "--all", "--json")
    assert said.code == 130
    statuses = {table["number"]: table["status"] for table in said.json["tables"]}
    assert statuses[12] == "read"  # what was read until then is given
    assert statuses[64] == "not-read"
    assert "being logged off" in said.err
    assert "Stopped, as you asked" in said.err
    assert signal.getsignal(number_told) is before


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("read",),
        ("read", METER, "--tables", "x"),
        ("read", METER, "--tables", "0", "--all"),
        ("read", METER, "--password", "MASTER"),
        ("read", METER, "--password-file", "no/such/file"),
        ("read", METER, "--keyring", "nobody"),
        ("read", METER, "--user-id", "70000"),
        ("read", METER, "--max-baud", "fast"),
        ("read", METER, "--probe", "no-such-probe"),
        ("read", "ftp://meter"),
        ("read", "sim://nobody"),
        ("profile", METER, "--since", "yesterday"),
        ("profile", METER, "--since", "2026-01-01T00:00+01:00"),
        ("profile", METER, "--csv", "no/such\0folder/profile.csv"),
        ("tables", "1999"),
        ("tables", "4", "--overlay", "nobody"),
        ("simulate", "nobody"),
        ("simulate", "centron", "--days", "0"),
        ("simulate", "centron", "--tcp", "localhost"),
        ("simulate", "centron", "--tcp", "localhost:99999"),
        ("simulate", "centron", "--faults", "earthquake:1"),
        ("simulate", "centron", "--faults", "lose:2"),
    ],
)
def test_wrong_use_ends_with_2_and_says_what_was_expected(fieldpro: Any, arguments: tuple[str, ...]) -> None:
    said = fieldpro(*arguments)
    assert said.code == 2
    assert said.out == ""
    assert said.err.strip()


@pytest.mark.parametrize("port", ["/dev/fieldpro-no-such-port", "usb:0403:6001:NOBODY", "socket://127.0.0.1:1"])
def test_a_port_that_is_not_there_ends_with_3(fieldpro: Any, port: str) -> None:
    said = fieldpro("identify", port)
    assert said.code == 3
    assert said.out == ""
    assert port in said.err


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(fieldpro: Any, verb: str) -> None:
    said = fieldpro(verb, "--help")
    assert said.code == 0
    assert "Usage" in said.out
    assert verb in said.out


def test_help_lists_every_verb_and_the_version_is_the_packages(fieldpro: Any) -> None:
    import fieldpro as package

    said = fieldpro("--help")
    assert said.code == 0
    assert all(verb in said.out for verb in VERBS)
    assert fieldpro("--version").out.strip() == f"fieldpro {package.__version__}"


def test_no_verb_takes_a_password_as_an_argument(fieldpro: Any) -> None:
    for verb in VERBS:
        assert "--password " not in fieldpro(verb, "--help").out
