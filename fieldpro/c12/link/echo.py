"""Taking our own bytes out of what is heard, for a probe that hears itself (two-wire loops, some optical heads).

An echo comes before anything the other end says. What does not begin with it is no echo; what begins with it and goes
on differently was a damaged one, and what follows cannot be trusted.
"""

from __future__ import annotations


class EchoFilter:
    def __init__(self) -> None:
        self._expected = bytearray()
        self._begun = False

    def sent(self, data: bytes) -> None:
        self._expected += data

    def strip(self, data: bytes) -> tuple[bytes, bool]:
        """What is left of `data`, and whether the echo before it was damaged."""
        if not self._expected:
            return data, False
        equal = 0
        for ours, heard in zip(self._expected, data, strict=False):
            if ours != heard:
                break
            equal += 1
        del self._expected[:equal]
        self._begun = (self._begun or equal > 0) and bool(self._expected)
        left = data[equal:]
        if not left or not self._expected:
            return left, False
        damaged = self._begun
        self.forget()
        return left, damaged

    def forget(self) -> None:
        self._expected.clear()
        self._begun = False
