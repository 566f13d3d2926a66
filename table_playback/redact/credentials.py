"""Where passwords and keys lie in a step: the same rules by which the tap masks them on the wire.

A tape that was recorded here has none; one from elsewhere, or made by hand, may.
"""

from __future__ import annotations

from fieldpro.c12.psem.secrets import REPLY_START, reads_secret, secret_start
from fieldpro.secret import holds_secrets
from table_playback.redact.wanted import KEYS, PASSWORDS
from table_playback.tape.messages import reply_bytes, request_bytes
from table_playback.tape.model import Spans, Step

_PASSWORD_TABLE = 42
_NUMBER = 0x0FFF


def kind_of_table(number: int) -> str:
    """Whether a table holds passwords or keys (ANSI C12.19 tables 42, 45, 46, pending or not); "" for neither."""
    if not holds_secrets(number):
        return ""
    return PASSWORDS if number & _NUMBER == _PASSWORD_TABLE else KEYS


def kind_of_step(step: Step) -> str:
    """What kind of credential a step has, said or answered; "" for none."""
    if step.service == "authenticate":
        return KEYS
    if step.table is not None and holds_secrets(step.table):
        return kind_of_table(step.table)
    request = request_bytes(step)
    return PASSWORDS if secret_start(request) is not None or reads_secret(request) else ""


def secret_spans(step: Step) -> tuple[Spans, Spans]:
    """(request, reply): the secret bytes of its messages, checksum included."""
    request, reply = request_bytes(step), reply_bytes(step) or b""
    start = secret_start(request)
    sent: Spans = () if start is None or start >= len(request) else ((start, len(request) - start),)
    brought: Spans = ()
    if reads_secret(request) and reply[:1] == b"\0" and len(reply) > REPLY_START:
        brought = ((REPLY_START, len(reply) - REPLY_START),)
    return sent, brought
