"""The words of every kind of error that one set of words is enough for, by its code."""

from __future__ import annotations

from collections.abc import Mapping

from fieldpro.explain.words import Words

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
    "tape-other-meter": Words(
        "This tape is for another meter: {expected} is expected, {found} is on the line; nothing was played",
        "{tape}, {place}",
        "Put the probe on the right meter, or say that the tape may be played to another one.",
    ),
}
