"""The rules of the link as conversations: what reaches one end (>>), what it answers (<<), what it tells (!!)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fieldpro.c12.link import C12_21, Endpoint, LinkSettings, LinkState, Timing
from fieldpro.errors import LinkError, MessageError, ProtocolError

Play = Callable[[Endpoint], Callable[[str], None]]


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


def test_bytes_that_look_like_signals_inside_a_packet_are_data(playbook: Play) -> None:
    # The reply 00 06 15 EE 06; its CRC was computed bit by bit with the definition of CRC-16/X-25.
    raw = "EE0000000005000615EE06"
    playbook(Endpoint())(f"""
        -- send 20
        << IDENT
        >> ACK
        !! delivered
        >> {raw}{_crc(raw)}
        !! message 000615ee06
        << ACK
    """)


def _crc(raw: str) -> str:
    crc = 0xFFFF
    for byte in bytes.fromhex(raw):
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x8408 if crc & 1 else 0)
    return (crc ^ 0xFFFF).to_bytes(2, "little").hex()


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


def test_a_message_of_two_packets_each_way(playbook: Play) -> None:
    """98 bytes in packets of 64: 56 and 42 bytes of data (the heads are those of a published example)."""
    first, second = "00" * 56, "11" * 42
    one, two = f"ee00c0010038{first}", f"ee00a000002a{second}"
    one, two = one + _crc(one), two + _crc(two)
    sender, receiver = Endpoint(), Endpoint()
    sender.apply(64, 2)
    playbook(sender)(f"""
        -- send {first}{second}
        << {one}
        >> ACK
        << {two}
        >> NAK
        !! refused
        !! attempt 2
        << {two}
        >> ACK
        !! delivered
    """)
    playbook(receiver)(f"""
        >> {one}
        << ACK
        >> {one}
        !! repeated
        << ACK
        >> {two}
        !! message {first}{second}
        << ACK
    """)


def test_a_multi_packet_message_that_stops(playbook: Play) -> None:
    one = f"ee00c0010001{'aa'}"
    playbook(Endpoint())(f"""
        >> {one}{_crc(one)}
        << ACK
        .. 6
        !! failed silent 0
    """)


def test_a_multi_packet_message_with_a_packet_missing(playbook: Play) -> None:
    one, three = "ee00c0020001aa", "ee0080000001cc"
    one, three = one + _crc(one), three + _crc(three)
    playbook(Endpoint())(f"""
        >> {one}
        << ACK
        >> {three}
        !! damaged {three}
        << NAK
        >> {three}
        !! damaged {three}
        << NAK
        >> {three}
        !! damaged {three}
        << NAK
        >> {three}
        !! garbage {three}
        !! failed sequence 4
    """)


def test_a_new_message_in_the_middle_of_another(playbook: Play) -> None:
    one = "ee00c0020001aa"
    playbook(Endpoint())(f"""
        >> {one}{_crc(one)}
        << ACK
        >> READ-1-T
        !! garbage aa
        !! message 300001
        << ACK
    """)


def test_a_new_request_cuts_an_unfinished_reply_short(playbook: Play) -> None:
    endpoint = Endpoint()
    endpoint.apply(9, 3)
    one, two = "ee00c0020001aa", "ee00a0010001bb"
    playbook(endpoint)(f"""
        -- send aabbcc
        << {one}{_crc(one)}
        >> ACK
        << {two}{_crc(two)}
        >> READ-1
        !! message 300001
        << ACK
        -- send 00
        << OK
        >> ACK
        !! delivered
    """)


def test_a_new_request_withdraws_a_reply_that_has_not_left(frames: dict[str, bytes]) -> None:
    endpoint = Endpoint()
    endpoint.receive(frames["IDENT"], 0.0)
    endpoint.send(b"\0\0\1\0\0", 0.0)
    endpoint.receive(frames["READ-1-T"], 0.0)
    assert endpoint.outgoing() == b"\x06\x06"
    assert not endpoint.is_sending


def test_packets_for_another_device_are_none_of_ours(playbook: Play, frames: dict[str, bytes]) -> None:
    other = "ee070000000120"
    other += _crc(other)
    ours = "ee030000000120"
    ours += _crc(ours)
    playbook(Endpoint(LinkSettings(identity=3)))(f"""
        >> {other}
        !! garbage {other}
        >> {ours}
        !! message 20
        << ACK
        -- send 00
        << ee030000000100{_crc("ee030000000100")}
        >> ACK
        !! delivered
        >> {other[:-2]}
        .. 1
        !! garbage {other[:-2]}
        >> {other[:-2]}00
        .. 1
        !! garbage {other[:-2]}00
        >> 55{other}
        .. 1
        !! garbage 55
        !! garbage {other}
    """)


def test_a_packet_of_another_data_format_is_garbage(playbook: Play) -> None:
    playbook(Endpoint())("""
        >> EE0021000000D6DF
        .. 0.1
        !! garbage ee0021000000d6df
    """)
    playbook(Endpoint(LinkSettings(data_format=1)))("""
        >> EE0021000000D6DF
        !! message
        << ACK
    """)


def test_an_echo_is_taken_out_when_the_probe_is_known_for_it(playbook: Play) -> None:
    playbook(Endpoint(LinkSettings(echo=True)))("""
        -- send 20
        << IDENT
        >> EE0000
        >> 000001201310
        >> ACK IDENT-REPLY
        !! delivered
        !! message 0000010000
        << ACK
        >> ACK
        -- send 300001
        << READ-1-T
        >> READ-1-T ACK IAR-T
        !! delivered
        !! message 05
        << ACK
    """)


def test_an_echo_nobody_expects_is_an_error_of_its_own(playbook: Play) -> None:
    playbook(Endpoint())("""
        -- send 20
        << IDENT
        >> IDENT ACK IDENT-REPLY
        !! failed echo 0
    """)


def test_a_probe_that_does_not_echo_although_it_should(playbook: Play) -> None:
    playbook(Endpoint(LinkSettings(echo=True)))("""
        -- send 20
        << IDENT
        >> ACK IDENT-REPLY
        !! delivered
        !! message 0000010000
        << ACK
    """)


def test_a_damaged_echo_is_never_taken_for_an_answer(playbook: Play) -> None:
    playbook(Endpoint(LinkSettings(echo=True)))("""
        -- send 20
        << IDENT
        >> EE00000000FF201310 ACK IDENT-REPLY
        .. 0.1
        !! garbage ff20131006
        !! delivered
        !! message 0000010000
        << ACK
    """)
    playbook(Endpoint(LinkSettings(echo=True)))("""
        -- send 20
        << IDENT
        >> 00 IDENT
        .. 0.1
        !! garbage 00
        !! garbage IDENT
        >> ACK
        !! delivered
    """)


def test_a_wait_stretches_the_silence_once(playbook: Play) -> None:
    endpoint = Endpoint()
    play = playbook(endpoint)
    play("""
        >> WAIT-120
        !! message 7078
        << ACK
        -- send 00
        << OK
        >> ACK
        !! delivered
    """)
    endpoint.stretch(120.0)
    play("""
        .. 119
        >> READ-1-T
        !! message 300001
        << ACK
        -- send 00
        << OK-T
        >> ACK
        !! delivered
        .. 6
        !! failed silent 0
    """)


def test_a_wait_granted_before_its_reply_holds_as_well(playbook: Play) -> None:
    endpoint = Endpoint()
    play = playbook(endpoint)
    play(">> WAIT-120\n!! message 7078\n<< ACK")
    endpoint.stretch(120.0)
    play("""
        -- send 00
        << OK
        >> ACK
        !! delivered
        .. 119
        .. 1
        !! failed silent 0
    """)


def test_a_repeat_shows_that_somebody_is_there(playbook: Play) -> None:
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
        .. 5
        >> READ-1-T
        !! repeated
        << ACK
        .. 5
        .. 1
        !! failed silent 0
    """)


def test_time_limits_can_change_while_the_link_is_up(playbook: Play) -> None:
    endpoint = Endpoint()
    endpoint.timing = Timing(response_s=1.0, retries=0)
    assert endpoint.timing.retries == 0
    playbook(endpoint)("""
        -- send 20
        << IDENT
        .. 1.01
        !! failed silent 1
    """)


def test_a_message_too_long_for_its_packets(playbook: Play) -> None:
    endpoint = Endpoint(LinkSettings(name="COM3"))
    assert endpoint.capacity == 56
    with pytest.raises(LinkError) as caught:
        endpoint.send(bytes(57), 0.0)
    assert (caught.value.reason, caught.value.port) == ("too-long", "COM3")
    assert endpoint.outgoing() == b""
    endpoint.send(bytes(56), 0.0)
    assert len(endpoint.outgoing()) == 64


def test_one_message_after_the_other(frames: dict[str, bytes]) -> None:
    endpoint = Endpoint()
    endpoint.send(b"\x20", 0.0)
    with pytest.raises(ProtocolError):
        endpoint.send(b"\x20", 0.0)


@pytest.mark.parametrize(("size", "count"), [(8, 1), (8193, 1), (64, 0), (64, 256)])
def test_sizes_no_packet_can_have(size: int, count: int) -> None:
    with pytest.raises(MessageError):
        Endpoint().apply(size, count)


def test_what_was_negotiated_holds_until_the_base_state() -> None:
    endpoint = Endpoint()
    endpoint.apply(1024, 3, baud=57600)
    assert (endpoint.capacity, endpoint.baud) == (3 * 1016, 57600)
    endpoint.apply(512, 2)
    assert (endpoint.capacity, endpoint.baud) == (2 * 504, 57600)
    endpoint.restart()
    assert (endpoint.packet_size, endpoint.packet_count, endpoint.baud) == (64, 1, 9600)


def test_the_last_acknowledgement_survives_the_restart(frames: dict[str, bytes]) -> None:
    endpoint = Endpoint()
    endpoint.send(b"\x21", 0.0)
    assert endpoint.outgoing() == frames["TERMINATE"]
    endpoint.receive(frames["ACK"] + frames["OK"], 0.0)
    endpoint.restart()
    assert endpoint.outgoing() == b"\x06"


def test_a_playbook_that_differs_shows_both_columns(playbook: Play) -> None:
    with pytest.raises(AssertionError, match=r"≠ << READ-1 +\| << IDENT"):
        playbook(Endpoint())("""
            -- send 20
            << READ-1
        """)
