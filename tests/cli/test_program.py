"""Programs on the command line: made, checked, compared, written, taken back; and those that are not to be written."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fieldpro.errors import LinkError
from fieldpro.meter.changes import Journal, Stage

Raw = Callable[[str, int], str]
UTILITY, CALENDAR, SECURITY = 6, 54, 42
PROGRAM = """schema = 1
name = "owner"
revision = 3
elements_total = 2
[for]
model = "VCENTRON"
[elements.UTIL_INFO_TBL]
OWNER_NAME = "Ogdenville"
TARIFF_ID = "T-9"
"""


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., Path]:
    """A program file, with some of its text replaced."""

    def write(*replaced: tuple[str, str]) -> Path:
        text = PROGRAM
        for old, new in replaced:
            assert old in text
            text = text.replace(old, new)
        file = tmp_path / "owner.toml"
        file.write_text(text, encoding="utf-8")
        return file

    return write


def test_a_meter_becomes_a_program_that_fits_it(fieldpro: Any, meter: str, tmp_path: Path, logged_on: Any) -> None:
    file = tmp_path / "mine.toml"
    said = fieldpro("program", "make", meter, "--name", "mine", "--out", file, *logged_on)
    assert said.code == 0, said.err
    assert fieldpro("program", "check", file).out == "mine revision 1: nothing is wrong.\n"
    content = fieldpro("program", "diff", meter, file, "--json", *logged_on).json
    assert content["counts"]["different"] == 0
    assert content["counts"]["same"] > 200
    assert len(content["changes"]) == sum(content["counts"].values())


def test_a_saved_read_out_becomes_a_program_too(fieldpro: Any, meter: str, logged_on: Any) -> None:
    assert fieldpro("read", meter, "--all", "--save", *logged_on).code == 0
    made = fieldpro("program", "make", "record:1", "--name", "from-record", "--tables", "6")
    assert made.code == 0, made.err
    assert 'OWNER_NAME = "' in made.out
    assert fieldpro("program", "diff", "record:1", "template:commercial-tou", "--json").json["counts"]["different"] == 5


def test_the_library_keeps_every_revision(fieldpro: Any, program: Any) -> None:
    first = fieldpro("program", "add", program())
    assert first.out.startswith("owner revision 3 ") or first.out.startswith("owner revision 1 ")
    second = fieldpro("program", "add", program(("T-9", "T-10")))
    assert second.code == 0, second.err
    history = fieldpro("program", "show", "owner", "--history", "--json").json
    assert len(history) == 2
    assert history[0]["revision"] == history[1]["revision"] + 1
    older = fieldpro("program", "show", f"owner@{history[1]['revision']}")
    assert 'TARIFF_ID = "T-9"' in older.out
    assert 'TARIFF_ID = "T-10"' in fieldpro("program", "show", "owner").out
    listed = fieldpro("program", "list", "TARIFF_ID", "--json").json
    assert "owner" in [each["name"] for each in listed]
    assert fieldpro("program", "list", "no-such-word-anywhere", "--json").json == []


def test_only_what_was_chosen_is_written_and_proven_and_taken_back(
    fieldpro: Any, meter: str, program: Any, raw: Raw, logged_on: Any
) -> None:
    before = raw(meter, UTILITY)
    arguments = ("--only", "UTIL_INFO_TBL.TARIFF_ID", "--yes", "--json", "--save", *logged_on)
    written = fieldpro("program", "write", meter, program(), *arguments)
    assert written.code == 0, written.err
    assert [change["path"] for change in written.json["changes"]] == ["UTIL_INFO_TBL.TARIFF_ID"]
    assert written.json["program"]["revision"] == 3
    assert "1 change written, 1 of them read back" in written.err
    assert b"T-9".hex() in raw(meter, UTILITY)
    assert b"Ogdenville".hex() not in raw(meter, UTILITY)
    record = fieldpro("audit", "list", "--kind", "write", "--json").json[0]
    assert record["data"]["program"]["hash"] == written.json["program"]["hash"]
    assert record["data"]["changes"][0][0] == "UTIL_INFO_TBL.TARIFF_ID"
    assert record["data"]["outcome"] == "done"
    undone = fieldpro("program", "undo", meter, "--yes", *logged_on)
    assert undone.code == 0, undone.err
    assert raw(meter, UTILITY) == before


def test_a_group_is_chosen_by_its_title(fieldpro: Any, meter: str, logged_on: Any, raw: Raw) -> None:
    before = raw(meter, CALENDAR)
    arguments = ("--groups", "ST 6 Utility information", "--yes", "--json", *logged_on)
    written = fieldpro("program", "write", meter, "template:commercial-tou", *arguments)
    assert written.code == 0, written.err
    assert {change["table"] for change in written.json["changes"]} == {UTILITY}
    assert raw(meter, CALENDAR) == before


def test_a_field_is_filled_in_for_this_meter(fieldpro: Any, meter: str, logged_on: Any, raw: Raw) -> None:
    arguments = ("--field", "service_point=SP-77", "--only", "UTIL_INFO_TBL.SERVICE_POINT_ID", "--yes", *logged_on)
    assert fieldpro("program", "write", meter, "template:commercial-tou", *arguments).code == 0
    assert b"SP-77".hex() in raw(meter, UTILITY)


def test_what_is_to_take_hold_later_waits_in_the_meter(
    fieldpro: Any, meter: str, program: Any, raw: Raw, logged_on: Any
) -> None:
    said = fieldpro("program", "write", meter, program(), "--when-told", "--yes", *logged_on)
    assert said.code == 0, said.err
    assert b"Ogdenville".hex() not in raw(meter, UTILITY)
    told = fieldpro("procedure", meter, "ACTIVATE_ALL_PENDING", *logged_on)
    assert told.code == 0, told.err
    assert b"Ogdenville".hex() in raw(meter, UTILITY)


def test_without_a_terminal_nothing_is_written_unless_it_was_said(
    fieldpro: Any, meter: str, program: Any, raw: Raw, logged_on: Any
) -> None:
    before = raw(meter, UTILITY)
    said = fieldpro("program", "write", meter, program(), *logged_on)
    assert said.code == 2
    assert "--yes" in said.err
    assert raw(meter, UTILITY) == before


@pytest.mark.parametrize(
    ("replaced", "words"),
    [
        ((("VCENTRON", "OTHER"),), "for another kind of meter"),
        ((("schema = 1", "schema = 2"),), "newer FieldPro"),
        ((('TARIFF_ID = "T-9"\n', ""),), "elements_total"),
        ((('"T-9"\n', '"T-'),), "TOML"),
        ((('"T-9"', '"a tariff much longer than its place"'),), "TARIFF_ID"),
        ((('"T-9"', "77"),), "TARIFF_ID"),
        ((("TARIFF_ID", "TARIF_ID"),), "TARIF_ID"),
        ((('[for]\nmodel = "VCENTRON"\n', '[for]\nmodel = "VCENTRON"\nedition = 1\n'),), "edition 1"),
        ((("revision = 3", "revision = -1"),), "revision"),
    ],
    ids=[
        "another meter",
        "future schema",
        "truncated by an element",
        "truncated in a line",
        "value too long",
        "value of another type",
        "unknown name",
        "another edition",
        "no such revision",
    ],
)
def test_a_program_that_does_not_fit_is_refused_in_a_sentence_and_nothing_is_written(
    fieldpro: Any,
    meter: str,
    program: Any,
    raw: Raw,
    logged_on: Any,
    replaced: tuple[tuple[str, str], ...],
    words: str,
) -> None:
    before = raw(meter, UTILITY)
    said = fieldpro("program", "write", meter, program(*replaced), "--yes", *logged_on)
    assert said.code == 2, said.err
    assert words in said.err
    assert "Traceback" not in said.err
    assert raw(meter, UTILITY) == before
    assert fieldpro("audit", "list", "--kind", "write", "--json").json == []


def test_a_program_for_another_meter_is_written_when_that_is_meant(
    fieldpro: Any, meter: str, program: Any, raw: Raw, logged_on: Any
) -> None:
    other = program(("VCENTRON", "OTHER"))
    said = fieldpro("program", "write", meter, other, "--yes", "--despite-warnings", *logged_on)
    assert said.code == 0, said.err
    assert "is for the model OTHER" in said.err
    assert b"Ogdenville".hex() in raw(meter, UTILITY)


def test_a_meter_that_was_exchanged_in_between_is_not_written(
    fieldpro: Any, meter: str, program: Any, logged_on: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fieldpro.cli import jobs
    from fieldpro.meter.read import identify as identify_meter

    def another(**rest: Any) -> Any:
        found = yield from identify_meter(**rest)
        return replace(found, serial="4711")

    monkeypatch.setattr(jobs, "identify", another)
    said = fieldpro("program", "write", meter, program(), "--yes", *logged_on)
    assert said.code == 2
    assert "another meter" in said.err
    assert fieldpro("audit", "list", "--kind", "approval", "--json").json == []


def test_a_meter_that_refuses_ends_with_1_and_is_left_as_it_was(
    fieldpro: Any, meter: str, program: Any, raw: Raw, secret_file: Any
) -> None:
    before = raw(meter, UTILITY)
    lowest = ("--password-file", secret_file("TERTIARY"))
    said = fieldpro("program", "write", meter, program(), "--yes", *lowest)
    assert said.code == 1, said.err
    assert "higher security level" in said.err
    assert raw(meter, UTILITY) == before
    assert fieldpro("program", "resume", meter).err.strip().endswith("No write to this meter was interrupted.")


@pytest.fixture
def interrupted(fieldpro: Any, meter: str, logged_on: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """A write whose second operation is announced in the journal when the line dies."""

    def interrupt() -> None:
        marked = []
        mark = Journal.mark

        def mark_and_die(self: Journal, job: Any, operation: int, stage: Stage) -> None:
            mark(self, job, operation, stage)
            marked.append(stage)
            if marked.count(Stage.INTENDED) == 2:
                raise LinkError("silent", meter)

        with monkeypatch.context() as patch:
            patch.setattr(Journal, "mark", mark_and_die)
            said = fieldpro("program", "write", meter, "template:commercial-tou", "--yes", *logged_on)
        assert said.code == 3, said.err

    return interrupt


@pytest.mark.parametrize("way", ["--finish", "--go-back"])
def test_an_interrupted_write_is_told_of_first_and_finished_or_taken_back(
    fieldpro: Any, meter: str, logged_on: Any, raw: Raw, interrupted: Callable[[], None], way: str
) -> None:
    before = raw(meter, UTILITY), raw(meter, CALENDAR)
    interrupted()
    for arguments in (("program", "diff", meter, "template:commercial-tou"), ("identify", meter), ("registers", meter)):
        told = fieldpro(*arguments)
        assert told.code == 0
        assert "was interrupted at" in told.err.splitlines()[0]
        assert told.err.count("was interrupted at") == 1
    again = fieldpro("program", "write", meter, "template:commercial-tou", "--yes", *logged_on)
    assert again.code == 2
    assert "program resume" in again.err
    undecided = fieldpro("program", "resume", meter, *logged_on)
    assert undecided.code == 2
    said = fieldpro("program", "resume", meter, way, "--yes", *logged_on)
    assert said.code == 0, said.err
    left = fieldpro("program", "diff", meter, "template:commercial-tou", "--json", *logged_on).json
    assert left["counts"]["different"] == (0 if way == "--finish" else 5)
    if way == "--go-back":
        assert (raw(meter, UTILITY), raw(meter, CALENDAR)) == before
    assert "was interrupted" not in fieldpro("identify", meter).err
    assert "was interrupted" not in fieldpro("program", "diff", meter, "template:commercial-tou").err


def test_ctrl_c_in_a_write_is_an_interruption_like_any_other(
    fieldpro: Any, meter: str, logged_on: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = Journal.mark

    def mark_and_stop(self: Journal, job: Any, operation: int, stage: Stage) -> None:
        mark(self, job, operation, stage)
        if stage is Stage.WRITTEN:
            signal.raise_signal(signal.SIGINT)

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "mark", mark_and_stop)
        said = fieldpro("program", "write", meter, "template:commercial-tou", "--yes", *logged_on)
    assert said.code == 130, said.err
    (record,) = fieldpro("audit", "list", "--kind", "write", "--json").json
    assert record["data"]["outcome"] in ("cancelled", "failed")
    assert "was interrupted at" in fieldpro("identify", meter).err
    assert fieldpro("program", "resume", meter, "--finish", "--yes", *logged_on).code == 0


def test_every_session_of_a_write_names_its_meter(fieldpro: Any, meter: str, logged_on: Any) -> None:
    assert fieldpro("program", "write", meter, "template:commercial-tou", "--yes", "--save", *logged_on).code == 0
    records = fieldpro("audit", "list", "--json").json
    assert {record["kind"] for record in records} == {"session", "approval", "write"}
    assert {record["meter"] for record in records} == {"FPRO 0000000061873204"}


def test_an_interrupted_write_can_be_left_as_it_is(
    fieldpro: Any, meter: str, logged_on: Any, interrupted: Callable[[], None]
) -> None:
    interrupted()
    assert fieldpro("program", "resume", meter, "--leave", "--yes").code == 0
    assert fieldpro("program", "write", meter, "template:commercial-tou", "--yes", *logged_on).code == 0


def test_new_passwords_are_proven_by_opening_the_meter(
    fieldpro: Any, meter: str, tmp_path: Path, logged_on: Any, secret_file: Any
) -> None:
    file = tmp_path / "full.toml"
    fieldpro("program", "make", meter, "--name", "full", "--tables", "42", "--out", file, *logged_on)
    names = re.findall(r"^\[fields\.(\w*password\w*)\]", file.read_text(encoding="utf-8"), re.MULTILINE)
    in_the_open = fieldpro("program", "write", meter, file, "--field", f"{names[0]}=NEWTERTIARY", "--yes", *logged_on)
    assert in_the_open.code == 2
    assert "NEWTERTIARY" not in in_the_open.err
    new = secret_file("NEWTERTIARY")
    assert fieldpro("identify", meter, "--password-file", new).code == 1
    said = fieldpro("program", "write", meter, file, "--field-file", f"{names[0]}={new}", "--yes", *logged_on)
    assert said.code == 0, said.err
    assert "the new one opens the meter" in said.err
    assert fieldpro("identify", meter, "--password-file", new).code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("program", "diff", "sim://centron", "no-such-program"),
        ("program", "diff", "record:x", "template:commercial-tou"),
        ("program", "diff", "record:999", "template:commercial-tou"),
        ("program", "show", "commercial-tou@x"),
        ("program", "show", "no-such", "--history"),
        ("program", "show", "template:no-such"),
        ("program", "check", "no/such/file.toml"),
        ("program", "write", "record:1", "template:commercial-tou"),
        ("program", "write", "sim://centron", "template:commercial-tou", "--at", "tomorrow"),
        ("program", "write", "sim://centron", "template:commercial-tou", "--at", "2026-01-01", "--when-told"),
        ("program", "write", "sim://centron", "template:commercial-tou", "--field", "nonsense"),
        ("program", "write", "sim://centron", "template:commercial-tou", "--field", "nobody=1"),
        ("program", "write", "sim://centron", "template:commercial-tou", "--only", "NO_SUCH_TBL", "--yes"),
        ("program", "write", "sim://centron", "template:commercial-tou", "--groups", "No such group", "--yes"),
        ("program", "write", "sim://centron", "template:commercial-tou", "--json"),
        ("program", "resume", "sim://centron", "--finish", "--leave"),
        ("program", "undo", "sim://centron", "--job", "nobody", "--yes"),
    ],
)
def test_wrong_use_ends_with_2(fieldpro: Any, arguments: tuple[str, ...]) -> None:
    said = fieldpro(*arguments)
    assert said.code == 2, said.err
    assert said.err.strip()
    assert "Traceback" not in said.err
