"""Comparing with the meter on the line: what the program speaks of is read, and nothing else."""

from __future__ import annotations

from typing import Any

from fieldpro.c12.psem import FullRead, OffsetRead
from fieldpro.meter.changes import compare_with_meter
from fieldpro.meter.changes.fetch import dictionary_of, tables_of
from fieldpro.meter.programs import Blank, Program, Target


def program(**more: Any) -> Program:
    elements = {"PRI_DISP_LIST_TBL.PRI_DISP_SOURCES[0]": 3, "UTIL_INFO_TBL.TARIFF_ID": "TOU-2", "ACME_TBL.X": 1}
    return Program("p", 1, Target(**more), elements)


def test_only_the_tables_spoken_of_are_read_with_those_that_shape_them(centron: Any) -> None:
    change_set = centron.run(compare_with_meter(program()))
    read = {step.table for step in centron.asked if isinstance(step, FullRead | OffsetRead)}
    assert read == {0, 1, 2, 5, 6, 31, 33}
    counts = change_set.counts
    assert (counts.different, counts.unknown) == (2, 1)


def test_a_table_that_the_meter_refuses_is_unknown_not_an_error(centron: Any) -> None:
    device = centron.meter.device
    allowed = device._readable

    def guarded(table: int) -> bytes:
        if table == 33:
            from fieldpro.c12.psem import ResponseCode
            from fieldpro.simulator.device import Refused

            raise Refused(ResponseCode.ISC)
        data: bytes = allowed(table)
        return data

    device._readable = guarded
    change_set = centron.run(compare_with_meter(program()))
    (row,) = [change for change in change_set.changes if change.table == 33]
    assert (row.state, row.reason) == ("unknown", "the table was not read")


def test_tables_of_passwords_are_not_read_to_be_compared() -> None:
    blanks = {"password": Blank("password", "Password", "SECURITY_TBL.SECURITY_ENTRIES[0].PASSWORD", secret=True)}
    asked = Program("p", 1, Target(), {"UTIL_INFO_TBL.TARIFF_ID": "X"}, blanks=blanks)
    assert tables_of(asked, dictionary_of(asked)) == {0, 6, 41}  # 0 and 41 shape table 42


def test_a_program_with_a_dictionary_that_is_not_here_is_read_with_the_standard_one() -> None:
    assert 6 in tables_of(program(overlays=("acme",)), dictionary_of(program(overlays=("acme",))))
