"""Two sides compared: read-outs, tapes, and a meter on the line; what is told of meters that do not fit together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fieldpro.app import open_transport
from fieldpro.errors import ServiceRefused
from fieldpro.meter.identity import NOBODY
from fieldpro.records import ReadOut, TableReading, TableStatus
from fieldpro.session import MeterSession, SessionPlan
from table_playback.compare import (
    Comparison,
    Masks,
    Side,
    TableComparison,
    Verdict,
    as_html,
    as_json,
    as_text,
    compare,
    step_words,
    verdict_words,
)
from table_playback.tape import FROM_METER, TO_METER, Header, Step, TableImage, Tape

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


def read(*readings: tuple[int, bytes], base: ReadOut, **changes: object) -> ReadOut:
    tables = dict(base.tables)
    for number, data in readings:
        tables[number] = replace(TableReading(number, TableStatus.READ, data, None, AT), **changes)  # type: ignore[arg-type] # as given
    return replace(base, tables=tables)


def of(one: ReadOut, two: ReadOut, **how: object) -> Comparison:
    return compare(Side.of_read_out(one), Side.of_read_out(two), **how)  # type: ignore[arg-type] # as given


def table(comparison: Comparison, number: int) -> TableComparison:
    return next(each for each in comparison.tables if each.number == number)


def tape_of(read_out: ReadOut, *steps: Step, tables: Mapping[int, TableImage] | None = None, **header: object) -> Tape:
    held = read_out.tables.items()
    images = {n: TableImage(n, r.data, r.read_at) for n, r in held if r.data} if tables is None else dict(tables)
    written = Header(read_out.identity, AT, AT, device_profile=read_out.device_profile, **header)  # type: ignore[arg-type] # as given
    return Tape(written, steps, images)


class TestReadOuts:
    def test_a_read_out_is_equal_to_itself(self, monday: ReadOut) -> None:
        found = of(monday, monday)
        assert found.equal
        assert {each.verdict for each in found.tables} == {Verdict.EQUAL, Verdict.UNKNOWN}
        assert verdict_words(found).startswith(f"{found.counts.equal} tables equal")

    def test_two_days_later_only_the_load_profile_differs_beside_what_is_volatile(
        self, monday: ReadOut, wednesday: ReadOut
    ) -> None:
        found = of(monday, wednesday)
        assert [each.name for each in found.tables if each.differences] == ["LP_DATA_SET1_TBL"]
        assert table(found, 52).verdict is Verdict.VOLATILE
        assert {each.volatile for each in table(found, 52).volatile} == {"Clock"}

    def test_without_masks_nothing_is_left_out(self, monday: ReadOut, wednesday: ReadOut) -> None:
        found = of(monday, wednesday, masks=Masks())
        assert found.counts.volatile == 0
        assert table(found, 52).verdict is Verdict.DIFFERS

    def test_one_changed_byte_is_one_difference_in_its_element(self, monday: ReadOut) -> None:
        data = monday.tables[53].data
        found = of(monday, read((53, data[:3] + bytes([data[3] ^ 1]) + data[4:]), base=monday))
        assert found.counts.differences == 1
        (difference,) = table(found, 53).differences
        assert difference.offset <= 3 < difference.offset + difference.length

    def test_a_register_says_what_it_measures(self, monday: ReadOut, wednesday: ReadOut) -> None:
        found = table(of(monday, wednesday), 23)
        energy = next(each for each in found.volatile if each.path.endswith("TOT_DATA_BLOCK.SUMMATIONS[0]"))
        assert energy.title == "Total: Summations [0]: Wh delivered"

    def test_only_differences_are_listed_and_the_others_counted(self, monday: ReadOut, wednesday: ReadOut) -> None:
        every, few = of(monday, wednesday), of(monday, wednesday, only_differences=True)
        assert few.counts == every.counts
        assert {each.verdict for each in few.tables} == {Verdict.DIFFERS, Verdict.UNKNOWN}

    def test_a_table_that_one_side_refused_is_only_on_the_other(self, monday: ReadOut) -> None:
        refusal = ServiceRefused("full read", 3, b"")
        refused = TableReading(53, TableStatus.REFUSED, error=refusal)
        found = of(monday, replace(monday, tables={**monday.tables, 53: refused}))
        assert table(found, 53).verdict is Verdict.ONLY_LEFT
        assert table(found, 53).right_note.startswith("refused: ")
        assert not found.equal

    def test_a_table_that_only_one_side_has_says_so(self, monday: ReadOut) -> None:
        tables = {number: reading for number, reading in monday.tables.items() if number != 54}
        found = of(replace(monday, tables=tables), monday)
        assert (table(found, 54).verdict, table(found, 54).left_note) == (Verdict.ONLY_RIGHT, "not there")

    def test_of_parts_only_what_both_know_is_compared(self, monday: ReadOut, wednesday: ReadOut) -> None:
        data = monday.tables[64].data
        part = read((64, data), base=monday, parts=((0, 50),))
        other = read((64, bytes(len(data))), base=monday, parts=((50, 100),))
        assert table(of(part, other), 64).verdict is Verdict.UNKNOWN
        assert table(of(part, monday), 64).verdict is Verdict.EQUAL
        assert "50 of" in table(of(part, monday), 64).note

    def test_the_same_bytes_in_another_shape_are_not_equal(self, monday: ReadOut) -> None:
        """Byte order is a matter of table 0: what equal bytes say is another thing then."""
        general = monday.tables[0].data
        found = of(monday, read((0, bytes([general[0] ^ 1]) + general[1:]), base=monday))
        assert table(found, 53).left_size == table(found, 53).right_size
        assert table(found, 53).verdict is Verdict.DIFFERS


class TestWhoseTables:
    def test_different_meters_are_told_before_anything_else(self, monday: ReadOut, house: ReadOut) -> None:
        found = of(monday, house)
        assert found.warnings[0].startswith("These are two different meters: ")
        assert monday.identity.serial in found.warnings[0]
        assert house.identity.serial in found.warnings[0]

    def test_other_formats_do_not_keep_elements_from_being_compared(self, monday: ReadOut, house: ReadOut) -> None:
        found = of(monday, house)
        assert {each.path for each in table(found, 1).differences} >= {"GENERAL_MFG_ID_TBL.ED_MODEL"}
        assert all("@" not in each.path for each in table(found, 21).differences)

    def test_different_device_classes_are_told(self, monday: ReadOut) -> None:
        other = replace(monday, identity=replace(monday.identity, device_class="ZZZZ"))
        assert any("device classes" in warning for warning in of(monday, other).warnings)

    def test_a_record_of_an_unknown_profile_is_compared_with_a_note(self, monday: ReadOut) -> None:
        found = of(monday, replace(monday, device_profile="no-such-meter"))
        assert any("no-such-meter" in warning for warning in found.warnings)
        assert found.counts.differences == 0

    def test_an_empty_read_out_is_told(self, monday: ReadOut) -> None:
        empty = replace(monday, tables={}, identity=NOBODY)
        found = of(empty, empty)
        assert verdict_words(found) == "Nothing to compare"
        assert not found.equal
        assert found.warnings[:2] == ("The left side holds no tables.", "The right side holds no tables.")

    def test_a_meter_that_is_not_named_is_told(self, monday: ReadOut) -> None:
        nameless = replace(monday, identity=replace(monday.identity, serial=""))
        assert any("is not known" in warning for warning in of(monday, nameless).warnings)


def step(number: int, data: bytes, table: int = 23, **more: object) -> Step:
    return Step(number, float(number), FROM_METER, "full-read", table=table, data=data, response=0, **more)  # type: ignore[arg-type] # as given


class TestTapes:
    def test_a_tape_of_a_read_out_is_equal_to_it(self, monday: ReadOut) -> None:
        assert compare(Side.of_tape(tape_of(monday)), Side.of_read_out(monday)).equal

    def test_without_images_what_the_steps_read_counts(self, monday: ReadOut) -> None:
        clock = monday.tables[53].data
        steps = [
            *(step(number, monday.tables[number].data, number) for number in (0, 1)),
            Step(3, 3.0, FROM_METER, "offset-read", table=53, offset=2, count=3, data=clock[2:5], response=0),
        ]
        side = Side.of_tape(tape_of(monday, *steps, tables={}))
        assert side.held[53].parts == ((2, 3),)
        found = compare(side, Side.of_read_out(monday), numbers=[0, 1, 53])
        assert found.equal

    def test_redacted_parts_are_not_compared(self, monday: ReadOut) -> None:
        data = monday.tables[1].data
        masked = TableImage(1, data[:16] + bytes(16), masked=((16, 16),))
        images = {n: TableImage(n, r.data) for n, r in monday.tables.items() if r.data} | {1: masked}
        found = compare(Side.of_tape(tape_of(monday, tables=images)), Side.of_read_out(monday))
        assert table(found, 1).verdict is Verdict.EQUAL
        assert "16 bytes are redacted on the left" in table(found, 1).note

    def test_what_the_tape_leaves_out_is_volatile(self, monday: ReadOut) -> None:
        data = monday.tables[53].data
        other = read((53, data[:3] + bytes([data[3] ^ 1]) + data[4:]), base=monday)
        found = compare(Side.of_tape(tape_of(monday, ignore=("TIME_OFFSET_TBL",))), Side.of_read_out(other))
        assert table(found, 53).verdict is Verdict.VOLATILE

    def test_steps_are_paired_by_what_they_ask_for(self, monday: ReadOut) -> None:
        one, two = monday.tables[53].data, monday.tables[21].data
        left = tape_of(monday, step(1, one, 53), step(2, two, 21), step(3, one, 53))
        right = tape_of(monday, step(1, two, 21), step(2, one, 53), step(3, b"\1\2", 99))
        found = compare(Side.of_tape(left), Side.of_tape(right))
        assert [(each.left, each.right, each.verdict) for each in found.steps] == [
            (3, None, Verdict.ONLY_LEFT),
            (None, 3, Verdict.ONLY_RIGHT),
        ]
        assert step_words(found) == "2 steps equal, 1 only left, 1 only right"
        assert not found.equal

    def test_a_step_that_differs_is_told_by_element(self, monday: ReadOut) -> None:
        data = monday.tables[53].data
        other = data[:3] + bytes([data[3] ^ 1]) + data[4:]
        sides = [Side.of_tape(tape_of(monday, step(1, each, 53))) for each in (data, other)]
        (pair,) = compare(*sides).steps
        assert pair.verdict is Verdict.DIFFERS
        assert pair.differences[0].path.startswith("TIME_OFFSET_TBL.")

    def test_a_step_that_is_volatile_alone_is_equal(self, monday: ReadOut, wednesday: ReadOut) -> None:
        sides = [Side.of_tape(tape_of(each, step(1, each.tables[52].data, 52))) for each in (monday, wednesday)]
        found = compare(*sides)
        assert found.steps[0].verdict is Verdict.VOLATILE
        assert found.step_counts is not None
        assert found.step_counts.equal == 1

    def test_another_response_code_is_a_difference(self, monday: ReadOut) -> None:
        refused = Step(1, 1.0, FROM_METER, "full-read", table=53, response=3)
        sides = [Side.of_tape(tape_of(monday, each)) for each in (step(1, monday.tables[53].data, 53), refused)]
        (pair,) = compare(*sides).steps
        assert (pair.verdict, pair.left_answer) == (Verdict.DIFFERS, "ok")
        assert pair.right_answer == "insufficient security clearance"

    def test_what_a_write_carries_is_compared_and_not_matched(self, monday: ReadOut) -> None:
        wrote = [
            Step(1, 1.0, TO_METER, "offset-write", table=53, offset=2, data=each, response=0) for each in (b"a", b"b")
        ]
        (pair,) = compare(*(Side.of_tape(tape_of(monday, each)) for each in wrote)).steps
        assert (pair.left, pair.right, len(pair.differences)) == (1, 1, 1)

    def test_of_very_many_steps_the_first_are_told_and_json_has_all(self, monday: ReadOut) -> None:
        steps = [step(number, b"\0\0", 99) for number in range(1, 1003)]
        others = [step(number, bytes([1, number % 251]), 99) for number in range(1, 1003)]
        found = compare(*(Side.of_tape(tape_of(monday, *each)) for each in (steps, others)))
        assert found.step_counts is not None
        assert found.step_counts.differing == 1002
        assert as_text(found).splitlines()[-1] == "... and 2 more steps; as JSON all of them are told"
        assert "And 2 more steps" in as_html(found)
        assert len(json.loads(as_json(found))["steps"]) == 1002

    def test_a_password_is_never_shown(self, monday: ReadOut) -> None:
        asked = [Step(1, 1.0, TO_METER, "security", data=each, response=0) for each in (b"SECRET-A", b"SECRET-B")]
        found = compare(*(Side.of_tape(tape_of(monday, each)) for each in asked))
        assert found.steps[0].verdict is Verdict.DIFFERS
        every = as_text(found) + as_html(found) + as_json(found)
        assert "SECRET" not in every
        assert b"SECRET".hex(" ") not in every


class TestMeterOnTheLine:
    URL = "sim://centron?seed=3&days=30&at=2026-03-02T12:00"

    def test_just_what_the_left_side_has_is_read_from_it(self, monday: ReadOut) -> None:
        chosen = {number: monday.tables[number] for number in (0, 1, 21, 52, 53)}
        left = Side.of_read_out(replace(monday, tables=chosen))
        with MeterSession(open_transport(self.URL), SessionPlan(), close_transport=True) as session:
            right = session.run(Side.of_meter(left))
        assert set(right.held) == set(chosen)
        assert compare(left, right).counts.differences == 0

    def test_what_shapes_a_table_is_read_along_and_not_compared(self, monday: ReadOut) -> None:
        left = Side.of_read_out(replace(monday, tables={number: monday.tables[number] for number in (0, 1, 22)}))
        with MeterSession(open_transport(self.URL), SessionPlan(), close_transport=True) as session:
            right = session.run(Side.of_meter(left))
        assert set(right.held) == {0, 1, 22}
        assert right.tables.get(21) is not None

    def test_of_a_part_only_the_part_is_read(self, monday: ReadOut) -> None:
        reading = replace(monday.tables[64], parts=((0, 200),))
        chosen = {**{n: monday.tables[n] for n in (0, 1, 21, 60, 61, 62)}, 64: reading}
        left = Side.of_read_out(replace(monday, tables=chosen))
        with MeterSession(open_transport(self.URL), SessionPlan(), close_transport=True) as session:
            right = session.run(Side.of_meter(left))
        assert right.held[64].parts == ((0, 200),)
        assert table(compare(left, right), 64).verdict is Verdict.EQUAL

    def test_what_the_meter_refuses_is_missing_on_its_side(self, monday: ReadOut) -> None:
        left = Side.of_read_out(read((43, b"\0\0\0"), base=monday))
        with MeterSession(open_transport(self.URL), SessionPlan(), close_transport=True) as session:
            right = session.run(Side.of_meter(left))
        found = table(compare(left, right), 43)
        assert (found.verdict, found.right_note.split(":")[0]) == (Verdict.ONLY_LEFT, "refused")


class TestWords:
    def test_the_text_begins_with_the_verdict_and_has_both_values(self, monday: ReadOut, house: ReadOut) -> None:
        found = of(monday, house)
        lines = as_text(found).splitlines()
        assert lines[0] == verdict_words(found)
        assert any("VCENTRON" in line and "VHOUSE" in line and "Model" in line for line in lines)

    def test_the_text_commands_no_terminal(self, monday: ReadOut) -> None:
        data = monday.tables[6].data
        found = of(monday, read((6, b"\x1b[2J\x07" + data[5:]), base=monday))
        assert "\x1b" not in as_text(found)
        assert "\x07" not in as_text(found)

    def test_the_page_is_whole_in_itself_and_escaped(self, monday: ReadOut) -> None:
        name = b"<script>alert(1)</sc"
        page = as_html(of(monday, read((6, name + monday.tables[6].data[20:]), base=monday)))
        assert "<script" not in page
        assert "&lt;script&gt;" in page
        assert "http" not in page.replace("http-equiv", "")
        assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page

    def test_volatile_elements_are_told_on_request(self, monday: ReadOut, wednesday: ReadOut) -> None:
        found = of(monday, wednesday)
        assert "[Clock]" not in as_text(found)
        assert "[Clock]" in as_text(found, volatile=True)
        assert "volatile: Clock" in as_html(found, volatile=True)

    def test_json_has_what_its_description_says(self, monday: ReadOut, house: ReadOut) -> None:
        found = json.loads(as_json(of(monday, house)))
        assert (found["format"], found["version"], found["equal"]) == ("fieldpro-comparison", 1, False)
        assert set(found) == {
            *("format", "version", "equal", "verdict", "left", "right", "warnings", "left_out", "only_differences"),
            *("counts", "tables", "step_counts", "steps"),
        }
        one = next(each for each in found["tables"] if each["number"] == 1)
        model = next(each for each in one["differences"] if each["path"] == "GENERAL_MFG_ID_TBL.ED_MODEL")
        assert (model["left"], model["right"], model["left_bytes"]) == (
            "VCENTRON",
            "VHOUSE",
            {"offset": 4, "length": 8},
        )
        assert found["counts"]["differences"] == sum(len(each["differences"]) for each in found["tables"])

    @pytest.mark.parametrize("words", [as_text, as_html, as_json])
    def test_nothing_to_compare_can_be_told_too(self, monday: ReadOut, words: object) -> None:
        empty = replace(monday, tables={}, identity=NOBODY)
        assert "Nothing to compare" in words(of(empty, empty))  # type: ignore[operator] # one of the three
