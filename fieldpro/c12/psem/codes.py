"""Response codes of the service layer (ANSI C12.18 service tables; 0B to 12 ANSI C12.22), with words for each."""

from __future__ import annotations

from enum import IntEnum

FIRST_SERVICE = 0x20  # anything below is a response code, from here on a request


class ResponseCode(IntEnum):
    """The first byte of every reply."""

    OK = 0x00
    ERR = 0x01
    SNS = 0x02
    ISC = 0x03
    ONP = 0x04
    IAR = 0x05
    BSY = 0x06
    DNR = 0x07
    DLK = 0x08
    RNO = 0x09
    ISSS = 0x0A
    SME = 0x0B
    UAT = 0x0C
    NETT = 0x0D
    NETR = 0x0E
    RQTL = 0x0F
    RSTL = 0x10
    SGNP = 0x11
    SGERR = 0x12

    @property
    def words(self) -> str:
        return _WORDS[self]


_WORDS = {
    ResponseCode.OK: "ok",
    ResponseCode.ERR: "error without a reason given",
    ResponseCode.SNS: "service not supported",
    ResponseCode.ISC: "insufficient security clearance",
    ResponseCode.ONP: "operation not possible",
    ResponseCode.IAR: "inappropriate action requested",
    ResponseCode.BSY: "device busy",
    ResponseCode.DNR: "data not ready",
    ResponseCode.DLK: "data locked",
    ResponseCode.RNO: "renegotiate request",
    ResponseCode.ISSS: "invalid service sequence state",
    ResponseCode.SME: "security mechanism error",
    ResponseCode.UAT: "unknown application title",
    ResponseCode.NETT: "network time-out",
    ResponseCode.NETR: "network not reachable",
    ResponseCode.RQTL: "request too large",
    ResponseCode.RSTL: "response too large",
    ResponseCode.SGNP: "segmentation not possible",
    ResponseCode.SGERR: "segmentation error",
}


def response_words(code: int) -> str:
    """Words for any response byte, also one that no standard gives a meaning."""
    try:
        return ResponseCode(code).words
    except ValueError:
        return f"unknown response code {code:02X}"
