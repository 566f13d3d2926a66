"""Taking our own bytes out of what a probe hears: some heads send every byte back.

Until it is known whether the probe echoes, the first packet sent is compared with what comes back. A meter never
answers with the bytes of our request (it begins with an acknowledgement), so that one equal packet proves an echo.
An echo with damaged or missing bytes is taken out as far as it can be told; what is left over is garbage to the
packet layer, never data.
"""

from __future__ import annotations

_SHORTEST_PROOF = 9  # the shortest packet: eight bytes of frame and one of data
_ANSWERS = b"\x06\x15"  # ACK, NAK: what a meter's answer begins with (C12.18, packet acknowledgement)


class EchoStripper:
    """`echoes`: True, False, or None while it is not known. Feed it what was sent and what was received."""

    def __init__(self, echoes: bool | None = None) -> None:
        self.echoes = echoes
        self.damaged = 0  # bytes of echo that came back wrong or not at all
        self._pending = bytearray()
        self._held = bytearray()

    def sent(self, data: bytes) -> None:
        if self.echoes is False:
            return
        if self.echoes is None:
            self._held.clear()
            self._pending[:] = data if len(data) >= _SHORTEST_PROOF else b""
        else:
            self._pending += data

    def settle(self) -> None:
        """The other end has answered: a probe that has shown no echo by now has none."""
        if self.echoes is None:
            self.echoes = False
            self._pending.clear()

    def forget(self) -> None:
        """No more of the pending echo will come: its time is over."""
        self.damaged += len(self._pending)
        self._pending.clear()

    @property
    def pending(self) -> int:
        """Bytes of echo that are still to come."""
        return len(self._pending) if self.echoes else 0

    def received(self, data: bytes) -> bytes:
        """`data` without the echo."""
        if not self._pending and not self._held:
            return data
        return self._strip(data) if self.echoes else self._compare(data)

    def _compare(self, data: bytes) -> bytes:
        self._held += data
        if len(self._held) < len(self._pending) and self._pending.startswith(self._held):
            return b""
        held = bytes(self._held)
        proof = bytes(self._pending)
        self._held.clear()
        self._pending.clear()
        if held.startswith(proof):
            self.echoes = True
            return held[len(proof) :]
        return held

    def _strip(self, data: bytes) -> bytes:
        pending = self._pending
        if pending.startswith(data):
            del pending[: len(data)]
            return b""
        for index, byte in enumerate(data):
            if not pending:
                return data[index:]
            if byte == pending[0]:
                del pending[0]
            elif byte in _ANSWERS:
                self.forget()
                return data[index:]
            else:
                lost = 1 if len(pending) > 1 and byte == pending[1] else 0
                self.damaged += 1
                del pending[: 1 + lost]
        return b""
