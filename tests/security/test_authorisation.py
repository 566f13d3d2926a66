"""A signed authorisation allows what it says and nothing else; each way of not being good has its own error."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from fieldpro.errors import (
    AuthorisationError,
    AuthorisationExpired,
    AuthorisationForged,
    AuthorisationMissing,
    AuthorisationOtherMeter,
    AuthorisationTooEarly,
    AuthorisationUsed,
    ClockTurnedBack,
    FileError,
)
from fieldpro.explain import explain
from fieldpro.security.authorisation import Authorisation, read, sign, trusted_keys
from fieldpro.security.ledger import Ledger
from fieldpro.security.rights import Right

METER = "ITRN 00012345"
DISCONNECT = Right.SWITCH_DISCONNECT

# RFC 8032, 7.1, TEST 1
RFC_SECRET = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
RFC_PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"


def test_one_use_is_taken_and_then_there_is_none(office, clock) -> None:
    office.issue()
    provider = office.provider()
    (standing,) = provider.standing(DISCONNECT, METER)
    assert (standing.uses_left, standing.left_s, standing.problem) == (1, 8 * 3600, None)
    granted = provider.take(DISCONNECT, METER, who="Ada")
    assert (granted.use, granted.uses_left, granted.until) == (1, 0, clock.now + timedelta(hours=8))
    for again in (provider, office.provider()):  # and the next start of the program knows it too
        with pytest.raises(AuthorisationUsed) as refused:
            again.take(DISCONNECT, METER, who="Ada")
    assert "once" in str(explain(refused.value))
    assert provider.standing(DISCONNECT, METER)[0].uses_left == 0


def test_several_uses_are_counted(office) -> None:
    office.issue(uses=3)
    provider = office.provider()
    assert [provider.take(DISCONNECT, METER, who="Ada").uses_left for _ in range(3)] == [2, 1, 0]
    with pytest.raises(AuthorisationUsed):
        provider.take(DISCONNECT, METER, who="Ada")


def test_uses_known_from_elsewhere_count_when_the_ledger_was_lost(office) -> None:
    office.issue(uses=3)
    with pytest.raises(AuthorisationUsed):
        office.provider().take(DISCONNECT, METER, who="Ada", spent=lambda _: 3)
    assert office.provider().take(DISCONNECT, METER, who="Ada", spent=lambda _: 2).use == 3


@pytest.mark.parametrize(
    ("changes", "after", "kind", "word"),
    [
        ({}, {"hours": 8}, AuthorisationExpired, "2026-03-01 20:00 UTC"),
        ({}, {"hours": -2}, AuthorisationTooEarly, "2026-03-01 11:00 UTC"),
        ({"meters": frozenset({"ITRN 9", "ITRN 8"})}, {}, AuthorisationOtherMeter, "ITRN 8, ITRN 9"),
        ({"rights": frozenset({Right.CLOCK})}, {}, AuthorisationMissing, METER),
    ],
)
def test_each_reason_has_its_own_error(office, clock, changes, after, kind, word) -> None:
    office.issue(**changes)
    clock.go(**after)
    with pytest.raises(AuthorisationError) as refused:
        office.provider().take(DISCONNECT, METER, who="Ada")
    assert type(refused.value) is kind
    assert word in str(explain(refused.value))


def test_without_any_file_one_is_missing(office) -> None:
    with pytest.raises(AuthorisationMissing):
        office.provider().take(DISCONNECT, METER, who="Ada")


def test_a_clock_turned_back_does_not_bring_an_expired_one_back(office, clock) -> None:
    office.issue(uses=5)
    clock.go(hours=9)
    with pytest.raises(AuthorisationExpired):
        office.provider().take(DISCONNECT, METER, who="Ada")
    clock.go(hours=-3)
    with pytest.raises(ClockTurnedBack) as refused:
        office.provider().take(DISCONNECT, METER, who="Ada")
    assert "21:00 UTC" in str(explain(refused.value))


def test_a_clock_that_is_set_right_by_a_little_is_let_be(office, clock) -> None:
    office.issue(uses=5)
    office.provider().take(DISCONNECT, METER, who="Ada")
    clock.go(seconds=-200)
    office.provider().take(DISCONNECT, METER, who="Ada")


def test_a_good_one_is_taken_though_bad_ones_lie_beside_it(office) -> None:
    office.issue("A-0", valid_to=datetime(2026, 1, 1, tzinfo=UTC))
    office.issue("A-1", meters=frozenset({"ITRN 9"}))
    office.issue("A-2", key=Ed25519PrivateKey.generate())
    office.issue("A-3")
    assert office.provider().take(DISCONNECT, METER, who="Ada").authorisation.id == "A-3"


def test_the_one_that_ends_first_is_used_first(office) -> None:
    office.issue("A-1", valid_to=datetime(2026, 3, 9, tzinfo=UTC))
    office.issue("A-2", valid_to=datetime(2026, 3, 2, tzinfo=UTC))
    assert office.provider().take(DISCONNECT, METER, who="Ada").authorisation.id == "A-2"


# --- forgeries ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"meters": ["ITRN 9"]},
        {"rights": ["switch.disconnect", "users"]},
        {"to": "2036-01-01T00:00:00+00:00"},
        {"uses": 99},
        {"id": "A-9"},
        {"extra": 1},
    ],
)
def test_a_changed_body_is_forged(office, change: dict[str, object]) -> None:
    path = office.issue()
    file = json.loads(path.read_text())
    file["authorisation"].update(change)
    path.write_text(json.dumps(file))
    with pytest.raises(AuthorisationForged):
        office.provider().take(DISCONNECT, METER, who="Ada")


def test_an_issuer_nobody_trusts_is_forged(office) -> None:
    office.issue(issuer="mallory", key=Ed25519PrivateKey.generate())
    with pytest.raises(AuthorisationForged) as refused:
        office.provider().take(DISCONNECT, METER, who="Ada")
    assert "mallory" in str(explain(refused.value))


def test_another_issuers_key_does_not_sign_for_this_one(office) -> None:
    other = Ed25519PrivateKey.generate()
    office.trust("other", other)
    office.issue(key=other)
    with pytest.raises(AuthorisationForged):
        office.provider().take(DISCONNECT, METER, who="Ada")


def test_no_single_bit_of_a_file_can_be_changed_unseen(office) -> None:
    content = office.issue().read_bytes()
    trusted = trusted_keys(office.folder / "trusted")
    good = read(content, trusted, "x")
    for bit in range(0, 8 * len(content), 3):
        changed = bytearray(content)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            found = read(bytes(changed), trusted, "x")
        except (AuthorisationForged, FileError):
            continue
        assert found == good  # a blank or a letter's escape: the same body


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b'{"authorisation": 1, "signature": "AAAA"}',
        b'{"authorisation": {}, "signature": "?"}',
        b"\xff\xfe",
        b'{"authorisation": {"id": "1", "id": "2"}, "signature": "AAAA"}',
        b"[" * 50_000,
        b" " * 70_000,
    ],
    ids=range(9),
)
def test_a_file_that_is_none_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(FileError):
        read(content, {}, "x.fpauth")


def test_a_surrogate_in_the_body_is_no_accident(office) -> None:
    content = b'{"authorisation": {"issuer": "office", "id": "\\ud800"}, "signature": "AAAA"}'
    with pytest.raises(AuthorisationForged):
        read(content, trusted_keys(office.folder / "trusted"), "x")


@pytest.mark.parametrize(
    "change", [{"schema": 2}, {"uses": 0}, {"rights": ["fly"]}, {"from": "2026-01-01T00:00:00"}, {"meters": []}]
)
def test_a_signed_body_that_says_nothing_usable_is_refused(office, change: dict[str, object]) -> None:
    class Odd(Authorisation):
        def body(self) -> dict[str, object]:
            return {**Authorisation.body(self), **change}

    good = office.authorisation()
    odd = Odd(*(getattr(good, name) for name in Authorisation.__dataclass_fields__))
    with pytest.raises(FileError):
        read(sign(odd, office.key), trusted_keys(office.folder / "trusted"), "x")


# --- signatures ---------------------------------------------------------------------------------------------------


def test_the_signature_is_ed25519_over_the_line_and_the_canonical_body() -> None:
    """The key pair is RFC 8032's; the message is written out here by hand."""
    key = Ed25519PrivateKey.from_private_bytes(RFC_SECRET)
    assert key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex() == RFC_PUBLIC
    begin, end = datetime(2026, 3, 1, 6, tzinfo=UTC), datetime(2026, 3, 2, 6, tzinfo=UTC)
    good = Authorisation("A-1", "office", frozenset({"M 2", "M 1"}), frozenset({Right.CLOCK}), begin, end, 1, "größe")
    file = json.loads(sign(good, key))
    message = (
        b"FieldPro authorisation 1\n"
        b'{"from":"2026-03-01T06:00:00+00:00","id":"A-1","issuer":"office","meters":["M 1","M 2"],'
        b'"note":"gr\xc3\xb6\xc3\x9fe",'
        b'"rights":["clock"],"schema":1,"to":"2026-03-02T06:00:00+00:00","uses":1}'
    )
    key.public_key().verify(base64.b64decode(file["signature"]), message)
    assert read(sign(good, key), {"office": key.public_key()}, "x") == good


def test_p_256_signs_as_well(office) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    office.trust("office", key)
    office.issue(key=key)
    office.provider().take(DISCONNECT, METER, who="Ada")
    office.issue("A-2", key=ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(AuthorisationUsed):
        office.provider().take(DISCONNECT, METER, who="Ada")


@pytest.mark.parametrize("key", [rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP384R1())])
def test_keys_of_other_kinds_are_not_trusted(office, key) -> None:
    office.trust("office", key)
    with pytest.raises(FileError):
        office.provider().standing(DISCONNECT, METER)


@given(st.text(max_size=40), st.integers(1, 10_000), st.sets(st.text(min_size=1, max_size=20), min_size=1, max_size=4))
def test_whatever_is_signed_is_read_back(id: str, uses: int, meters: set[str]) -> None:
    key = Ed25519PrivateKey.from_private_bytes(RFC_SECRET)
    begin = datetime(2026, 3, 1, tzinfo=UTC)
    good = Authorisation(
        "A" + id, "office", frozenset(meters), frozenset(Right), begin, begin + timedelta(days=1), uses, id
    )
    assert read(sign(good, key), {"office": key.public_key()}, "x") == good


# --- the ledger ---------------------------------------------------------------------------------------------------

TAKER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from fieldpro.security.authorisation import Authorisation
from fieldpro.security.ledger import Ledger
now = datetime(2026, 3, 1, tzinfo=UTC)
each = Authorisation("A-1", "office", frozenset({"M"}), frozenset(), now, now, 20)
print(*[use for _ in range(20) if (use := Ledger(Path(sys.argv[1])).take(each, {})) is not None])
"""


def test_programs_that_take_at_once_never_get_the_same_use(tmp_path: Path) -> None:
    programs = [
        subprocess.Popen([sys.executable, "-c", TAKER, str(tmp_path / "ledger")], stdout=subprocess.PIPE)
        for _ in range(3)
    ]
    taken = [int(use) for program in programs for use in program.communicate(timeout=60)[0].split()]
    assert sorted(taken) == list(range(1, 21))


def test_ids_that_look_alike_have_uses_of_their_own(tmp_path: Path, office) -> None:
    ledger = Ledger(tmp_path)
    one = office.authorisation("A/1")
    for other in (one, replace(one, id="A_1"), replace(one, id="../A-1"), replace(one, issuer="another")):
        assert ledger.take(other, {}) == 1
    assert ledger.take(one, {}) is None


def test_a_file_is_taken_in_only_when_it_is_genuine(office, tmp_path: Path) -> None:
    path = tmp_path / "mail.fpauth"
    path.write_bytes(sign(office.authorisation("A/../1 x"), office.key))
    office.provider().add(path)
    assert [file.name for file in office.folder.glob("*.fpauth")] == ["office-A____1_x.fpauth"]
    path.write_bytes(sign(office.authorisation("A-2"), Ed25519PrivateKey.generate()))
    with pytest.raises(AuthorisationForged):
        office.provider().add(path)
    with pytest.raises(FileError):
        office.provider().add(tmp_path / "nothing")
