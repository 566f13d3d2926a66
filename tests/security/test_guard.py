"""The guard lets pass who may, stops who may not, and both stand in the log."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fieldpro.errors import (
    AuthorisationMissing,
    AuthorisationUsed,
    Cancelled,
    FileError,
    LinkError,
    LockedOut,
    NotAllowed,
    ScreenLocked,
    SignInRefused,
    StoreError,
)
from fieldpro.records import MeterIdentity
from fieldpro.secret import Secret
from fieldpro.security import entries, policy
from fieldpro.security.guard import Guard
from fieldpro.security.idle import IdleLock
from fieldpro.security.rights import Right, Role
from fieldpro.security.secret_store import MemoryStore, StoredKey
from fieldpro.security.users import Users
from fieldpro.store import Store
from fieldpro.store.audit import AuditLog

GOOD = Secret(b"correct horse")
METER = MeterIdentity("ITRN", "CENTRON", "00012345", "1.0", "3.12", "ITRN")


class Seconds:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def log(tmp_path: Path):
    with Store(tmp_path / "records.sqlite") as store:
        yield AuditLog(store, StoredKey(MemoryStore(), "audit key"))


@pytest.fixture
def guard(users: Users, log: AuditLog, office, seconds: Seconds, tmp_path: Path) -> Guard:
    (tmp_path / "policy.toml").write_text('[authorisation]\nrequired = ["switch.disconnect"]\n')
    rules = policy.load(tmp_path)
    return Guard(users, log, rules, authorisations=office.provider(), idle=IdleLock(60, clock=seconds))


@pytest.fixture
def with_users(guard: Guard) -> Guard:
    nobody = guard.start("op")
    assert nobody is not None
    guard.users.add("Ada", Role.ADMINISTRATOR, GOOD, by=nobody)
    guard.users.add("Bob", Role.READER, GOOD, by=nobody)
    guard.sign_out()
    return guard


def told(log: AuditLog) -> list[tuple[str, str, str]]:
    """(kind, who, outcome or reason), oldest first."""
    rows = []
    for record in reversed(log.records()):
        data = json.loads(record.data)
        rows.append((record.kind, record.who, data.get("outcome") or data.get("why") or ""))
    return rows


def test_out_of_the_box_the_program_works_and_says_who_works(guard: Guard) -> None:
    signed_in = guard.start("op")
    assert signed_in is not None
    assert signed_in.is_open
    approval = guard.allow(Right.CLOCK, METER)
    assert (approval.who, approval.meter, approval.granted) == ("op", "ITRN 00012345", None)


def test_with_users_nobody_gets_in_unasked(with_users: Guard) -> None:
    assert with_users.start("op") is None
    assert not with_users.may(Right.READ)
    with pytest.raises(SignInRefused):
        with_users.allow(Right.READ, METER)


def test_a_job_leaves_an_approval_before_and_one_record_after(guard: Guard, log: AuditLog) -> None:
    guard.start("op")
    data = entries.write(purpose="write", changes=[("A.X", "1", "2")], program="R1", revision=3, program_hash="ab")
    with guard.job(Right.PROGRAM_WRITE, METER, entries.WRITE, data) as job:
        assert told(log) == [("approval", "op", "")]
        job.add(verified=1)
    assert told(log) == [("approval", "op", ""), ("write", "op", "done")]
    assert job.record is not None
    assert job.record.meter == METER.key
    assert json.loads(job.record.data) == {
        "purpose": "write",
        "program": {"name": "R1", "revision": 3, "hash": "ab"},
        "changes": [["A.X", "1", "2"]],
        "count": 1,
        "job": "",
        "verified": 1,
        "outcome": "done",
        "right": "program.write",
    }
    assert log.verify() == []


def test_reading_and_exporting_is_one_record_each(guard: Guard, log: AuditLog) -> None:
    guard.start("op")
    data = entries.session(port="COM4", user_id=2, tables={23, 1}, failed=[42])
    with guard.job(Right.READ, METER, entries.SESSION, data):
        pass
    with guard.job(
        Right.EXPORT, METER, entries.EXPORT, entries.export(file="p.csv", format="csv", source="7", count=96)
    ):
        pass
    assert told(log) == [("session", "op", "done"), ("export", "op", "done")]
    assert json.loads(log.records()[1].data)["tables"] == [1, 23]


@pytest.mark.parametrize(
    ("error", "outcome", "code"),
    [
        (LinkError("silent", "COM4"), "failed", "link"),
        (Cancelled("read"), "cancelled", None),
        (KeyboardInterrupt(), "failed", "KeyboardInterrupt"),
    ],
)
def test_a_job_that_fails_is_a_record_too(guard: Guard, log: AuditLog, error, outcome, code) -> None:
    guard.start("op")
    data = entries.procedure(number=9, name="Remote reset", parameters=b"\x01")
    with pytest.raises(type(error)), guard.job(Right.DEMAND_RESET, METER, entries.PROCEDURE, data):
        raise error
    record = json.loads(log.records()[0].data)
    assert (record["outcome"], record.get("error"), record["parameters"]) == (outcome, code, "01")


def test_a_refusal_is_a_record_and_nothing_is_done(with_users: Guard, log: AuditLog) -> None:
    with_users.sign_in("Bob", GOOD)
    done = False
    with pytest.raises(NotAllowed), with_users.job(Right.CLOCK, METER, entries.PROCEDURE):
        done = True
    assert not done
    assert told(log) == [("sign-in", "Bob", ""), ("refusal", "Bob", "not-allowed")]
    assert log.records()[0].meter == METER.key


def test_wrong_passwords_and_lock_outs_are_records(with_users: Guard, log: AuditLog) -> None:
    for _ in range(3):
        with pytest.raises(SignInRefused):
            with_users.sign_in("Ada", Secret(b"hunter22"))
    with pytest.raises(LockedOut):
        with_users.sign_in("Ada", GOOD)
    assert told(log)[-1] == ("sign-in-refused", "Ada", "locked-out")
    assert "hunter22" not in str(log.records())


def test_an_idle_program_locks_and_the_same_person_unlocks_it(with_users: Guard, seconds: Seconds) -> None:
    with_users.sign_in("Ada", GOOD)
    seconds.now = 61
    assert with_users.is_locked
    with pytest.raises(ScreenLocked):
        with_users.allow(Right.READ, METER)
    with pytest.raises(SignInRefused):
        with_users.unlock(Secret(b"wrong one"))
    assert with_users.is_locked
    with_users.unlock(GOOD)
    assert not with_users.is_locked
    with_users.allow(Right.READ, METER)


def test_without_users_nothing_locks(guard: Guard, seconds: Seconds) -> None:
    guard.start("op")
    seconds.now = 1e6
    assert not guard.is_locked
    guard.allow(Right.READ, METER)


def test_a_right_that_needs_an_authorisation_takes_one_use(guard: Guard, log: AuditLog, office) -> None:
    guard.start("op")
    with pytest.raises(AuthorisationMissing):
        guard.allow(Right.SWITCH_DISCONNECT, METER)
    office.issue(uses=2)
    assert guard.standing(Right.SWITCH_DISCONNECT, METER)[0].uses_left == 2
    assert guard.standing(Right.CLOCK, METER) == []
    approval = guard.allow(Right.SWITCH_DISCONNECT, METER, reason="order 4711")
    assert approval.granted is not None
    assert approval.until == approval.granted.authorisation.valid_to
    assert approval.granted.uses_left == 1
    assert json.loads(log.records("approval")[0].data) == {
        "right": "switch.disconnect",
        "reason": "order 4711",
        "authorisation": {"id": "A-1", "issuer": "office", "use": 1, "of": 2},
    }


def test_uses_in_the_log_count_when_the_ledger_is_thrown_away(guard: Guard, office) -> None:
    guard.start("op")
    office.issue()
    guard.allow(Right.SWITCH_DISCONNECT, METER)
    for file in (office.folder / "ledger").iterdir():
        file.unlink()
    with pytest.raises(AuthorisationUsed):
        guard.allow(Right.SWITCH_DISCONNECT, METER)


def test_a_spoilt_record_in_the_log_does_not_stop_the_work(guard: Guard, log: AuditLog, office) -> None:
    guard.start("op")
    office.issue(uses=3)
    guard.allow(Right.SWITCH_DISCONNECT, METER)
    log._store._connection.execute("UPDATE audit SET data = '{\"authorisation\": ['")
    log._store._connection.commit()
    granted = guard.allow(Right.SWITCH_DISCONNECT, METER).granted
    assert granted is not None
    assert granted.use == 2


def test_without_a_log_nothing_is_approved(guard: Guard, log: AuditLog) -> None:
    guard.start("op")
    log._store.close()
    with pytest.raises(StoreError):
        guard.allow(Right.CLOCK, METER)


def test_a_policy_that_is_none_is_said_to_be_none(tmp_path: Path) -> None:
    for text in ("idle_lock_s = -1", "colour = 'red'", "[authorisation]\nrequired = ['fly']", "= ="):
        (tmp_path / "policy.toml").write_text(text)
        with pytest.raises(FileError):
            policy.load(tmp_path)


def test_the_shipped_policy_asks_for_no_authorisation() -> None:
    rules = policy.load()
    assert not any(rules.needs_authorisation(right) for right in Right)
    assert rules.idle_lock_s == 600
    assert rules.for_users[1].free == 3
