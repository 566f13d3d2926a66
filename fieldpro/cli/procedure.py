"""`fieldpro procedure`: what the meter can be told to do, and telling it. What it clears is read and kept before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from fieldpro.cli import console, parameters
from fieldpro.cli.confirm import serial_number
from fieldpro.cli.jobs import evidence_kept, guarded
from fieldpro.cli.line import MeterLine
from fieldpro.cli.options import with_meter
from fieldpro.cli.source import view_of
from fieldpro.errors import UsageError
from fieldpro.meter.procedures import (
    Evidence,
    Offer,
    Outcome,
    Terms,
    carry_out,
    change_mode,
    clear_data,
    clear_manufacturer_status,
    clear_standard_status,
    cold_start,
    demand_reset,
    is_dangerous,
    modes,
    number_of,
    offers,
    reset_list_pointers,
    self_read,
    start_load_profile,
    stop_load_profile,
    update_last_read,
    warm_start,
)
from fieldpro.meter.procedures.catalogue import parameters as parameters_of
from fieldpro.meter.read import read_tables
from fieldpro.meter.view import MeterView
from fieldpro.security import entries
from fieldpro.security.guard import JobNotes
from fieldpro.security.rights import Right
from fieldpro.session.conversation import Conversation

WITHOUT_PARAMETERS = {
    "cold_start": cold_start,
    "warm_start": warm_start,
    "clear_data": clear_data,
    "clear_standard_status": clear_standard_status,
    "clear_manufacturer_status": clear_manufacturer_status,
    "start_load_profile": start_load_profile,
    "stop_load_profile": stop_load_profile,
}
OTHER_VERBS = {"set_clock": "fieldpro clock PORT --set"}


@with_meter
def procedure(
    meter: MeterLine,
    *,
    name: Annotated[
        str, typer.Argument(metavar="[NUMBER|NAME]", help="9, MP2, REMOTE_RESET. Without it: all.", show_default=False)
    ] = "",
    param: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH=VALUE", help="A parameter by its name; may be repeated.", show_default=False),
    ] = None,
    raw: Annotated[
        str, typer.Option(metavar="HEX", help="The parameters as bytes, where nobody knows them.", show_default=False)
    ] = "",
    confirm: Annotated[
        str | None,
        typer.Option(metavar="SERIAL", help="For what is dangerous: the meter's serial number.", show_default=False),
    ] = None,
    reason: Annotated[str, typer.Option(help="Why, for the audit log.", show_default=False)] = "",
    as_json: Annotated[bool, typer.Option("--json", help="As an object, or a list of them.")] = False,
) -> None:
    """List the meter's procedures, or run one of them.

    What a procedure clears is read before and kept as a record. Dangerous ones ask for the meter's serial number.
    """
    view = view_of(meter, "procedure", lambda collection: read_tables({0, 1}, collection=collection))
    if not name:
        _list(view, as_json=as_json)
        return
    offer = _offer(name, view)
    values = _values(offer, view, param or [], raw)
    if is_dangerous(offer.note):
        serial_number(view.identity, offer.title, given=confirm, warning=offer.note.warning)
    right = Right.PROCEDURE if _is_self_read(offer, values) else Right(offer.note.right)
    told = entries.procedure(number=offer.number, name=offer.title, parameters=values, reason=reason)
    with evidence_kept(meter, offer.title) as evidence:
        terms = Terms(meter=view.identity, profile=view.device_profile)

        def job(notes: JobNotes) -> Conversation[Outcome]:
            outcome = yield from _job(offer, values, view, evidence, terms)
            notes.add(result=outcome.result.code, words=outcome.result.words)
            return outcome

        outcome = guarded(meter, view.identity, right, entries.PROCEDURE, told, job, reason=reason)
    tell(outcome, as_json=as_json)


def tell(outcome: Outcome, *, as_json: bool) -> None:
    """What a procedure came to."""
    result = outcome.result
    if as_json:
        content = {
            "number": result.number,
            "title": result.title,
            "code": result.code,
            "words": result.words,
            "answered": result.answered,
            "response": dict(result.response),
            "notes": list(outcome.notes),
        }
        console.line(json.dumps(content, indent=2, default=_plain))
        return
    console.line(f"{result.title}: {result.words}")
    console.facts((name, str(_plain(value))) for name, value in result.response.items())
    for note in outcome.notes:
        console.say(note)


def _list(view: MeterView, *, as_json: bool) -> None:
    found = [each for each in offers(view.tables, view.device_profile) if each.listed and each.note.offered]
    takes = {each.number: parameters_of(each.number, view.tables) for each in found}
    if as_json:
        content = [
            {
                "number": each.number,
                "name": each.name,
                "title": each.title,
                "danger": each.note.danger.value,
                "warning": each.note.warning,
                "right": each.note.right,
                "parameters": [
                    {"path": one.path, "title": one.title, "takes": parameters.describe(one)}
                    for one in takes[each.number] or ()
                ],
            }
            for each in found
        ]
        console.line(json.dumps(content, indent=2))
        return
    console.rows(
        ("NUMBER", "NAME", "TITLE", "DANGER", "PARAMETERS"),
        [
            (
                each.label,
                each.name,
                each.title,
                "" if each.note.danger == "none" else each.note.danger.value,
                ", ".join(one.path for one in takes[each.number] or ()),
            )
            for each in found
        ],
    )


def _offer(name: str, view: MeterView) -> Offer:
    number = number_of(name, view.tables)
    offer = next((each for each in offers(view.tables, view.device_profile) if each.number == number), None)
    if offer is None or not offer.listed:
        raise UsageError("procedure", "one that this meter lists (`fieldpro procedure PORT` shows them)", name)
    if offer.note.own_job in OTHER_VERBS:
        raise UsageError(offer.title, f"`{OTHER_VERBS[offer.note.own_job]}`", "running it by its number")
    if offer.note.guarded:
        raise UsageError(offer.title, f"`fieldpro switch PORT {offer.note.own_job}`", "running it by its number")
    return offer


def _values(offer: Offer, view: MeterView, texts: list[str], raw: str) -> Mapping[str, Any] | bytes:
    known = parameters_of(offer.number, view.tables)
    if raw:
        if texts:
            raise UsageError("parameters", "--param or --raw", "both")
        try:
            return bytes.fromhex(raw)
        except ValueError:
            raise UsageError("--raw", "bytes in hexadecimal", raw) from None
    if known is None:
        if texts:
            raise UsageError(offer.title, "--raw HEX, for nobody has described its parameters", "--param")
        return b""
    return parameters.parse(texts, known)


def _job(
    offer: Offer, values: Mapping[str, Any] | bytes, view: MeterView, evidence: Evidence, terms: Terms
) -> Conversation[Outcome]:
    """The typed conversation of a procedure where it has one."""
    own = offer.note.own_job
    if isinstance(values, bytes):
        return carry_out(offer.number, values, evidence=evidence, terms=terms)
    if own in WITHOUT_PARAMETERS:
        return WITHOUT_PARAMETERS[own](evidence=evidence, terms=terms)
    match own:
        case "demand_reset" if values["ACTION_FLAG"]["DEMAND_RESET_FLAG"]:
            with_self_read = bool(values["ACTION_FLAG"]["SELF_READ_FLAG"])
            return demand_reset(self_read=with_self_read, evidence=evidence, terms=terms)
        case "demand_reset" if _is_self_read(offer, values):
            return self_read(evidence=evidence, terms=terms)
        case "reset_list_pointers":
            return reset_list_pointers(values["LIST"], evidence=evidence, terms=terms)
        case "update_last_read":
            return update_last_read(values["LIST"], values["ENTRIES_READ"], evidence=evidence, terms=terms)
        case "change_mode" if values["ED_MODE"] in modes(view.tables):
            return change_mode(modes(view.tables)[values["ED_MODE"]], evidence=evidence, terms=terms)
    return carry_out(offer.number, values, evidence=evidence, terms=terms)


def _is_self_read(offer: Offer, values: Mapping[str, Any] | bytes) -> bool:
    if offer.note.own_job != "demand_reset" or isinstance(values, bytes):
        return False
    flags = values["ACTION_FLAG"]
    return bool(flags["SELF_READ_FLAG"]) and not flags["DEMAND_RESET_FLAG"] and not flags["SEASON_CHANGE_FLAG"]


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex(" ")
    return value if isinstance(value, str | int | float | bool | dict | list) or value is None else str(value)
