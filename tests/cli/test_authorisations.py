"""Jobs that need a signed authorisation: each way in which one does not hold is a sentence, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fieldpro.security.authorisation import Authorisation, sign
from fieldpro.security.rights import Right
from fieldpro.settings import data_folder

METER = "FPRO 0000000061873204"  # resources/meters/centron.toml
UTILITY = 6
HOUR = timedelta(hours=1)
Issue = Callable[..., Path]


@pytest.fixture
def issue(fieldpro: Any) -> Issue:
    """A program that wants an authorisation for every write, and an office that issues them."""
    home, key = data_folder(), Ed25519PrivateKey.generate()
    for folder in (home / "trusted", home / "authorisations"):
        folder.mkdir(parents=True)
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (home / "trusted" / "office.pem").write_bytes(pem)
    (home / "policy.toml").write_text('[authorisation]\nrequired = ["program.write"]\n', encoding="utf-8")

    def write(*, signed_by: Ed25519PrivateKey = key, **changes: Any) -> Path:
        now = datetime.now(UTC)
        values: dict[str, Any] = {
            "id": "A-1",
            "issuer": "office",
            "meters": frozenset({METER}),
            "rights": frozenset({Right.PROGRAM_WRITE}),
            "valid_from": now - HOUR,
            "valid_to": now + HOUR,
            **changes,
        }
        path = home / "authorisations" / "A-1.fpauth"
        path.write_bytes(sign(Authorisation(**values), signed_by))
        return path

    return write


def write_program(fieldpro: Any, meter: str, logged_on: Any) -> Any:
    arguments = ("--only", "UTIL_INFO_TBL", "--yes", *logged_on)
    return fieldpro("program", "write", meter, "template:commercial-tou", *arguments)


def test_an_authorisation_allows_one_write_and_is_used_then(
    fieldpro: Any, meter: str, logged_on: Any, issue: Issue, raw: Any
) -> None:
    before = raw(meter, UTILITY)
    issue()
    assert write_program(fieldpro, meter, logged_on).code == 0
    assert raw(meter, UTILITY) != before
    (approval,) = fieldpro("audit", "list", "--kind", "approval", "--json").json
    assert approval["data"]["authorisation"]["id"] == "A-1"
    undone = fieldpro("program", "undo", meter, "--yes", *logged_on)
    assert undone.code == 2
    assert "has been used" in undone.err
    assert raw(meter, UTILITY) != before


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"valid_from": datetime(2020, 1, 1, tzinfo=UTC), "valid_to": datetime(2020, 1, 2, tzinfo=UTC)}, "ended at"),
        ({"valid_from": datetime(2090, 1, 1, tzinfo=UTC), "valid_to": datetime(2090, 1, 2, tzinfo=UTC)}, "before"),
        ({"meters": frozenset({"FPRO 4711"})}, "another meter"),
        ({"rights": frozenset({Right.CLOCK})}, "needs a signed authorisation"),
        ({"signed_by": Ed25519PrivateKey.generate()}, "not signed by an issuer"),
        ({"issuer": "somebody"}, "not signed by an issuer"),
    ],
    ids=["expired", "too early", "another meter", "another job", "forged", "unknown issuer"],
)
def test_an_authorisation_that_does_not_hold_is_told_and_nothing_is_written(
    fieldpro: Any, meter: str, logged_on: Any, issue: Issue, raw: Any, changes: dict[str, Any], words: str
) -> None:
    before = raw(meter, UTILITY)
    issue(**changes)
    said = write_program(fieldpro, meter, logged_on)
    assert said.code == 2, said.err
    assert words in said.err
    assert "nothing was sent" in said.err
    assert raw(meter, UTILITY) == before
    kinds = [record["kind"] for record in fieldpro("audit", "list", "--json").json]
    assert "refusal" in kinds
    assert "write" not in kinds


def test_an_authorisation_that_was_changed_is_forged(
    fieldpro: Any, meter: str, logged_on: Any, issue: Issue, raw: Any
) -> None:
    before = raw(meter, UTILITY)
    path = issue(meters=frozenset({"FPRO 4711"}))
    content = path.read_bytes()
    assert b"FPRO 4711" in content
    path.write_bytes(content.replace(b"FPRO 4711", METER.encode()))
    said = write_program(fieldpro, meter, logged_on)
    assert said.code == 2
    assert "changed since" in said.err
    assert raw(meter, UTILITY) == before


def test_none_at_all_is_told(fieldpro: Any, meter: str, logged_on: Any, issue: Issue) -> None:
    assert callable(issue)
    said = write_program(fieldpro, meter, logged_on)
    assert said.code == 2
    assert "needs a signed authorisation" in said.err
