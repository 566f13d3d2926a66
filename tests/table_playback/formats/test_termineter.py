"""The table dump of termineter, written by termineter itself, and ours, compared by termineter itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from fieldpro.errors import TapeError
from fieldpro.secret import holds_secrets
from fieldpro.simulator import PtyServer, VirtualMeter
from table_playback.formats import tape_of_images
from table_playback.formats import termineter as dumps
from table_playback.tape import Tape

Termineter = Callable[[str], str]
only_centron = pytest.mark.parametrize("meter", ["centron"], indirect=True)
"""termineter ends where a meter does not negotiate, as the other one does not."""
GOLDEN = Path(__file__).parent / "golden" / "termineter-1.0.6.csv"


def test_a_dump_that_termineter_wrote_once() -> None:
    tape = dumps.read(GOLDEN)
    assert sorted(tape.tables) == [0, 1, 2, 3, 4, 5]
    assert tape.tables[3].data == bytes.fromhex("0100080000")
    assert [step.table for step in tape.steps] == [0, 1, 2, 3, 4, 5]
    assert tape.header.meter is not None
    assert tape.header.meter.model == "VCENTRON"
    assert tape.header.device_profile == "fieldpro-virtual"
    assert (tape.header.title, tape.header.started_at.tzname()) == ("termineter-1.0.6", "UTC")


@only_centron
def test_what_termineter_dumps_of_a_meter_is_what_the_meter_holds(
    meter: VirtualMeter, images: dict[int, bytes], termineter_dump: Path
) -> None:
    tape = dumps.read(termineter_dump)
    clear = {number: image.data for number, image in tape.tables.items() if not image.masked}
    assert len(clear) > 30
    assert {number: images[number] for number in clear} == clear
    secret = {number: image for number, image in tape.tables.items() if holds_secrets(number)}
    assert 42 in secret
    assert all(image.masked == ((0, len(image.data)),) for image in secret.values())
    assert images[42] not in b"".join(step.data for step in tape.steps)
    assert "passwords" in {redaction.what for redaction in tape.header.redactions}


@pytest.fixture
def termineter_dump(meter: VirtualMeter, termineter: Termineter, tmp_path: Path) -> Path:
    path = tmp_path / "dump.csv"
    password = meter.description.security.levels[-1].password
    with PtyServer(meter) as server:
        said = termineter(
            f"set SERIAL_CONNECTION {server.url}\nset PASSWORD_HEX False\nset PASSWORD {password}\n"
            f"set USER_ID 1\nconnect\nuse dump_tables\nset UPPER 60\nset FILE {path}\nrun"
        )
    assert "Successfully copied" in said
    return path


@only_centron
def test_termineter_reads_our_dump_and_finds_its_own_the_same(
    images: dict[int, bytes], termineter_dump: Path, termineter: Termineter, tmp_path: Path
) -> None:
    ours, report = tmp_path / "ours.csv", tmp_path / "report.html"
    told = dumps.write(tape_of_images(images), ours)
    assert any(line.startswith("table 42 is left out") for line in told)
    dumped = dict(line.split(",", 1) for line in termineter_dump.read_text().splitlines())
    kept = [line for line in ours.read_text().splitlines(keepends=True) if line.split(",")[0] in dumped]
    ours.write_text("".join(kept))
    termineter_dump.write_text("".join(f"{n},{rest}\n" for n, rest in dumped.items() if not holds_secrets(int(n))))
    assert differences(termineter, termineter_dump, ours, report) == set()
    ours.write_text(ours.read_text().replace("4650524f5643454e", "4650524f5643454f"))
    assert differences(termineter, termineter_dump, ours, report) == {"rep"}


def differences(termineter: Termineter, first: Path, second: Path, report: Path) -> set[str]:
    """The kinds of difference that termineter marks between two dumps."""
    termineter(
        f"use diff_tables\nset FIRST_FILE {first}\nset SECOND_FILE {second}\n"
        f"set REPORT_FILE {report}\nset ALL_TABLES True\nrun"
    )
    text = report.read_text()
    assert text.count("<tr><td") > 20
    return set(re.findall(r"span class=.diff_(\w+)", text[text.index("Table Data") :]))


def test_a_dump_comes_back_as_it_was(tape: Tape, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    told = dumps.write(tape, path)
    again = dumps.read(path)
    left = {number for number, image in tape.tables.items() if not image.masked}
    assert {n: image.data for n, image in again.tables.items()} == {n: tape.tables[n].data for n in left}
    assert len(told) == len(tape.tables) - len(left) > 0
    assert again.header.meter == tape.header.meter


SMALL = "0,GEN,2,0a0B\n1,UNKNOWN,1,ff\n"


@pytest.mark.parametrize(
    "text",
    [
        SMALL,
        SMALL.replace("\n", "\r\n"),
        SMALL.replace("\n", "\r\r\n"),
        "\ufeff" + SMALL,
        SMALL.replace(",", ";"),
        SMALL.replace("\n", "\n\n"),
        SMALL.rstrip(),
        '"0","GEN","2","0a0b"\n"1","A, B","1","FF"\n',
        "0, GEN ,2, 0x0a0b\n1,A,B,C,1,ff\n",
        SMALL.replace("GEN", "G\xe9n"),
        "1,UNKNOWN,1,ff\n0,GEN,2,0a0b\n",
    ],
)
def test_what_others_make_of_a_dump_is_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes(text.encode("utf-8" if text[0] == "\ufeff" else "latin-1"))
    assert {n: image.data for n, image in dumps.read(path).tables.items()} == {0: b"\x0a\x0b", 1: b"\xff"}


@pytest.mark.parametrize(
    ("text", "reason", "place", "what"),
    [
        ("", "not-a-tape", "line 1", "no table"),
        ("\n\n", "not-a-tape", "line 1", "no table"),
        ("hello\n", "malformed", "line 1", "fields"),
        ("0,A,1\n", "malformed", "line 1", "fields"),
        ("0,A,1,00\nx,A,1,00\n", "malformed", "line 2", "'x'"),
        ("-1,A,1,00\n", "malformed", "line 1", "'-1'"),
        ("8192,A,1,00\n", "malformed", "line 1", "'8192'"),
        ("99999999999999,A,1,00\n", "malformed", "line 1", "no number"),
        ("\u00b2,A,1,00\n", "malformed", "line 1", "no number"),
        ("0,A,1,0\n", "malformed", "line 1", "hex"),
        ("0,A,1,1.2E+34\n", "malformed", "line 1", "hex"),
        ("0,A,2,00\n", "malformed", "line 1", "1 bytes"),
        ("0,A,,00\n", "malformed", "line 1", "1 bytes"),
        ("0,A,1,00\n\n0,A,1,00\n", "malformed", "line 3", "twice"),
    ],
)
def test_what_is_no_dump_is_told_with_its_line(tmp_path: Path, text: str, reason: str, place: str, what: str) -> None:
    path = tmp_path / "in.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TapeError) as caught:
        dumps.read(path)
    assert (caught.value.reason, caught.value.place) == (reason, place)
    assert what in caught.value.detail


def test_a_dump_of_more_than_a_meter_can_have_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "in.csv"
    path.write_text(SMALL)
    monkeypatch.setattr(dumps, "_MAX_FILE", 10)
    with pytest.raises(TapeError) as caught:
        dumps.read(path)
    assert caught.value.reason == "too-large"
