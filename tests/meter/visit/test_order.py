"""The work order: read from what an office writes, and held against the meter on the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from fieldpro.errors import FileError, OrderMismatch
from fieldpro.explain import explain
from fieldpro.meter.visit import order as orders
from fieldpro.meter.visit.order import WorkOrder
from fieldpro.records import MeterIdentity

METER = MeterIdentity("ITRN", "CENTRON", "00012345", "1.0", "3.12", "ITRN", "SITE 7")


def ordered(**fields: str) -> WorkOrder:
    return WorkOrder(number="4711", kind="program", **fields)


def test_toml_and_json_say_the_same(tmp_path: Path) -> None:
    toml, json = tmp_path / "o.toml", tmp_path / "o.json"
    toml.write_text('number = "4711"\nkind = "exchange"\nserial = "00012345"\nform = "9S"\n')
    json.write_text('{"number": 4711, "kind": "exchange", "serial": "00012345", "form": " 9S "}')
    assert orders.load(toml) == orders.load(json)
    assert orders.load(toml).as_texts() == {
        "number": "4711",
        "kind": "exchange",
        "serial": "00012345",
        "form": "9S",
    }


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("kind = 'exchange'", "number"),
        ("number = '1'\nkind = 'holiday'", "kind"),
        ("number = '1'\nkind = 'program'\ncolour = 'red'", "colour"),
        ("number = '1'\nkind = \nform = '9S'", "line 2"),
        ("number = ''\nkind = 'program'", "number"),
    ],
)
def test_a_file_that_is_no_order_names_the_place(text: str, place: str) -> None:
    with pytest.raises(FileError) as refused:
        orders.parse(text, "o.toml")
    assert place in refused.value.place


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "o.toml").write_bytes(b"\xff\xfe\xff")
    for name in ("o.toml", "nothing.toml"):
        with pytest.raises(FileError):
            orders.load(tmp_path / name)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"serial": "12345"},
        {"serial": "00012345", "manufacturer": "itrn", "device_class": "ITRN", "form": "9s"},
        {"model": "CENTRON*", "form": "*S"},
    ],
)
def test_the_ordered_meter_is_let_pass(fields: dict[str, str]) -> None:
    ordered(**fields).check(METER, "9S")


@pytest.mark.parametrize(
    ("fields", "what", "found"),
    [
        ({"serial": "00012346"}, "serial number", "00012345"),
        ({"device_class": "GE"}, "device class", "ITRN"),
        ({"form": "2S"}, "form", "9S"),
        ({"model": "SENTINEL"}, "model", "CENTRON"),
        ({"manufacturer": "GE"}, "manufacturer", "ITRN"),
    ],
)
def test_another_meter_is_refused_with_the_first_thing_that_is_wrong(
    fields: dict[str, str], what: str, found: str
) -> None:
    with pytest.raises(OrderMismatch) as refused:
        ordered(**fields).check(METER, "9S")
    assert (refused.value.what, refused.value.found, refused.value.order) == (what, found, "4711")
    assert "nothing was written" in str(explain(refused.value))


def test_a_form_that_the_meter_does_not_tell_is_not_taken_for_the_ordered_one() -> None:
    with pytest.raises(OrderMismatch) as refused:
        ordered(form="9S").check(METER, "")
    assert "does not tell" in refused.value.found


def test_the_old_meter_is_known_by_its_serial_number() -> None:
    ordered(old_serial="12345").check_old(METER)
    ordered().check_old(METER)
    with pytest.raises(OrderMismatch):
        ordered(old_serial="999").check_old(METER)
