"""The rules of the link as conversations: what reaches one end (>>), what it answers (<<), what it tells (!!)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fieldpro.c12.link import C12_21, Endpoint, LinkSettings, LinkState
from fieldpro.errors import LinkError

Play = Callable[[Endpoint], Callable[[str], None]]
Crc = Callable[[str], str]


def test_a_clean_exchange_toggles_both_ways(playbook: Play) -> None:
    playbook(Endpoint())("""
        -- send 20
        << IDENT
        >> ACK
        !! delivered
        >> IDENT-REPLY
        !! message 0000010000
        << ACK
        -- send 300001
        << READ-1-T
        >> ACK
        !! delivered
        >> IAR-T
        !! message 05
        << ACK
    """)


def test_an_acknowledgement_glued_to_the_reply(playbook: Play) -> None:
    playbook(Endpoint())("""
        -- send 20
        << IDENT
        >> ACK IDENT-REPLY
        !! delivered
        !! message 0000010000
        << ACK
    """)


def test_one_byte_at_a_time(playbook: Play, frames: dict[str, bytes]) -> None:
    one_by_one = "\n".join(f">> {byte:02x}" for byte in frames["TABLE-1"][:-1])
    playbook(Endpoint())(f"""
        -- send 300001
        << READ-1
        >> ACK
        !! delivered
        {one_by_one}
        >> C6
        !! message {frames["TABLE-1"][6:-2].hex()}
        << ACK
    """)


def test_bytes_that_look_like_signals_inside_a_packet_are_data(playbook: Play, crc_of: Crc) -> None:
    # The reply 00 06 15 EE 06; its CRC was computed bit by bit with the definition of CRC-16/X-25.
    raw = "EE0000000005000615EE06"
    playbook(Endpoint())(f"""
        -- send 20
        << IDENT
        >> ACK
        !! delivered
        >> {raw}{crc_of(raw)}
        !! message 000615ee06
        << ACK
    """)


def test_a_first_packet_that_is_refused_succeeds_at_the_retry(playbook: Play) -> None:
    playbook(Endpoint())("""
        -- send 20
        << IDENT
        >> NAK
        !! refused
        !! attempt 2
        << IDENT
        >> ACK
        !! delivered
    """)


def test_a_peer_that_refuses_everything(playbook: Play) -> None:
    endpoint = Endpoint()
    playbook(endpoint)("""
        -- send 20
        << IDENT
        >> NAK
        !! refused
        !! attempt 2
        << IDENT
        >> NAK
        !! refused
        !! attempt 3
        << IDENT
        >> NAK
        !! refused
        !! attempt 4
        << IDENT
        >> NAK
        !! refused
        !! failed naks 4
    """)
    assert endpoint.state is LinkState.ERROR


def test_a_silent_peer_and_the_error_that_stays(playbook: Play) -> None:
    endpoint = Endpoint(LinkSettings(name="COM3"))
    play = playbook(endpoint)
    play("""
        -- send 20
        << IDENT
        .. 2.005
        .. 0.01
        !! attempt 2
        << IDENT
        .. 2.01
        !! attempt 3
        << IDENT
        .. 2.01
        !! attempt 4
        << IDENT
        .. 2.01
        !! failed silent 4
        >> ACK IDENT-REPLY
        .. 100
    """)
    assert endpoint.deadline is None
    assert endpoint.tick(1000.0) == []
    with pytest.raises(LinkError) as caught:
        endpoint.send(b"\x20", 1000.0)
    assert (caught.value.reason, caught.value.port) == ("silent", "COM3")
    endpoint.restart()
    assert endpoint.state is LinkState.OPEN
    play("""
        -- send 20
        << IDENT
        >> ACK
        !! delivered
    """)


def test_a_peer_that_acknowledges_but_never_answers(playbook: Play) -> None:
    playbook(Endpoint())("""
        -- send 20
        << IDENT
        >> ACK
        !! delivered
        .. 5.9
        .. 0.1
        !! failed silent 0
    """)


def test_the_limits_of_c12_21_are_longer(playbook: Play) -> None:
    playbook(Endpoint(timing=C12_21))("""
        -- send 20
        << IDENT
        .. 4.0
        .. 0.01
        !! attempt 2
        << IDENT
        >> ACK
        !! delivered
        .. 29.9
        .. 0.1
        !! failed silent 0
    """)


def test_the_acknowledgement_of_a_request_is_lost_but_its_answer_comes(playbook: Play) -> None:
    playbook(Endpoint())("""
        -- send 20
        << IDENT
        >> IDENT-REPLY
        !! delivered
        !! message 0000010000
        << ACK
    """)


def test_the_acknowledgement_of_a_request_is_lost_seen_by_the_meter(playbook: Play) -> None:
    """The client repeats; the meter, still at work or waiting for its own acknowledgement, must not answer twice."""
    playbook(Endpoint())("""
        >> IDENT
        !! message 20
        << ACK
        >> IDENT
        !! repeated
        << ACK
        -- send 0000010000
        << IDENT-REPLY
        >> IDENT
        !! repeated
        << ACK
        >> ACK
        !! delivered
    """)


def test_the_acknowledgement_of_a_reply_is_lost_and_the_next_request_comes(playbook: Play) -> None:
    playbook(Endpoint())("""
        >> IDENT
        !! message 20
        << ACK
        -- send 0000010000
        << IDENT-REPLY
        >> READ-1-T
        !! delivered
        !! message 300001
        << ACK
        -- send 05
        << IAR-T
    """)


def test_the_acknowledgement_of_a_reply_is_lost_and_the_meter_repeats(playbook: Play) -> None:
    playbook(Endpoint())("""
        -- send 20
        << IDENT
        >> ACK IDENT-REPLY
        !! delivered
        !! message 0000010000
        << ACK
        >> IDENT-REPLY
        !! repeated
        << ACK
        -- send 300001
        << READ-1-T
        >> IDENT-REPLY
        !! repeated
        << ACK
        >> ACK
        !! delivered
        >> IAR-T
        !! message 05
        << ACK
    """)


def test_a_client_that_never_toggles_may_ask_the_same_again(playbook: Play) -> None:
    playbook(Endpoint())("""
        >> READ-1
        !! message 300001
        << ACK
        -- send 00
        << OK
        >> ACK
        !! delivered
        >> READ-1
        !! message 300001
        << ACK
        -- send 00
        << OK-T
        >> ACK
        !! delivered
        >> READ-1
        !! message 300001
        << ACK
    """)


def test_a_client_that_has_toggled_so_far_repeats_when_it_sends_the_same(playbook: Play) -> None:
    playbook(Endpoint())("""
        >> IDENT
        !! message 20
        << ACK
        -- send 0000010000
        << IDENT-REPLY
        >> ACK
        !! delivered
        >> READ-1-T
        !! message 300001
        << ACK
        -- send 05
        << IAR-T
        >> ACK
        !! delivered
        >> READ-1-T
        !! repeated
        << ACK
    """)


def test_a_client_that_begins_with_the_other_toggle(playbook: Play) -> None:
    playbook(Endpoint())("""
        >> READ-1-T
        !! message 300001
        << ACK
        -- send 00
        << OK
        >> ACK
        !! delivered
        >> READ-1
        !! message 300001
        << ACK
        -- send 05
        << IAR-T
        >> ACK
        !! delivered
        >> READ-1-T
        !! message 300001
        << ACK
    """)


def test_a_false_acknowledgement_does_not_turn_an_old_reply_into_a_new_one(playbook: Play) -> None:
    """The request was lost, noise looked like its ACK, and the meter repeats the reply before it."""
    playbook(Endpoint())("""
        -- send 20
        << IDENT
        >> ACK IDENT-REPLY
        !! delivered
        !! message 0000010000
        << ACK
        -- send 300001
        << READ-1-T
        >> ACK IAR-T
        !! delivered
        !! message 05
        << ACK
        -- send 300001
        << READ-1
        >> ACK
        !! delivered
        >> IAR-T
        !! repeated
        << ACK
    """)
