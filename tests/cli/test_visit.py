"""A visit on the command line: the order's steps one after the other, on the ordered meter only, and the report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

SERIAL = "0000000061873204"  # resources/meters/centron.toml


@pytest.fixture
def order(tmp_path: Path) -> Any:
    """An order file of a kind, with other lines beside."""

    def write(kind: str, **lines: str) -> Path:
        file = tmp_path / "order.toml"
        values = {"number": "4711", "kind": kind, "premise": "12 Elm Street", "serial": SERIAL.lstrip("0"), **lines}
        file.write_text("".join(f'{name} = "{value}"\n' for name, value in values.items()), encoding="utf-8")
        return file

    return write


def test_a_meter_is_programmed_step_by_step_and_the_report_says_so(
    fieldpro: Any, meter: str, order: Any, logged_on: Any, tmp_path: Path, raw: Any
) -> None:
    begun = fieldpro("visit", "begin", order("program", form="9S", program="commercial-tou"))
    assert begun.code == 0, begun.err
    assert "Check the order" in begun.err
    assert fieldpro("visit", "do", meter).code == 2  # a person's step comes first
    assert fieldpro("visit", "done", "--note", "as on the paper").code == 0
    for title in ("Identify the meter", "Read the meter"):
        said = fieldpro("visit", "do", meter)
        assert said.out == f"{title}: done\n", said.err
    nobody = fieldpro("visit", "do", meter, "--only", "UTIL_INFO_TBL", *logged_on)
    assert nobody.code == 2  # nobody can be asked here
    written = fieldpro("visit", "do", meter, "--only", "UTIL_INFO_TBL", "--yes", *logged_on)
    assert written.code == 0, written.err
    assert b"FieldPro".hex() in raw(meter, 6)
    assert fieldpro("visit", "skip").code == 2  # without a reason
    assert fieldpro("visit", "skip", "--reason", "the office sets clocks").code == 0
    assert fieldpro("visit", "do", meter).code == 0
    assert fieldpro("visit", "skip", "--reason", "no time today").code == 0
    closed = fieldpro("visit", "close")
    assert closed.code == 0, closed.err
    assert closed.out == "Completed, with steps left out.\n"
    record = fieldpro("visit", "show", "--json").json
    assert [step["state"] for step in record["steps"]] == [
        *(["done"] * 4),
        "skipped",
        "done",
        "skipped",
        "done",
    ]
    assert {line["path"] for line in record["differences"] if line["written"]} == {"UTIL_INFO_TBL.PROGRAMMER_NAME"}
    assert fieldpro("audit", "verify", "--known", record["audit_hash"]).code == 0
    for name in ("report.pdf", "report.html"):
        assert fieldpro("visit", "report", tmp_path / name).code == 0
        assert (tmp_path / name).stat().st_size > 2_000
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    assert "12 Elm Street" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert fieldpro("visit", "list").out.count("Completed") == 1


def test_a_customer_is_disconnected_by_order(fieldpro: Any, meter: str, order: Any, logged_on: Any) -> None:
    assert fieldpro("visit", "begin", order("disconnect")).code == 0
    assert fieldpro("visit", "done").code == 0
    for _ in range(3):
        assert fieldpro("visit", "do", meter).code == 0
    assert fieldpro("visit", "do", meter, *logged_on).code == 2  # no reason, no confirmation
    said = fieldpro("visit", "do", meter, "--reason", "Non-payment, order 4711", "--confirm", SERIAL, *logged_on)
    assert said.code == 0, said.err
    assert fieldpro("switch", meter, "--json").json["state"] == "open"


def test_another_meter_than_the_ordered_one_is_refused_and_nothing_is_written(
    fieldpro: Any, meter: str, order: Any
) -> None:
    assert fieldpro("visit", "begin", order("program", serial="00012345")).code == 0
    assert fieldpro("visit", "done").code == 0
    said = fieldpro("visit", "do", meter)
    assert said.code == 2
    assert "does not fit the work order" in said.err
    assert "nothing was written" in said.err
    assert fieldpro("visit", "refuse", "--reason", "another meter hangs there").code == 0
    closed = fieldpro("visit", "close")
    assert closed.out == "Refused.\n"
    assert fieldpro("audit", "list", "--kind", "write", "--json").json == []


def test_every_step_at_a_meter_can_be_done(fieldpro: Any, meter: str, order: Any, logged_on: Any) -> None:
    assert fieldpro("visit", "begin", order("program", program="installation")).code == 0
    assert fieldpro("visit", "done").code == 0
    for _ in range(6):
        said = fieldpro("visit", "do", meter, "--yes", *logged_on)
        assert said.code == 0, said.err
    record = fieldpro("visit", "show", "--json").json
    assert record["clock"]
    assert [check["code"] for check in record["diagnosis"]["checks"]] == ["D1", "D2", "D3", "D4", "D5", "D6"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("visit", "show"),
        ("visit", "show", "--visit", "nobody"),
        ("visit", "do", "sim://centron"),
        ("visit", "done"),
        ("visit", "close"),
        ("visit", "report", "report.pdf"),
        ("visit", "begin", "no/such/order.toml"),
    ],
)
def test_wrong_use_ends_with_2(fieldpro: Any, arguments: tuple[str, ...]) -> None:
    said = fieldpro(*arguments)
    assert said.code == 2, said.err
    assert "Traceback" not in said.err


def test_an_order_that_is_none_and_a_report_of_no_kind_are_told(fieldpro: Any, order: Any, tmp_path: Path) -> None:
    assert fieldpro("visit", "begin", order("holiday")).code == 2
    assert fieldpro("visit", "begin", order("program")).code == 0
    assert fieldpro("visit", "close").code == 2
    assert fieldpro("visit", "report", tmp_path / "report.doc").code == 2
    assert fieldpro("visit", "report", tmp_path / "report.pdf", "--paper", "A3").code == 2
