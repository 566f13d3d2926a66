"""The words of kinds of error that need others for each reason, response code or result code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fieldpro.errors import (
    FieldProError,
    LinkError,
    ProcedureRefused,
    ProcedureUnanswered,
    SecretStoreError,
    ServiceRefused,
    StoreError,
    SwitchError,
    TapeError,
)
from fieldpro.explain.words import Words

SECRET_STORE_WORDS: Mapping[str, Words] = {
    "passphrase": Words(
        "The vault of passwords and keys does not open with this passphrase",
        "{path}",
        "Type it again; without it, what the vault holds cannot be had back.",
    ),
    "damaged": Words(
        "The vault of passwords and keys is damaged or was changed: {detail}",
        "{path}",
        "Put the file back from a backup, or set it aside and give the passwords again.",
    ),
    "denied": Words(
        "The vault of passwords and keys cannot be read or written: {detail}",
        "{path}",
        "Ask for the right to use this file, or free some room, and try again.",
    ),
    "keyring": Words(
        "The system's keyring does not give or take passwords: {detail}",
        "{path}",
        "Unlock the keyring and try again.",
    ),
}

LINK_WORDS: Mapping[str, Words] = {
    "silent": Words(
        "The meter does not answer",
        "{port}",
        "Seat the probe on the meter's optical port, check its power and profile, shade it from the sun, "
        "and connect again.",
    ),
    "naks": Words(
        "The meter refuses every packet as damaged",
        "{port}",
        "Seat the probe again, choose a lower rate or another probe profile, and connect again.",
    ),
    "noise": Words(
        "What arrives from the meter is damaged",
        "{port}",
        "Seat the probe again, shade it from the sun, choose a lower rate, and connect again.",
    ),
    "echo": Words(
        "Only our own bytes come back",
        "{port}",
        "The probe echoes or lies on a mirror: seat it on the meter and choose a probe profile with echo.",
    ),
    "sequence": Words(
        "A part of a longer message from the meter is missing",
        "{port}",
        "Seat the probe again, choose a lower rate, and connect again.",
    ),
    "too-long": Words(
        "The message is longer than the meter takes",
        "{service}",
        "Read or write the table in parts.",
    ),
    "closed": Words("The meter ended the session", "{port}", "Connect again."),
}

REFUSAL_WORDS: Mapping[int, Words] = {
    1: Words("The meter refused without saying why", "{service} {subject}", "Check what was asked for and try again."),
    2: Words("The meter does not know this service", "{service} {subject}", "Do without it: this meter lacks it."),
    3: Words(
        "The meter wants a higher security level for this",
        "{service} {subject}",
        "Connect with the password of a higher level; a password that is wrong has the same effect.",
    ),
    4: Words(
        "The meter cannot do this",
        "{service} {subject}",
        "This meter may lack the table, or not have it in this state; read it in parts or leave it out.",
    ),
    5: Words(
        "The meter finds this out of place", "{service} {subject}", "This meter may lack the table: leave it out."
    ),
    6: Words("The meter is busy", "{service} {subject}", "Wait a few seconds and try again."),
    7: Words("The meter has this data not ready yet", "{service} {subject}", "Wait a few seconds and try again."),
    8: Words("The meter has locked this data", "{service} {subject}", "Find out who locked it, wait, and try again."),
    9: Words("The meter wants to agree on the settings again", "{service} {subject}", "Disconnect and connect again."),
    10: Words(
        "The meter does not take this service in its present state", "{service} {subject}", "Disconnect, connect again."
    ),
    11: Words("The meter refused the security of the message", "{service} {subject}", "Check keys and security mode."),
    12: Words("The network does not know this meter", "{service} {subject}", "Check the meter's ApTitle."),
    13: Words("The network gave up waiting for the meter", "{service} {subject}", "Try again later."),
    14: Words("The network does not reach this meter", "{service} {subject}", "Check the route and try again later."),
    15: Words("The request is too large for the meter", "{service} {subject}", "Ask for less at a time."),
    16: Words("The answer is too large for the link", "{service} {subject}", "Ask for less at a time."),
    17: Words("The meter cannot split its answer", "{service} {subject}", "Ask for less at a time."),
    18: Words("The parts of the message did not fit together", "{service} {subject}", "Try again."),
}

PROCEDURE_WORDS: Mapping[int, Words] = {
    1: Words(
        "The meter finds nothing that this procedure applies to; nothing was done",
        "{procedure}",
        "Look at what is there (for pending tables: table 4) and name it exactly.",
    ),
    2: Words(
        "The meter finds a parameter of the procedure wrong; nothing was done",
        "{procedure}",
        "Check the parameters; another coding may be set in the device profile.",
    ),
    3: Words(
        "The procedure conflicts with the meter's set-up or state; nothing was done",
        "{procedure}",
        "Look at the meter's mode and configuration; this meter may do it only in another mode.",
    ),
    4: Words(
        "The meter does not do this at this time; nothing was done",
        "{procedure}",
        "Wait until what the meter is doing is over (or its lock-out time has passed), and try again.",
    ),
    5: Words(
        "The meter wants a higher security level for this procedure; nothing was done",
        "{procedure}",
        "Connect with the password of a higher level.",
    ),
    6: Words("The meter does not have this procedure", "{procedure}", "Do without it: this meter lacks it."),
}

UNANSWERED_WORDS: Mapping[str, Words] = {
    "no-answer": Words(
        "The meter took the procedure and has not answered within {waited_s} s; it may or may not have done it",
        "{procedure}",
        "Read the meter and look whether it was done before you try again.",
    ),
    "unfinished": Words(
        "The meter accepted the procedure and has not finished it within {waited_s} s",
        "{procedure}",
        "Wait, then read the meter and look whether it was done.",
    ),
    "unreadable": Words(
        "The meter took the procedure but does not let its answer be read; it may or may not have done it",
        "{procedure}",
        "Read the meter and look whether it was done; a password of a higher level may show the answer.",
    ),
    "broken": Words(
        "The line broke while the meter was told to do this; it may or may not have done it",
        "{procedure}",
        "Connect again, read the meter and look whether it was done before you try again.",
    ),
}

SWITCH_WORDS: Mapping[str, Words] = {
    "load-side-voltage": Words(
        "There is voltage on the load side of the switch ({detail}); to connect is refused, nothing was sent",
        "{deed}, switch {state}",
        "Find what feeds the load side (a generator, solar panels, a jumper) and take it away first.",
    ),
    "load-side-unknown": Words(
        "The meter does not say whether there is voltage on the load side; to connect is refused, nothing was sent",
        "{deed}, switch {state}",
        "Read the meter again; if it measures no load side voltage, its device profile has to say so.",
    ),
    "no-switch": Words(
        "This meter has no service switch that FieldPro knows",
        "{deed}",
        "Choose a device profile that describes the meter's switch.",
    ),
    "moving": Words(
        "The switch is moving; nothing was sent", "{deed}, switch {state}", "Wait a few seconds and look again."
    ),
    "stuck": Words(
        "The switch did not move: {detail}",
        "{deed}, switch {state}",
        "Take the site as not switched; try once more, and replace the meter if it stays so.",
    ),
    "slow": Words(
        "The switch has not come to rest in time: {detail}",
        "{deed}, switch {state}",
        "Take the site as not switched; look at the state again before you do anything else.",
    ),
    "wrong-state": Words(
        "The switch is not in the state that this needs: {detail}; nothing was sent",
        "{deed}, switch {state}",
        "Look at the state and choose what fits it.",
    ),
}

STORE_WORDS: Mapping[str, Words] = {
    "locked": Words(
        "The database is in use by another program", "{path}", "Close the other FieldPro window and try again."
    ),
    "damaged": Words(
        "The database is damaged: {detail}",
        "{path}",
        "Set the file aside (do not delete it) and start again; a new one is made.",
    ),
    "newer-version": Words(
        "The database was written by a newer FieldPro",
        "{path}",
        "Update this FieldPro, or choose another database.",
    ),
    "full": Words("There is no room left on the disk", "{path}", "Free some room and save again."),
    "missing-record": Words("There is no such record: {detail}", "{path}", "It may have been deleted; search again."),
    "denied": Words(
        "The database cannot be written: {detail}", "{path}", "Ask for the right to write there, or choose another."
    ),
    "disk": Words(
        "The disk failed while the database was used: {detail}",
        "{path}",
        "Check that the disk is there, and try again.",
    ),
    "closed": Words("The database was closed while it was in use", "{path}", "Start FieldPro again."),
}

TAPE_WORDS: Mapping[str, Words] = {
    "not-a-tape": Words(
        "This file is no tape: {detail}", "{path}, {place}", "Choose a tape, or import the file if it is a table dump."
    ),
    "truncated": Words(
        "The tape breaks off: {detail}; nothing was played",
        "{path}, {place}",
        "Copy it again from where it came from, or record it again.",
    ),
    "altered": Words(
        "The tape was changed by something else than FieldPro: {detail}; nothing was played",
        "{path}, {place}",
        "Take the copy that was not changed, or record it again.",
    ),
    "malformed": Words(
        "The tape cannot be read: {detail}; nothing was played",
        "{path}, {place}",
        "Take another copy, or record it again.",
    ),
    "too-large": Words(
        "The tape would unpack to more than FieldPro takes: {detail}; nothing was played",
        "{path}, {place}",
        "Do not trust this file; a tape that large is recorded in parts.",
    ),
    "unsafe-name": Words(
        "The tape holds a file that does not belong there: {detail}; nothing was unpacked or played",
        "{path}, {place}",
        "Do not trust this file; ask whoever made it.",
    ),
    "newer-version": Words(
        "The tape was written by a newer FieldPro: {detail}; nothing was played",
        "{path}, {place}",
        "Update this FieldPro.",
    ),
    "denied": Words(
        "The tape cannot be read or written: {detail}", "{path}, {place}", "Check the folder and your rights there."
    ),
}

BY_FIELD: Mapping[type[FieldProError], tuple[str, Mapping[Any, Words]]] = {
    LinkError: ("reason", LINK_WORDS),
    ServiceRefused: ("response", REFUSAL_WORDS),
    StoreError: ("reason", STORE_WORDS),
    ProcedureRefused: ("result", PROCEDURE_WORDS),
    ProcedureUnanswered: ("reason", UNANSWERED_WORDS),
    SecretStoreError: ("reason", SECRET_STORE_WORDS),
    SwitchError: ("reason", SWITCH_WORDS),
    TapeError: ("reason", TAPE_WORDS),
}
"""The kinds whose words depend on a field: which one, and the words for each of its values."""
