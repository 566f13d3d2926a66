"""The table of roles and rights holds together, and says no where it must."""

from __future__ import annotations

import pytest

from fieldpro.errors import NotAllowed
from fieldpro.explain import explain
from fieldpro.security.rights import RIGHT_ROWS, RIGHTS, ROLE_ROWS, ROWS, Right, Role, require


def test_every_right_and_every_role_is_declared_once_with_words() -> None:
    assert [row.right for row in RIGHT_ROWS] == list(Right)
    assert [row.role for row in ROLE_ROWS] == list(Role)
    for row in (*RIGHT_ROWS, *ROLE_ROWS):
        assert row.title
        assert row.help.endswith(".")
    assert len({row.title for row in RIGHT_ROWS}) == len(RIGHT_ROWS)


def test_an_administrator_may_everything_and_a_reader_changes_no_meter() -> None:
    assert RIGHTS[Role.ADMINISTRATOR] == frozenset(Right)
    assert not any(ROWS[right].changes_meter for right in RIGHTS[Role.READER])
    assert Right.READ in RIGHTS[Role.READER]


def test_everybody_may_what_a_reader_may() -> None:
    for role in Role:
        assert RIGHTS[Role.READER] <= RIGHTS[role]


@pytest.mark.parametrize(
    ("role", "right", "may"),
    [
        (Role.TECHNICIAN, Right.SWITCH_DISCONNECT, True),
        (Role.TECHNICIAN, Right.PROGRAM_MAKE, False),
        (Role.TECHNICIAN, Right.PROCEDURE_CLEAR, False),
        (Role.SHOP, Right.PROGRAM_MAKE, True),
        (Role.SHOP, Right.SECURITY_TABLES, False),
        (Role.LAB, Right.SECURITY_TABLES, True),
        (Role.LAB, Right.USERS, False),
        (Role.LINE, Right.PROGRAM_WRITE, True),
        (Role.LINE, Right.CALENDAR, False),
    ],
)
def test_roles_have_the_rights_of_their_trade(role: Role, right: Right, may: bool) -> None:
    assert (right in RIGHTS[role]) is may
    if not may:
        with pytest.raises(NotAllowed):
            require(role, right)


def test_a_refusal_names_who_could() -> None:
    with pytest.raises(NotAllowed) as refused:
        require(Role.READER, Right.SECURITY_TABLES, user="Ada")
    text = str(explain(refused.value))
    assert "Change passwords and keys" in text
    assert "Laboratory, Administrator" in text
    assert "Ada Reader" in text
