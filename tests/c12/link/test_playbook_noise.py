"""Noise on the link, as conversations: damaged packets, garbage, stray signals, lost heads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fieldpro.c12.link import Endpoint, LinkSettings

Play = Callable[[Endpoint], Callable[[str], None]]


def test_a_damaged_packet_is_refused_once_the_line_is_quiet(playbook: Play) -> None:
    playbook(Endpoint())("""
        -- send 20
        << IDENT
        >> ACK
        !! delivered
        >> EE00000000050000010000C6B4
        .. 0.09
        .. 0.01
        !! damaged ee00000000050000010000c6b4
        << NAK
        >> IDENT-REPLY
        !! message 0000010000
        << ACK
    """)


def test_a_packet_that_stops_half_way_is_dropped_and_refused(playbook: Play) -> None:
    playbook(Endpoint())("""
        >> EE0000000001
        .. 0.49
        .. 0.01
        !! damaged ee0000000001
        << NAK
        >> IDENT
        !! message 20
        << ACK
    """)


def test_a_wrong_length_swallows_the_packet_until_the_inter_character_limit(playbook: Play) -> None:
    playbook(Endpoint())("""
        >> EE0000000009201310
        .. 0.5
        !! damaged ee0000000009201310
        << NAK
        >> EE0000000000201310
        .. 0.1
        !! damaged ee0000000000201310
        << NAK
        >> IDENT
        !! message 20
        << ACK
    """)


def test_four_damaged_packets_in_a_row_are_noise(playbook: Play) -> None:
    bad = "ee00000000050000010000c6b4"
    playbook(Endpoint())(f"""
        -- send 20
        << IDENT
        >> ACK
        !! delivered
        >> {bad}
        .. 0.2
        !! damaged {bad}
        << NAK
        >> {bad}
        .. 0.2
        !! damaged {bad}
        << NAK
        >> {bad}
        .. 0.2
        !! damaged {bad}
        << NAK
        >> {bad}
        .. 0.2
        !! garbage {bad}
        !! failed noise 4
    """)


def test_a_meter_at_rest_refuses_damaged_packets_for_ever(playbook: Play) -> None:
    play = playbook(Endpoint())
    for _ in range(10):
        play("""
            >> EE0000000001201311
            .. 0.2
            !! damaged ee0000000001201311
            << NAK
        """)


def test_garbage_before_a_packet(playbook: Play) -> None:
    """A wake byte, a glitch when the head is switched on: what ends the burst is a packet."""
    playbook(Endpoint())("""
        >> 55 IDENT
        .. 0.1
        !! garbage 55
        !! message 20
        << ACK
    """)


def test_a_start_byte_inside_the_garbage(playbook: Play) -> None:
    playbook(Endpoint())("""
        >> EE IDENT
        .. 0.1
        !! garbage ee
        !! message 20
        << ACK
        >> 00EE06EE00FF IDENT
        .. 0.1
        !! garbage 00ee06ee00ff
        !! repeated
        << ACK
    """)


def test_a_whole_packet_inside_a_packet_whose_head_was_lost_is_not_taken(
    playbook: Play, frames: dict[str, bytes]
) -> None:
    """The data of a damaged packet may hold anything, also packets."""
    inner = frames["OK"].hex()
    playbook(Endpoint())(f"""
        -- send 20
        << IDENT
        >> ACK
        !! delivered
        >> 00000000{inner}ABCD
        .. 0.1
        !! damaged 00000000{inner}abcd
        << NAK
    """)


def test_a_whole_packet_inside_a_damaged_packet_is_not_taken(playbook: Play, frames: dict[str, bytes]) -> None:
    inner = frames["OK"].hex()
    for damaged in (f"ee000000000a{inner}00abcd", f"ee0000000009{inner}", f"ee000000001a{inner}"):
        playbook(Endpoint())(f"""
            -- send 20
            << IDENT
            >> ACK
            !! delivered
            >> {damaged}
            .. 0.5
            !! damaged {damaged}
            << NAK
        """)


def test_a_glitch_before_every_acknowledgement(playbook: Play) -> None:
    playbook(Endpoint())("""
        -- send 20
        << IDENT
        >> 00 ACK
        .. 0.1
        !! garbage 00
        !! delivered
        >> 00 15
        .. 0.1
        !! garbage 00
        !! garbage NAK
    """)


def test_signals_that_nobody_waits_for_are_garbage(playbook: Play) -> None:
    playbook(Endpoint())("""
        >> ACK NAK
        !! garbage ACK
        !! garbage NAK
        -- send 20
        << IDENT
        >> NAK NAK ACK
        !! refused
        !! attempt 2
        !! garbage NAK
        !! garbage ACK
        << IDENT
    """)


def test_a_line_that_is_never_quiet(playbook: Play) -> None:
    endpoint = Endpoint()
    play = playbook(endpoint)
    play("-- send 20\n<< IDENT")
    events: list[Any] = []
    for step in range(200):
        events += endpoint.receive(b"\x55" * 100, step * 0.05)
    assert [event.reason for event in events if hasattr(event, "reason")] == ["noise"]


def test_silence_after_noise_is_called_noise(playbook: Play) -> None:
    playbook(Endpoint())("""
        -- send 20
        << IDENT
        >> 5555
        .. 0.1
        !! garbage 5555
        .. 2.0
        !! attempt 2
        << IDENT
        .. 2.1
        !! attempt 3
        << IDENT
        .. 2.1
        !! attempt 4
        << IDENT
        .. 2.1
        !! failed noise 4
    """)


def test_noise_while_a_reply_is_awaited_is_called_noise(playbook: Play) -> None:
    playbook(Endpoint())("""
        -- send 20
        << IDENT
        >> ACK
        !! delivered
        >> 5555
        .. 6
        !! garbage 5555
        !! failed noise 0
    """)


def test_a_reply_that_lost_its_head_is_asked_for_again(playbook: Play) -> None:
    lost = "0000000005000001 0000c6b5".replace(" ", "")
    playbook(Endpoint())(f"""
        -- send 20
        << IDENT
        >> {lost}
        .. 0.1
        !! damaged {lost}
        << NAK
        >> IDENT-REPLY
        !! delivered
        !! message 0000010000
        << ACK
    """)


def test_no_retry_while_the_other_end_is_speaking(playbook: Play) -> None:
    """The ACK was lost and a long reply is coming in slowly: it acknowledges, and nothing is sent into it."""
    playbook(Endpoint())("""
        -- send 20
        << IDENT
        .. 1.9
        >> EE0000
        .. 0.4
        >> 000005
        .. 0.4
        >> 0000010000C6B5
        !! delivered
        !! message 0000010000
        << ACK
    """)


def test_the_time_on_the_wire_counts(playbook: Play) -> None:
    playbook(Endpoint(LinkSettings(baud=300)))("""
        -- send 20
        << IDENT
        .. 2.2
        .. 0.2
        !! attempt 2
        << IDENT
    """)
