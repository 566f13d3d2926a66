"""Sentences for a person, made from an error's code and data: what happened, to what, and what to do next.

The words stand in one table, so that they can be read, checked and translated as a whole. `translate` is handed in by
the window; the command line takes the words as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fieldpro.errors import (
    FieldProError,
    LinkError,
    ProcedureRefused,
    ProcedureUnanswered,
    SecretStoreError,
    ServiceRefused,
    StoreError,
    SwitchError,
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """`what` happened, to which `subject`, and the `next_step`: three short texts."""

    what: str
    subject: str
    next_step: str

    def __str__(self) -> str:
        subject = f" ({self.subject})" if self.subject else ""
        return f"{self.what}{subject}. {self.next_step}"


@dataclass(frozen=True, slots=True)
class Words:
    """Templates over the fields of the error."""

    what: str
    subject: str
    next_step: str


WORDS: Mapping[str, Words] = {
    "error": Words("Something went wrong", "", "Try again; if it happens again, save the conversation and report it."),
    "dictionary": Words(
        "A dictionary file cannot be used: {expected} is expected, but {found} stands there",
        "{source}, line {line}, column {column}",
        "Mend the file at this place and open it again.",
    ),
    "table": Words(
        "The bytes of a table do not fit its definition: expected {expected}, found {found}",
        "{table} {element}, byte {offset}",
        "Read the table again; if it stays so, choose another device profile or look at the bytes.",
    ),
    "table-unresolved": Words(
        "A table cannot be laid out before the tables that shape it are read",
        "{table}, which needs {needs}",
        "Read these tables first, or read everything.",
    ),
    "table-absent": Words(
        "This meter does not have what was asked for: table {number} is not on its list",
        "{table}",
        "Look at what it has: read all its tables.",
    ),
    "message": Words(
        "A message is malformed: expected {expected}, found {found}",
        "{message}, byte {offset}",
        "Read again; look at the conversation on the Wire page if it stays so.",
    ),
    "protocol": Words(
        "The meter answered with something that does not belong here: expected {expected}, found {found}",
        "{service}",
        "Disconnect, wait ten seconds and connect again; look at the conversation on the Wire page if it stays so.",
    ),
    "transport": Words("The port cannot be used: {detail}", "{port}", "Choose another port or check the cable."),
    "port-not-found": Words(
        "There is no such port",
        "{port}",
        "Plug the probe in and choose its port from the list.",
    ),
    "port-busy": Words(
        "Another program uses this port",
        "{port}",
        "Close the other program (a terminal, another meter program) and connect again.",
    ),
    "port-denied": Words(
        "The system does not let you open this port",
        "{port}",
        "Ask for the right to use serial ports (on Linux: the group dialout), log in again and connect again.",
    ),
    "port-gone": Words(
        "The port vanished while it was in use",
        "{port}",
        "Plug the probe in again and connect again; what was read so far is kept.",
    ),
    "port-hung": Words(
        "The port does not take or give back data",
        "{port}",
        "Unplug the adapter, plug it in again and connect again.",
    ),
    "port-unsupported": Words(
        "This port cannot do what is asked: {detail}",
        "{port}",
        "Choose another port, a lower rate or another probe profile.",
    ),
    "cancelled": Words("Stopped, as you asked", "{job}", "What was read so far is kept; start again when you like."),
    "remembered": Words(
        "This failed when the meter was read: {kind}", "{fields}", "Update FieldPro to see it explained."
    ),
    "usage": Words("{found} is not possible here: {expected} is expected", "{subject}", "Change it and try again."),
    "file": Words(
        "A file cannot be used: expected {expected}, found {found}",
        "{path}, {place}",
        "Mend the file at this place or choose another one.",
    ),
    "value-refused": Words(
        "An element cannot have this value: {expected} is expected, {found} is given; nothing was written",
        "{element}",
        "Correct the value and compare again.",
    ),
    "wrong-meter": Words(
        "This is another meter than the one that the changes were shown for; nothing was written",
        "expected {expected}, found {found}",
        "Put the probe on the right meter, or compare again with this one.",
    ),
    "program-unfit": Words(
        "This program is for another kind of meter; nothing was written",
        "{program}, {meter}: {warnings}",
        "Choose a program that is for this meter.",
    ),
    "changed-since-shown": Words(
        "The meter has been changed since the differences were shown: {shown} then, {found} now; nothing was written",
        "{element}",
        "Compare again and look at the differences.",
    ),
    "not-verified": Words(
        "The meter does not hold what was written: {wanted} was written, {found} was read back",
        "{element}",
        "Compare again to see what the meter holds now; then finish the write, or go back.",
    ),
    "write-impossible": Words(
        "This meter gives no way to write this: {detail}; nothing was written",
        "{table}",
        "Leave these rows out.",
    ),
    "interrupted-write": Words(
        "A write to this meter was interrupted, and its settings may be half old and half new",
        "{meter}, {started}",
        "Finish that write or go back to what was there before; then go on.",
    ),
    "secret-missing": Words(
        "A password or key that the interrupted write needs is not kept on this computer",
        "{element}",
        "Give it again, or write it anew.",
    ),
    "journal": Words(
        "The journal of what is written to meters cannot be kept: {detail}; nothing more is written",
        "{path}",
        "Free some room or choose a folder that can be written, and try again.",
    ),
    "procedure-refused": Words(
        "The meter did not carry out the procedure (result code {result})",
        "{procedure}",
        "Read the meter and look whether anything was done.",
    ),
    "reset-locked-out": Words(
        "The last demand reset is less than {lock_out_h} hours ago: {last}, and it is {now} now; nothing was sent",
        "",
        "Wait, or say that it shall be done all the same.",
    ),
    "not-approved": Words(
        "This was not approved as it must be: {missing}; nothing was sent",
        "{deed}",
        "Say why it is done, and confirm it twice in two different ways.",
    ),
    "not-allowed": Words(
        "{title} is not among the rights of this role; nothing was done",
        "{user} {role}",
        "Sign in as somebody who may do it ({able}), or ask an administrator.",
    ),
    "sign-in-refused": Words(
        "The name or the password is wrong", "{user}", "Type both again; an administrator can give a new password."
    ),
    "locked-out": Words(
        "Too many wrong passwords: signing in is locked for {wait_s} s more",
        "{user}",
        "Wait, then try again; an administrator can unlock it at once.",
    ),
    "screen-locked": Words("The program locked itself, as nobody used it", "{user}", "Type your password to go on."),
    "users-forged": Words(
        "The file of users was changed outside of this program: {detail}; nobody can sign in",
        "{path}",
        "Put the file back from a backup; look at the audit log for who was at work.",
    ),
    "authorisation": Words(
        "An authorisation does not allow this; nothing was sent", "{authorisation}", "Choose another authorisation."
    ),
    "authorisation-missing": Words(
        "This needs a signed authorisation, and none here is for it; nothing was sent",
        "{right}, {meter}",
        "Ask for one that names this meter and this job, and put its file into the folder of authorisations.",
    ),
    "authorisation-expired": Words(
        "The authorisation ended at {detail}; nothing was sent", "{authorisation}, {meter}", "Ask for a new one."
    ),
    "authorisation-too-early": Words(
        "The authorisation does not hold before {detail}; nothing was sent",
        "{authorisation}, {meter}",
        "Wait until then, or check the computer's clock.",
    ),
    "authorisation-used": Words(
        "The authorisation has been used as often as it allows, {detail}; nothing was sent",
        "{authorisation}, {meter}",
        "Ask for a new one.",
    ),
    "authorisation-other-meter": Words(
        "The authorisation is for another meter: {detail}; nothing was sent",
        "{authorisation}, {meter}",
        "Put the probe on the meter it names, or ask for one for this meter.",
    ),
    "authorisation-forged": Words(
        "The authorisation is not signed by an issuer that is trusted here, or was changed since: {detail}; "
        "nothing was sent",
        "{authorisation}",
        "Ask its issuer for it again; do not use this file.",
    ),
    "clock-turned-back": Words(
        "The computer's clock was turned back: it has shown {detail} before; nothing was sent",
        "{authorisation}, {meter}",
        "Set the computer's clock right and try again.",
    ),
    "order-mismatch": Words(
        "This meter does not fit the work order: {what} {expected} is ordered, {found} was found; nothing was written",
        "order {order}",
        "Check that this is the ordered meter; have the order changed if the meter is right.",
    ),
    "step-refused": Words("This step of the visit is not possible now: {detail}", "{step}", "Do the step before it."),
}

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


def explain(error: FieldProError, *, translate: Callable[[str], str] = str) -> Explanation:
    """The sentences for one error. Never fails: an unknown code has the words of the root."""
    data = {name: _as_text(value) for name, value in error.data().items()}
    words = _words_of(error)
    filled = (translate(text).format_map(_Blanks(data)) for text in (words.what, words.subject, words.next_step))
    what, subject, next_step = (" ".join(text.split()) for text in filled)
    return Explanation(what, subject, next_step)


def _words_of(error: FieldProError) -> Words:
    found: Words | None = None
    match error:
        case LinkError():
            found = LINK_WORDS.get(error.reason)
        case ServiceRefused():
            found = REFUSAL_WORDS.get(error.response)
        case StoreError():
            found = STORE_WORDS.get(error.reason)
        case ProcedureRefused():
            found = PROCEDURE_WORDS.get(error.result)
        case ProcedureUnanswered():
            found = UNANSWERED_WORDS.get(error.reason)
        case SecretStoreError():
            found = SECRET_STORE_WORDS.get(error.reason)
        case SwitchError():
            found = SWITCH_WORDS.get(error.reason)
    return found or WORDS.get(error.code) or WORDS["error"]


def _as_text(value: object) -> str:
    if isinstance(value, tuple | list):
        return ", ".join(str(item) for item in value)
    return str(value)


class _Blanks(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""
