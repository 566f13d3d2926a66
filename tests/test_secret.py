"""A secret does not show itself."""

from __future__ import annotations

import copy
import pickle

import pytest

from fieldpro.errors import UsageError
from fieldpro.secret import Secret, holds_secrets


def test_a_secret_is_in_no_text_made_of_it() -> None:
    secret = Secret(b"hunter2")
    assert "hunter2" not in f"{secret} {secret!r} {[secret]}"
    assert secret.reveal() == b"hunter2"


@pytest.mark.parametrize("carry", [pickle.dumps, copy.copy])
def test_a_secret_is_not_carried_away(carry: object) -> None:
    with pytest.raises(TypeError):
        carry(Secret(b"hunter2"))  # type: ignore[operator]  # both are callables


def test_secrets_compare_by_value_and_know_when_they_are_empty() -> None:
    assert Secret.from_text("é") == Secret(b"\xe9")
    assert len({Secret(b"a"), Secret(b"a"), Secret(b"b")}) == 2
    assert not Secret(b"")


def test_a_password_outside_the_meters_characters_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        Secret.from_text("пароль")
    assert "пароль" not in repr(caught.value)


def test_the_tables_of_passwords_and_keys_are_known_also_while_they_are_pending() -> None:
    assert [number for number in (0, 41, 42, 45, 46, 4096 + 42, 2048 + 42) if holds_secrets(number)] == [
        42,
        45,
        46,
        4138,
    ]
