"""Users on the command line: who they are, that they sign in, and that a role bounds what they do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ADMINISTRATOR, READER = "an administrator's word", "a reader's word"


@pytest.fixture
def people(fieldpro: Any, secret_file: Callable[[str], Path]) -> dict[str, tuple[str, ...]]:
    """Two users, and the options that sign each of them in."""
    files = {"Ada": secret_file(ADMINISTRATOR), "Bob": secret_file(READER)}
    ada = ("--as", "Ada", "--as-password-file", str(files["Ada"]))
    added = fieldpro("user", "add", "Ada", "--role", "administrator", "--new-password-file", files["Ada"])
    assert added.code == 0, added.err
    added = fieldpro("user", "add", "Bob", "--role", "reader", "--new-password-file", files["Bob"], *ada)
    assert added.code == 0, added.err
    return {"Ada": ada, "Bob": ("--as", "Bob", "--as-password-file", str(files["Bob"]))}


def test_without_users_everybody_may_and_it_is_said(fieldpro: Any) -> None:
    said = fieldpro("user", "list")
    assert said.code == 0
    assert "everybody at this computer is administrator" in said.err


def test_the_first_user_is_an_administrator(fieldpro: Any, secret_file: Any) -> None:
    said = fieldpro("user", "add", "Bob", "--role", "reader", "--new-password-file", secret_file(READER))
    assert said.code == 2
    assert "administrator" in said.err


def test_users_sign_in_and_their_names_stand_in_the_records(fieldpro: Any, meter: str, people: Any) -> None:
    nobody = fieldpro("identify", meter)
    assert nobody.code == 2
    assert "--as-password-file" in nobody.err
    assert fieldpro("identify", meter, *people["Bob"]).code == 0
    record = fieldpro("audit", "list", "--kind", "session", "--json", *people["Ada"]).json[0]
    assert (record["who"], record["role"]) == ("Bob", "reader")
    assert [each["name"] for each in fieldpro("user", "list", "--json", *people["Ada"]).json] == ["Ada", "Bob"]


def test_a_role_bounds_what_is_done_and_the_refusal_is_a_record(
    fieldpro: Any, meter: str, people: Any, logged_on: Any, raw: Any
) -> None:
    for arguments in (
        ("program", "write", meter, "template:commercial-tou", "--yes", *logged_on),
        ("procedure", meter, "7", *logged_on),
        ("clock", meter, "--set", *logged_on),
        ("switch", meter, "disconnect", "--reason", "Non-payment", "--confirm", "61873204", *logged_on),
        ("audit", "list"),
        ("user", "list"),
        ("program", "make", meter),
    ):
        said = fieldpro(*arguments, *people["Bob"])
        assert said.code == 2, (arguments, said.err)
        assert "Reader" in said.err, said.err
        assert said.out == "" or arguments[0] == "program"  # the difference is shown before it is refused
    kinds = [record["kind"] for record in fieldpro("audit", "list", "--json", *people["Ada"]).json]
    assert kinds.count("refusal") == 7
    assert "approval" not in kinds


def test_a_wrong_password_is_refused_and_locked_out_in_the_end(fieldpro: Any, people: Any, secret_file: Any) -> None:
    wrong = ("--as", "Bob", "--as-password-file", secret_file("a wrong word altogether"))
    for _ in range(3):
        said = fieldpro("user", "list", *wrong)
        assert said.code == 2
        assert "wrong word" not in said.err
    locked = fieldpro("user", "list", *people["Bob"])
    assert locked.code == 2
    assert fieldpro("user", "unlock", "Bob", *people["Ada"]).code == 0
    assert fieldpro("user", "role", "Bob", "shop", *people["Ada"]).code == 0
    assert fieldpro("audit", "list", *people["Bob"]).code == 0


def test_passwords_are_changed_and_users_removed(fieldpro: Any, people: Any, secret_file: Any) -> None:
    new = secret_file("another word of Bob's")
    assert fieldpro("user", "passwd", "Bob", "--new-password-file", new, *people["Bob"]).code == 0
    assert fieldpro("program", "list", "--as", "Bob", "--as-password-file", new).code == 0
    assert fieldpro("user", "remove", "Bob", *people["Ada"]).code == 0
    assert fieldpro("user", "remove", "Ada", *people["Ada"]).code == 2
    deeds = [
        record["data"]["deed"] for record in fieldpro("audit", "list", "--kind", "users", "--json", *people["Ada"]).json
    ]
    assert deeds == ["removed", "password changed", "added", "added"]


def test_roles_are_listed_with_their_rights(fieldpro: Any) -> None:
    roles = {each["role"]: each["rights"] for each in fieldpro("user", "list", "--roles", "--json").json}
    assert "read" in roles["reader"]
    assert "program.write" not in roles["reader"]
