"""Messages of several packets, other devices, echoes, waiting and limits, as conversations."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fieldpro.c12.link import Endpoint, LinkSettings, Timing
from fieldpro.errors import LinkError, MessageError, ProtocolError

Play = Callable[[Endpoint], Callable[[str], None]]
Crc = Callable[[str], str]


def test_a_message_of_two_packets_each_way(playbook: Play, crc_of: Crc) -> None:
    """98 bytes in packets of 64: 56 and 42 bytes of data (the heads are those of a published example)."""
    first, second = "00" * 56, "11" * 42
    one, two = f"ee00c0010038{first}", f"ee00a000002a{second}"
    one, two = one + crc_of(one), two + crc_of(two)
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


def test_a_multi_packet_message_that_stops(playbook: Play, crc_of: Crc) -> None:
    one = f"ee00c0010001{'aa'}"
    playbook(Endpoint())(f"""
        >> {one}{crc_of(one)}
        << ACK
        .. 6
        !! failed silent 0
    """)


def test_a_multi_packet_message_with_a_packet_missing(playbook: Play, crc_of: Crc) -> None:
    one, three = "ee00c0020001aa", "ee0080000001cc"
    one, three = one + crc_of(one), three + crc_of(three)
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


def test_a_new_message_in_the_middle_of_another(playbook: Play, crc_of: Crc) -> None:
    one = "ee00c0020001aa"
    playbook(Endpoint())(f"""
        >> {one}{crc_of(one)}
        << ACK
        >> READ-1-T
        !! garbage aa
        !! message 300001
        << ACK
    """)


def test_a_new_request_cuts_an_unfinished_reply_short(playbook: Play, crc_of: Crc) -> None:
    endpoint = Endpoint()
    endpoint.apply(9, 3)
    one, two = "ee00c0020001aa", "ee00a0010001bb"
    playbook(endpoint)(f"""
        -- send aabbcc
        << {one}{crc_of(one)}
        >> ACK
        << {two}{crc_of(two)}
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


def test_packets_for_another_device_are_none_of_ours(playbook: Play, frames: dict[str, bytes], crc_of: Crc) -> None:
    other = "ee070000000120"
    other += crc_of(other)
    ours = "ee030000000120"
    ours += crc_of(ours)
    playbook(Endpoint(LinkSettings(identity=3)))(f"""
        >> {other}
        !! garbage {other}
        >> {ours}
        !! message 20
        << ACK
        -- send 00
        << ee030000000100{crc_of("ee030000000100")}
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
