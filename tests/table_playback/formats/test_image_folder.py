"""A folder or zip with a file for each table, there and back; and what does not belong there."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldpro.errors import TapeError
from table_playback.formats import image_folder
from table_playback.tape import Tape
from table_playback.tape.limits import MiB


def filled(folder: Path, **files: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def zipped(path: Path, *files: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files:
            packed.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return path


def tables_of(path: Path) -> dict[int, bytes]:
    return {number: image.data for number, image in image_folder.read(path).tables.items()}


@pytest.mark.parametrize("name", ["out", "out.zip", "new/out", "new/out.zip"])
def test_a_tape_comes_back_as_it_was(tape: Tape, tmp_path: Path, name: str) -> None:
    told = image_folder.write(tape, tmp_path / name)
    again = image_folder.read(tmp_path / name)
    clear = {number: image.data for number, image in tape.tables.items() if not image.masked}
    assert {number: image.data for number, image in again.tables.items()} == clear
    assert again.header.meter == tape.header.meter
    assert again.header.device_profile == tape.header.device_profile
    left_out = [line for line in told if line.endswith("are redacted")]
    assert len(left_out) == len(tape.tables) - len(clear) > 0
    if not name.endswith(".zip"):
        assert {"0000.bin", "0023.bin"} <= {each.name for each in (tmp_path / name).iterdir()}


def test_each_kind_of_name_is_a_table(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    files = {
        "ST1": 1,
        "st023.bin": 23,
        "MT5": 2053,
        "2054.hex": 2054,
        "0007.dat": 7,
        "PST6.bin": 4102,
        "pmt-1.TXT": 6145,
        "ST_52.bin": 52,
        "64": 64,
    }
    for name in files:
        filled(folder, **{name: b"4 1\r\n42" if name.lower().endswith((".hex", ".txt")) else b"AB"})
    filled(folder, **{".DS_Store": b"x", "README.md": b"x", "Thumbs.db": b"x"})
    assert tables_of(folder) == dict.fromkeys(files.values(), b"AB")


def test_a_zip_of_a_folder_is_a_folder(tmp_path: Path) -> None:
    path = zipped(tmp_path / "in.zip", ("meter/", b""), ("meter/ST1", b"AB"), ("__MACOSX/meter/._ST1", b"x"))
    assert tables_of(path) == {1: b"AB"}


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("notes.doc", b"x", "unsafe-name"),
        ("ST", b"x", "unsafe-name"),
        ("ST2048", b"x", "unsafe-name"),
        ("8192.bin", b"x", "unsafe-name"),
        ("\u00b2.bin", b"x", "unsafe-name"),
        ("1.exe", b"x", "unsafe-name"),
        ("ST0.bin", b"x", "malformed"),
        ("5.hex", b"4", "malformed"),
        ("5.hex", b"\xff\xff", "malformed"),
        ("5.hex", b"0x41", "malformed"),
    ],
)
def test_a_file_that_is_no_table(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    folder = filled(tmp_path / "in", **{"0000.bin": b"x", name: content})
    packed = zipped(tmp_path / "in.zip", ("0000.bin", b"x"), (name, content))
    for path in (folder, packed):
        with pytest.raises(TapeError) as caught:
            image_folder.read(path)
        assert caught.value.reason == reason
        assert caught.value.place in (name, "0000.bin")


@pytest.mark.parametrize(
    "name", ["../0001.bin", "/0001.bin", "a/../0001.bin", "C:\\0001.bin", "..\\0001.bin", "a/b/1.bin"]
)
def test_a_name_that_leads_out_of_a_zip(tmp_path: Path, name: str) -> None:
    with pytest.raises(TapeError) as caught:
        image_folder.read(zipped(tmp_path / "in.zip", ("a/0000.bin", b"x"), (name, b"x")))
    assert caught.value.reason == "unsafe-name"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs links and pipes")
@pytest.mark.parametrize("kind", ["link", "folder", "pipe"])
def test_what_is_no_plain_file_in_a_folder_is_not_opened(tmp_path: Path, kind: str) -> None:
    folder = filled(tmp_path / "in", **{"0000.bin": b"x"})
    entry = folder / "0001.bin"
    if kind == "link":
        entry.symlink_to("/etc/passwd")
    elif kind == "folder":
        entry.mkdir()
    else:
        os.mkfifo(entry)
    with pytest.raises(TapeError) as caught:
        image_folder.read(folder)
    assert (caught.value.reason, caught.value.place) == ("unsafe-name", "0001.bin")


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = zipped(tmp_path / "in.zip", ("0001.bin", bytes(image_folder.MAX_IMAGE + 1)))
    with pytest.raises(TapeError) as caught:
        image_folder.read(path)
    assert (caught.value.reason, caught.value.place) == ("too-large", "0001.bin")


def test_many_that_are_too_large_together(tmp_path: Path) -> None:
    path = zipped(tmp_path / "in.zip", *((f"{number}.bin", bytes(15 * MiB)) for number in range(5)))
    with pytest.raises(TapeError) as caught:
        image_folder.read(path)
    assert (caught.value.reason, caught.value.place) == ("too-large", "4.bin")


@pytest.mark.parametrize("name", ["in", "in.zip"])
def test_a_folder_without_a_table(tmp_path: Path, name: str) -> None:
    path = filled(tmp_path / "in") if name == "in" else zipped(tmp_path / name)
    with pytest.raises(TapeError) as caught:
        image_folder.read(path)
    assert caught.value.reason == "not-a-tape"


def test_a_folder_that_has_something_in_it_is_not_written_over(tape: Tape, tmp_path: Path) -> None:
    folder = filled(tmp_path / "out", keep=b"me")
    with pytest.raises(TapeError) as caught:
        image_folder.write(tape, folder)
    assert caught.value.reason == "denied"
    assert [each.name for each in tmp_path.iterdir()] == ["out"]
    assert [each.name for each in folder.iterdir()] == ["keep"]


def test_an_empty_folder_that_is_there_already_will_do(tape: Tape, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    image_folder.write(tape, tmp_path / "out")
    assert 23 in tables_of(tmp_path / "out")


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_whatever_a_zip_holds_a_tape_or_a_tape_error_comes_out(tmp_path: Path, data: st.DataObject) -> None:
    names = st.one_of(st.sampled_from(["ST1", "0002.bin", "3.hex"]), st.text(st.characters(codec="utf-8"), max_size=9))
    files = data.draw(st.dictionaries(names, st.binary(max_size=9), max_size=3))
    path = zipped(tmp_path / "in.zip", *files.items())
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(0, len(content)))
        content[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
    path.write_bytes(content)
    try:
        tape = image_folder.read(path)
    except TapeError:
        return
    assert tape.tables
