"""The feature list of an Identification reply, also one that nobody can read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldpro.c12.psem import (
    AuthenticationService,
    AuthenticationTicket,
    DeviceClass,
    DeviceIdentity,
    Feature,
    Identify,
    IdentifyReply,
    SecurityMechanism,
    SessionControl,
    UnknownFeatures,
)
from fieldpro.errors import MessageError

byte = st.integers(0, 255)
known = st.one_of(
    st.builds(AuthenticationService, byte, byte),
    st.builds(AuthenticationTicket, byte, byte, st.binary(max_size=255)),
    st.builds(SecurityMechanism, byte, st.binary(max_size=255)),
    st.builds(SessionControl, st.booleans(), st.integers(0, 127)),
    st.builds(DeviceClass, byte, st.binary(max_size=255)),
    st.builds(DeviceIdentity, byte, st.binary(max_size=254)),
)


@given(byte, byte, byte, st.lists(known, max_size=5))
def test_features_come_back_as_they_were_sent(
    standard: int, version: int, revision: int, features: list[Feature]
) -> None:
    reply = IdentifyReply(standard, version, revision, tuple(features))
    assert Identify().decode_reply(reply.encode()) == reply


def test_the_features_of_a_c12_22_stack() -> None:
    oid = bytes.fromhex("60 7C 86 F7 54 01 16 02 01")
    data = bytes.fromhex("00 03 01 00 04 06 09") + oid + bytes.fromhex("05 80 06 0D 04 49 54 52 4E 00")
    reply = Identify().decode_reply(data)
    assert reply.features == (SecurityMechanism(6, oid), SessionControl(True, 0), DeviceClass(0x0D, b"ITRN"))
    assert reply.encode() == data


@pytest.mark.parametrize("rest", ["", "01", "02 01 00 08 11 22", "07 00 00", "09 44 55 00", "00 00", "01 01 00"])
def test_a_list_nobody_can_read_is_kept_and_stops_nothing(rest: str) -> None:
    data = bytes.fromhex("00 00 01 00" + rest)
    reply = Identify().decode_reply(data)
    assert isinstance(reply.features[-1], UnknownFeatures)
    assert reply.encode() == data


@given(st.binary(max_size=40))
def test_any_list_is_read_without_loss(rest: bytes) -> None:
    data = b"\0\0\1\0" + rest
    assert Identify().decode_reply(data).encode() == data


def test_a_feature_too_long_for_its_length_byte_cannot_be_sent() -> None:
    with pytest.raises(MessageError):
        IdentifyReply(3, 1, 0, (DeviceIdentity(0, bytes(255)),)).encode()
