"""Users sign in with their passwords and nothing else; wrong ones cost time; the file shows who meddled with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from fieldpro.errors import FileError, LockedOut, NotAllowed, SignInRefused, UsageError, UsersForged
from fieldpro.secret import Secret
from fieldpro.security.passwords import Hashing, Passwords
from fieldpro.security.rights import Right, Role
from fieldpro.security.secret_store import MemoryStore, StoredKey
from fieldpro.security.users import LockOut, SignedIn, Users

GOOD, WRONG = Secret(b"correct horse"), Secret(b"wrong battery")


@pytest.fixture
def admin(users: Users) -> SignedIn:
    users.add("Ada", Role.ADMINISTRATOR, GOOD, by=users.nobody("op"))
    return users.sign_in("Ada", GOOD)


def again(users: Users, clock, cheap, secrets_kept) -> Users:
    """The program started anew."""
    return Users(users.path, StoredKey(secrets_kept, "users key"), now=clock, passwords=cheap)


def test_without_users_everybody_is_the_local_administrator(users: Users) -> None:
    assert users.is_open
    nobody = users.nobody("operator")
    assert nobody.is_open
    assert nobody.role is Role.ADMINISTRATOR
    nobody.require(Right.USERS)
    assert not users.path.exists()


def test_the_first_user_is_an_administrator_and_closes_the_door(users: Users, admin: SignedIn) -> None:
    assert not users.is_open
    assert admin.name == "Ada"
    with pytest.raises(SignInRefused):
        users.nobody("operator")


def test_the_first_user_cannot_be_a_reader(users: Users) -> None:
    with pytest.raises(UsageError):
        users.add("Bob", Role.READER, GOOD, by=users.nobody("op"))
    assert users.is_open


def test_who_signs_in_has_the_rights_of_the_role(users: Users, admin: SignedIn) -> None:
    users.add("Bob", Role.READER, GOOD, by=admin)
    bob = users.sign_in(" bob ", GOOD)
    assert (bob.name, bob.role, bob.is_open) == ("Bob", Role.READER, False)
    assert bob.may(Right.READ)
    with pytest.raises(NotAllowed):
        bob.require(Right.CLOCK)
    with pytest.raises(NotAllowed):
        users.add("Eve", Role.ADMINISTRATOR, GOOD, by=bob)
    with pytest.raises(NotAllowed):
        users.set_role("Bob", Role.ADMINISTRATOR, by=bob)


def test_a_wrong_password_and_an_unknown_name_are_refused_alike(users: Users, admin: SignedIn) -> None:
    for name, password in (("Ada", WRONG), ("Nobody", GOOD)):
        with pytest.raises(SignInRefused) as refused:
            users.sign_in(name, password)
        assert refused.value.data() == {"user": name}


def test_each_wrong_password_after_the_third_doubles_the_wait(users: Users, admin: SignedIn, clock) -> None:
    waits = []
    for _ in range(12):
        with pytest.raises(SignInRefused):
            users.sign_in("Ada", WRONG)
        until = users.list()[0].locked_until
        waits.append((until - clock.now).total_seconds() if until else 0)
        clock.now = until or clock.now
    assert waits == [0, 0, 5, 10, 20, 40, 80, 160, 320, 640, 900, 900]


def test_while_locked_out_even_the_right_password_is_not_looked_at(
    users: Users, admin: SignedIn, clock, cheap, secrets_kept
) -> None:
    for _ in range(3):
        with pytest.raises(SignInRefused):
            users.sign_in("Ada", WRONG)
    with pytest.raises(LockedOut) as locked:
        again(users, clock, cheap, secrets_kept).sign_in("Ada", GOOD)
    assert locked.value.wait_s == 5
    clock.go(seconds=4.5)
    with pytest.raises(LockedOut) as locked:
        users.sign_in("Ada", GOOD)
    assert locked.value.wait_s == 1
    clock.go(seconds=0.5)
    assert users.sign_in("Ada", GOOD).name == "Ada"
    assert users.list()[0].failures == 0


def test_a_clock_turned_back_does_not_lock_for_ever(users: Users, admin: SignedIn, clock) -> None:
    for _ in range(3):
        with pytest.raises(SignInRefused):
            users.sign_in("Ada", WRONG)
    clock.go(days=-400)
    with pytest.raises(LockedOut) as locked:
        users.sign_in("Ada", GOOD)
    assert locked.value.wait_s == LockOut().longest_s


def test_an_administrator_ends_a_lock_out(users: Users, admin: SignedIn) -> None:
    users.add("Bob", Role.LAB, GOOD, by=admin)
    for _ in range(3):
        with pytest.raises(SignInRefused):
            users.sign_in("Bob", WRONG)
    users.unlock("Bob", by=admin)
    assert users.sign_in("Bob", GOOD).role is Role.LAB


def test_there_is_always_an_administrator_left(users: Users, admin: SignedIn) -> None:
    users.add("Bob", Role.LAB, GOOD, by=admin)
    for deed in (
        lambda: users.remove("Ada", by=admin),
        lambda: users.set_role("Ada", Role.LAB, by=admin),
        lambda: users.set_disabled("Ada", True, by=admin),
    ):
        with pytest.raises(UsageError):
            deed()
    users.set_role("Bob", Role.ADMINISTRATOR, by=admin)
    users.remove("Ada", by=admin)
    assert [user.name for user in users.list()] == ["Bob"]


def test_who_is_disabled_does_not_get_in(users: Users, admin: SignedIn) -> None:
    users.add("Bob", Role.LAB, GOOD, by=admin)
    users.set_disabled("Bob", True, by=admin)
    with pytest.raises(SignInRefused):
        users.sign_in("Bob", GOOD)


def test_one_changes_ones_own_password_and_nobody_elses(users: Users, admin: SignedIn) -> None:
    users.add("Bob", Role.LAB, GOOD, by=admin)
    bob = users.sign_in("Bob", GOOD)
    users.set_password("Bob", Secret(b"another one"), by=bob)
    assert users.sign_in("Bob", Secret(b"another one")).name == "Bob"
    with pytest.raises(NotAllowed):
        users.set_password("Ada", Secret(b"another one"), by=bob)


@pytest.mark.parametrize("password", [b"", b"t1ny", b"x" * 2000])
def test_a_password_that_is_none_is_refused(users: Users, password: bytes) -> None:
    with pytest.raises(UsageError) as refused:
        users.add("Ada", Role.ADMINISTRATOR, Secret(password), by=users.nobody("op"))
    assert "t1ny" not in str(refused.value)
    assert users.is_open


def test_names_are_told_apart_as_people_do(users: Users, admin: SignedIn) -> None:
    for name in ("ada", " ADA ", "", "\n"):
        with pytest.raises(UsageError):
            users.add(name, Role.LAB, GOOD, by=admin)


def test_the_file_holds_no_password_and_only_its_owner_reads_it(users: Users, admin: SignedIn) -> None:
    text = users.path.read_text()
    assert GOOD.reveal().decode() not in text
    assert "$argon2id$" in text
    if os.name == "posix":
        assert users.path.stat().st_mode & 0o777 == 0o600


def test_a_role_that_was_raised_by_hand_is_found(users: Users, admin: SignedIn) -> None:
    users.add("Bob", Role.READER, GOOD, by=admin)
    users.path.write_text(users.path.read_text().replace('"reader"', '"administrator"'))
    for deed in (users.list, lambda: users.sign_in("Bob", GOOD), lambda: users.is_open):
        with pytest.raises(UsersForged):
            deed()


def test_taking_the_file_away_does_not_open_the_door(users: Users, admin: SignedIn) -> None:
    users.path.unlink()
    with pytest.raises(UsersForged):
        users.nobody("op")


def test_a_kill_before_the_first_user_is_written_locks_nobody_out(users: Users, secrets_kept: MemoryStore) -> None:
    StoredKey(secrets_kept, "users key").make()
    assert users.is_open
    users.add("Ada", Role.ADMINISTRATOR, GOOD, by=users.nobody("op"))
    users.path.unlink()
    with pytest.raises(UsersForged):
        users.list()


def test_a_file_with_no_seal_or_another_ones_is_refused(users: Users, admin: SignedIn, clock, cheap) -> None:
    stranger = Users(users.path, StoredKey(MemoryStore(), "users key"), now=clock, passwords=cheap)
    with pytest.raises(UsersForged):
        stranger.list()
    file = json.loads(users.path.read_text())
    del file["seal"]
    users.path.write_text(json.dumps(file))
    with pytest.raises(UsersForged):
        users.list()


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"schema": 2, "users": []}', '{"schema": 1, "users": [{"name": 1, "role": "king"}]}']
)
def test_a_file_that_is_none_is_said_to_be_none(users: Users, admin: SignedIn, text: str) -> None:
    users.path.write_text(text)
    with pytest.raises(FileError):
        users.list()


def test_a_hash_of_an_older_cost_is_made_anew_at_sign_in(users: Users, admin: SignedIn, secrets_kept) -> None:
    dearer = Users(
        users.path, StoredKey(secrets_kept, "users key"), passwords=Passwords(Hashing(2, 128, 1)), now=lambda: admin.at
    )
    dearer.sign_in("Ada", GOOD)
    assert "m=128,t=2" in users.path.read_text()
    assert users.sign_in("Ada", GOOD).name == "Ada"


def test_the_hashes_cost_what_rfc_9106_recommends() -> None:
    hashed = Passwords().hash(GOOD)
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert Passwords().is_right(hashed, GOOD)
    assert not Passwords().is_right(hashed, WRONG)
    assert not Passwords().is_right("no hash", GOOD)


ATTACKER = """
import sys
from pathlib import Path
from fieldpro.errors import LockedOut, SignInRefused
from fieldpro.secret import Secret
from fieldpro.security.passwords import Hashing, Passwords
from fieldpro.security.users import Users
users, looked_at = Users(Path(sys.argv[1]), passwords=Passwords(Hashing(1, 64, 1))), 0
for n in range(30):
    try:
        users.sign_in("Ada", Secret(b"guess number %d" % n))
    except LockedOut:
        pass
    except SignInRefused:
        looked_at += 1
print(looked_at)
"""


def test_several_programs_at_once_get_no_more_guesses_than_one(tmp_path: Path, cheap: Passwords) -> None:
    path = tmp_path / "users.json"
    users = Users(path, passwords=cheap)
    users.add("Ada", Role.ADMINISTRATOR, GOOD, by=users.nobody("op"))
    programs = [subprocess.Popen([sys.executable, "-c", ATTACKER, str(path)], stdout=subprocess.PIPE) for _ in range(3)]
    assert sum(int(program.communicate(timeout=60)[0]) for program in programs) <= 4
    until = users.list()[0].locked_until
    assert until is not None
    assert until - timedelta(seconds=1000) < users._now()
