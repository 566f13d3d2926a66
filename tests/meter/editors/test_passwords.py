"""New passwords: the one before stays until the new one is proven, and nothing shows either."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fieldpro.c12.psem.codes import ResponseCode
from fieldpro.c12.psem.security import Security
from fieldpro.errors import LinkError, NotVerified, ServiceRefused, UsageError
from fieldpro.meter.changes.apply import secret_name
from fieldpro.meter.editors import SecurityEditor, change_passwords
from fieldpro.secret import Secret

PRIMARY, SECONDARY = 3, 1
OWN = Secret.from_text("PRIMARY")


def wanted(at: Any, **new: str) -> SecurityEditor:
    editor = SecurityEditor(at.read())
    for name, password in new.items():
        editor = editor.with_password({"primary": PRIMARY, "secondary": SECONDARY}[name], Secret.from_text(password))
    return editor


def change(at: Any, editor: SecurityEditor) -> Any:
    at.asked.clear()
    return at.run(change_passwords(editor, own=OWN, journal=at.journal, who="Ada"))


def writes(at: Any) -> list[str]:
    """What was sent that is not a read, in order."""
    return [type(step).__name__ for step in at.asked if "Write" in type(step).__name__ or isinstance(step, Security)]


def test_a_new_password_opens_the_meter_and_so_does_the_one_before(site: Callable[[str], Any]) -> None:
    at = site("centron")
    done = change(at, wanted(at, secondary="ORANGE"))
    assert done.proven == ("Level 2",)
    assert not done.unproven
    assert at.opens("ORANGE")
    assert at.opens("SECONDARY")
    assert not at.opens("OLDSECONDARY")
    assert done.own == OWN


def test_the_one_before_is_kept_ahead_of_the_new_one_which_is_proven_last(site: Callable[[str], Any]) -> None:
    at = site("centron")
    done = change(at, wanted(at, secondary="ORANGE"))
    paths = [change.path for written in done.written for change in written.changes]
    assert paths == [f"SECURITY_TBL.SECURITY_ENTRIES[{index}].PASSWORD" for index in (5, 1)]
    assert writes(at)[-2:] == ["Security", "Security"]  # the new one, then the session's own again
    assert all("Write" in name for name in writes(at)[:-2])


def test_the_password_that_the_session_lives_by_comes_last(site: Callable[[str], Any]) -> None:
    at = site("centron")
    done = change(at, wanted(at, primary="GRAPEFRUIT", secondary="ORANGE"))
    assert done.proven == ("Level 2", "Level 4")
    assert done.own == Secret.from_text("GRAPEFRUIT")
    assert at.opens("GRAPEFRUIT")
    assert at.opens("PRIMARY")


def refuse_once(code: int) -> Callable[[Any], Any]:
    left = [1]

    def answer(request: Any) -> Any:
        if isinstance(request, Security) and left:
            left.pop()
            return ServiceRefused("Security", code, "password (hidden)")
        return None

    return answer


def test_a_new_password_that_does_not_open_the_meter_is_taken_back(site: Callable[[str], Any]) -> None:
    at = site("centron")
    editor = wanted(at, secondary="ORANGE")
    at.answers = refuse_once(ResponseCode.ISC)
    with pytest.raises(NotVerified) as caught:
        change(at, editor)
    assert caught.value.element == "SECURITY_TBL.SECURITY_ENTRIES[1].PASSWORD"
    assert "ORANGE" not in str(caught.value)
    assert [at.opens(each) for each in ("ORANGE", "SECONDARY", "OLDSECONDARY")] == [False, True, True]
    assert not at.journal.keeper._kept
    assert at.journal.unfinished(editor.view.identity) is None


def test_a_meter_that_cannot_be_asked_keeps_both_and_says_so(site: Callable[[str], Any]) -> None:
    at = site("centron")
    editor = wanted(at, secondary="ORANGE")
    at.answers = refuse_once(ResponseCode.ISSS)
    done = change(at, editor)
    assert done.unproven == ("Level 2",)
    assert not done.proven
    assert at.opens("ORANGE")
    assert at.opens("SECONDARY")
    last = done.written[-1]
    kept = secret_name(last.job, "SECURITY_TBL.SECURITY_ENTRIES[1].PASSWORD", "before")
    assert at.journal.keeper.recall(kept) is not None


def test_a_link_that_dies_before_the_proof_leaves_both_in_the_keeper(site: Callable[[str], Any]) -> None:
    at = site("centron")
    editor = wanted(at, secondary="ORANGE")
    at.answers = lambda request: LinkError("silent", "memory") if isinstance(request, Security) else None
    with pytest.raises(LinkError):
        change(at, editor)
    kept = set(at.journal.keeper._kept.values())
    assert Secret(b"SECONDARY".ljust(20)) in kept
    assert Secret(b"ORANGE".ljust(20)) in kept
    assert at.opens("SECONDARY")


def test_a_proven_password_is_kept_nowhere(site: Callable[[str], Any], tmp_path: Path) -> None:
    at = site("centron")
    done = change(at, wanted(at, secondary="ORANGE", primary="GRAPEFRUIT"))
    assert not at.journal.keeper._kept
    for path in tmp_path.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            for password in (b"ORANGE", b"GRAPEFRUIT", b"SECONDARY", b"PRIMARY"):
                assert password not in data
                assert password.hex().encode() not in data.lower()
    assert "ORANGE" not in repr(done)


def test_a_meter_with_two_levels_does_it_too(site: Callable[[str], Any]) -> None:
    at = site("residential")
    editor = SecurityEditor(at.read()).with_password(0, Secret.from_text("LEMON"))
    done = at.run(change_passwords(editor, own=Secret.from_text("MASTER"), journal=at.journal))
    assert done.proven == ("Level 1",)
    assert at.opens("LEMON")
    assert at.opens("READER")


@pytest.mark.parametrize(
    ("passwords", "text"),
    [
        ({1: "X" * 21}, "a password has at most 20 characters"),
        ({1: "   "}, "an empty password opens the meter to everyone"),
        ({1: "SAME", 3: "SAME"}, "the same as Level 2: the meter cannot tell the two levels apart"),
    ],
)
def test_a_password_that_cannot_be_is_said_and_nothing_is_written(
    site: Callable[[str], Any], passwords: dict[int, str], text: str
) -> None:
    at = site("centron")
    editor = SecurityEditor(at.read())
    for index, password in passwords.items():
        editor = editor.with_password(index, Secret.from_text(password))
    assert [each.text for each in editor.check()] == [text]
    assert all(password not in str(each) for each in editor.check() for password in passwords.values())
    with pytest.raises(UsageError):
        change(at, editor)
    assert not writes(at)


def test_the_screen_never_sees_a_password(site: Callable[[str], Any]) -> None:
    at = site("centron")
    editor = wanted(at, secondary="ORANGE")
    assert editor.tables.get(42) is None
    rows = editor.change_set().changes
    assert [(row.old_text, row.new_text) for row in rows] == [("••••••", "••••••")]
    assert "ORANGE" not in repr(editor.elements())
    assert "ORANGE" not in "".join(map(repr, editor.fields))
    assert editor.with_password(SECONDARY, None).elements() == {}
    assert [entry.title for entry in editor.entries][3:5] == ["Level 4", "Level 1, the password before"]
    with pytest.raises(UsageError):
        editor.with_password(8, OWN)


def test_keys_are_as_secret_as_passwords(site: Callable[[str], Any]) -> None:
    at = site("centron")
    editor = SecurityEditor(at.read())
    assert (editor.key_count, editor.key_length) == (2, 8)
    wanted_key = editor.with_key(1, Secret(bytes.fromhex("DEADBEEFDEADBEEF")))
    assert not wanted_key.check()
    rows = wanted_key.change_set().changes
    assert [(row.path, row.old_text, row.new_text) for row in rows] == [("KEY_TBL.KEY_ENTRIES[1]", "••••••", "••••••")]
    assert [each.text for each in editor.with_key(0, Secret(b"short")).check()] == ["a key has 8 bytes"]
    assert not wanted_key.with_key(1, None).elements()
    with pytest.raises(UsageError):
        editor.with_key(2, OWN)
    assert wanted_key.new_passwords == {}
