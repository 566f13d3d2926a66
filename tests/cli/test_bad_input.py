"""What a hurried or a mischievous person types: a sentence and the right exit code, never a defect of the program."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

METER = "sim://centron?seed=3&days=3&at=2026-03-01T12:00"


@pytest.mark.parametrize("user", ["TOOLONGUSERNAME", "電気"])
def test_a_user_name_no_meter_can_take_is_wrong_use(fieldpro: Any, user: str) -> None:
    said = fieldpro("identify", METER, "--user", user)
    assert said.code == 2
    assert "--user" in said.err


def test_the_ends_of_time_are_times_like_others(fieldpro: Any) -> None:
    said = fieldpro("profile", METER, "--since", "0001-01-01")
    assert said.code == 0, said.err
    assert said.out == fieldpro("profile", METER).out
    said = fieldpro("profile", METER, "--since", "9999-12-31")
    assert said.code == 0, said.err
    assert len(said.out.splitlines()) == 1


@pytest.mark.parametrize("folder", ["", "/"])
def test_a_folder_is_no_csv_file_and_that_is_said_before_the_reading(fieldpro: Any, folder: str) -> None:
    said = fieldpro("profile", "/dev/no-such-port", "--csv", folder)
    assert said.code == 2
    assert "--csv" in said.err


def test_an_empty_list_of_tables_is_not_all_of_them(fieldpro: Any) -> None:
    said = fieldpro("read", METER, "--tables", "")
    assert said.code == 2
    assert "table numbers" in said.err


def test_digits_of_another_script_are_not_taken_for_numbers(fieldpro: Any) -> None:
    assert fieldpro("read", METER, "--tables", "\u0663").code == 2


def test_a_profile_set_the_meter_does_not_have_is_said_so(fieldpro: Any) -> None:
    said = fieldpro("profile", METER, "--set", "2")
    assert said.code == 1
    assert "table 65 is not on its list" in said.err


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no device that never ends")
@pytest.mark.timeout(20)
def test_a_password_file_that_never_ends_is_read_in_part(fieldpro: Any) -> None:
    assert fieldpro("identify", METER, "--password-file", os.devnull.replace("null", "zero")).code == 2
