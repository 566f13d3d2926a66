"""Passwords and keys: write-only on the screen, digests in the journal, the previous ones kept until proven."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fieldpro.errors import FieldProError, SecretMissing, ServiceRefused, ValueRefused
from fieldpro.meter.changes import (
    LaterKeeper,
    MemoryKeeper,
    apply,
    compare,
    edit,
    finish,
    go_back,
    look,
    prove_passwords,
    proven,
)
from fieldpro.meter.programs import Blank, Program, Target
from fieldpro.secret import Secret

PATH = "SECURITY_TBL.SECURITY_ENTRIES[1].PASSWORD"
NEW = Secret(b"TOPSECRET")
OLD = b"SECONDARY"


def everything_left_behind(folder: Path) -> Iterator[bytes]:
    for file in folder.rglob("*"):
        if file.is_file():
            yield file.read_bytes()


def clear(data: bytes, *values: bytes) -> list[bytes]:
    """Which of these secrets stand in the data, as they are or in hex."""
    low = data.lower()
    return [value for value in values if value in data or value.hex().encode() in low]


def test_a_password_is_written_without_having_been_shown(centron: Any, tmp_path: Path) -> None:
    change_set = centron.edited({PATH: NEW})
    (change,) = change_set.different
    assert change.secret
    assert set(change.old_text) == set(change.new_text) == {"•"}
    written = centron.write(change_set)
    assert OLD not in centron.held(42)[:84]
    assert centron.held(42)[21:41] == b"TOPSECRET".ljust(20)
    assert not clear(repr(written).encode() + repr(change_set.different).encode(), OLD, b"TOPSECRET")


def test_no_file_has_a_password_in_it(centron: Any) -> None:
    centron.write(centron.edited({PATH: NEW, "UTIL_INFO_TBL.TARIFF_ID": "X"}))
    files = list(everything_left_behind(centron.journal.folder))
    assert files
    for data in files:
        assert not clear(data, OLD, b"TOPSECRET", b"PRIMARY")


def test_the_previous_password_is_kept_until_the_new_one_has_opened_the_meter(centron: Any) -> None:
    written = centron.write(centron.edited({PATH: NEW}))
    keeper = centron.journal.keeper
    name = f"{written.job}/{PATH}/before"
    kept = keeper.recall(name)
    assert kept is not None
    assert kept.reveal() == OLD.ljust(20)
    assert centron.run(prove_passwords(written, journal=centron.journal)) == (PATH,)
    assert keeper.recall(name) is None


def test_a_password_that_does_not_open_is_not_proven(centron: Any) -> None:
    written = centron.write(centron.edited({PATH: NEW}))
    bank = centron.meter.device.bank
    bank.keep(42, bank.read(42).replace(b"TOPSECRET", b"TIPSECRET"))
    assert centron.run(prove_passwords(written, journal=centron.journal)) == ()
    assert centron.journal.keeper.recall(f"{written.job}/{PATH}/before") is not None


def test_it_can_be_taken_back(centron: Any) -> None:
    before = centron.held(42)[:84]
    written = centron.write(centron.edited({PATH: NEW}))
    centron.write(written.inverse())
    assert centron.held(42)[:84] == before


def test_what_the_meter_moves_along_with_a_password_is_told_by_name_only(centron: Any) -> None:
    """This meter keeps the old one as the previous one, in the same table."""
    from fieldpro.meter.device_profile import Writing, load

    whole = load("fieldpro-virtual").model_copy(update={"writing": Writing(parts="never")})
    written = centron.write(centron.edited({PATH: NEW}), profile=whole)
    assert written.side_effects == ("SECURITY_TBL.SECURITY_ENTRIES[5].PASSWORD",)


def test_a_meter_that_never_shows_its_passwords_is_written_element_by_element(centron: Any) -> None:
    device = centron.meter.device
    readable = device._readable

    def guarded(table: int) -> bytes:
        if table == 42:
            from fieldpro.c12.psem import ResponseCode
            from fieldpro.simulator.device import Refused

            raise Refused(ResponseCode.ISC)
        data: bytes = readable(table)
        return data

    device._readable = guarded
    written = centron.write(centron.edited({PATH: NEW}))
    assert written.unproven == (PATH,)
    assert centron.held(42)[21:41] == b"TOPSECRET".ljust(20)


def test_an_interrupted_password_of_a_meter_that_never_shows_them_can_be_finished(interrupted: Any) -> None:
    site = interrupted
    identity = site.view(1).identity
    unfinished = site.journal.unfinished(identity)
    view = site.view(0, 1, 41)
    change_set = finish(unfinished, view, site.journal)
    assert {change.path for change in change_set.different} == {
        hidden.path for span, _ in unfinished.root.spans for hidden in span.hidden
    }
    site.write(change_set)
    assert site.held(42)[21:41] == b"TOPSECRET".ljust(20)


def test_a_password_in_the_clear_is_refused(centron: Any) -> None:
    view = centron.view()
    for value in ("TOPSECRET", "54 4F"):
        with pytest.raises(ValueRefused) as refused:
            edit(view, {PATH: value})
        assert "TOPSECRET" not in str(refused.value)
    with pytest.raises(ValueRefused) as refused:
        edit(view, {PATH: Secret(b"A SECRET THAT IS MUCH TOO LONG")})
    assert "MUCH" not in str(refused.value)


def test_a_program_asks_for_passwords_and_writes_those_that_were_given(centron: Any) -> None:
    blanks = {"password": Blank("password", "Password 2", PATH, required=False, secret=True)}
    program = Program("keys", 1, Target(), {}, blanks=blanks)
    view = centron.view()
    assert not compare(program, view)
    assert compare(program.filled_with({"password": NEW}), view).tables == (42,)


@pytest.fixture
def interrupted(power_cut: Any, centron: Any) -> Any:
    """The password has been written, the rest not."""
    change_set = centron.edited({PATH: NEW, "SECURITY_TBL.SECURITY_ENTRIES[2].PASSWORD": Secret(b"LIMITLESS")})
    for cut in range(10, 60):
        site = type(centron)(power_cut, "centron", centron.journal)
        wire = power_cut.Wire(site.meter, site.clock, cut=cut)
        try:
            with power_cut.open_session(wire, "centron", packet_size=1024) as session:
                session.run(apply(change_set, journal=site.journal))
        except FieldProError:
            site.clock.sleep(60)
            site.meter.tick(site.clock.steady)
            unfinished = site.journal.unfinished(change_set.identity)
            if unfinished is not None:
                return site
    raise AssertionError("never interrupted in the middle")


@pytest.mark.parametrize("back", [True, False])
def test_an_interrupted_change_of_passwords_can_be_finished_or_taken_back(interrupted: Any, back: bool) -> None:
    site = interrupted
    identity = site.view(1).identity
    unfinished = site.journal.unfinished(identity)
    change_set = (go_back if back else finish)(unfinished, site.run(look(unfinished)), site.journal)
    assert not change_set.warnings
    site.write(change_set)
    assert site.journal.unfinished(identity) is None
    assert site.held(42)[21:41] == (OLD if back else b"TOPSECRET").ljust(20)
    for data in everything_left_behind(site.journal.folder):
        assert not clear(data, OLD, b"TOPSECRET", b"LIMITLESS")


def test_after_finishing_the_first_passwords_are_still_kept_until_the_new_ones_are_proven(interrupted: Any) -> None:
    site = interrupted
    unfinished = site.journal.unfinished(site.view(1).identity)
    written = site.write(finish(unfinished, site.run(look(unfinished)), site.journal))
    names = [f"{unfinished.root.id}/{path}/before" for path in unfinished.root.operations[0][0].paths]
    kept = [site.journal.keeper.recall(name) for name in names]
    assert OLD.ljust(20) in [secret.reveal() for secret in kept if secret is not None]
    proven(site.journal, written)
    assert all(
        site.journal.keeper.recall(f"{unfinished.root.id}/{each.path}/before") is None for each in written.changes
    )


def test_a_keeper_is_opened_when_the_first_secret_is_written() -> None:
    opened: list[MemoryKeeper] = []

    def open_keeper() -> MemoryKeeper:
        opened.append(MemoryKeeper())
        return opened[0]

    keeper = LaterKeeper(open_keeper)
    assert not opened
    keeper.keep("a", NEW)
    assert keeper.recall("a") == NEW
    keeper.forget("a")
    assert keeper.recall("a") is None
    assert len(opened) == 1


def test_without_the_keeper_a_secret_cannot_come_back_and_that_is_said(interrupted: Any) -> None:
    site = interrupted
    unfinished = site.journal.unfinished(site.view(1).identity)
    site.journal.keeper = MemoryKeeper()
    with pytest.raises(SecretMissing):
        go_back(unfinished, site.run(look(unfinished)), site.journal)


def test_who_may_not_write_passwords_writes_none(power_cut: Any, centron: Any) -> None:
    change_set = centron.edited({PATH: NEW})
    power_cut.PASSWORDS["limited"] = "LIMITED"
    wire = power_cut.Wire(centron.meter, centron.clock)
    with power_cut.open_session(wire, "limited") as session, pytest.raises(ServiceRefused):
        session.run(apply(change_set, journal=centron.journal))
    assert centron.journal.unfinished(change_set.identity) is None
