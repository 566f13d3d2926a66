"""`fieldpro diagnose`: instantaneous values and the site diagnostics D1 to D6, once or every five seconds."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from fieldpro.cli import console
from fieldpro.cli.line import MeterLine
from fieldpro.cli.options import with_meter
from fieldpro.errors import UsageError
from fieldpro.meter.collection import Collection
from fieldpro.meter.diagnosis import Diagnosis, Look, Terms, checks, form
from fieldpro.meter.diagnosis import diagnose as diagnose_site
from fieldpro.security.rights import Right


@with_meter
def diagnose(
    meter: MeterLine,
    *,
    watch: Annotated[bool, typer.Option("--watch", help="Every five seconds until Ctrl-C.")] = False,
    samples: Annotated[int, typer.Option(min=1, help="How many samples, five seconds apart.")] = 1,
    form_name: Annotated[
        str, typer.Option("--form", metavar="9S", help="In place of the nameplate's.", show_default=False)
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="The whole diagnosis, as an object.")] = False,
) -> None:
    """Judge the site: polarity, voltages, currents, phase angles, distortion; with the counters of each check.

    A check counts an error when it has missed three times in a row. Nothing in the meter is changed.
    """
    if watch and samples > 1:
        raise UsageError("how long", "--watch or --samples", "both")
    terms = Terms(form=form(form_name) if form_name else None)
    meter.here.guard.require(Right.DIAGNOSE)
    seen = Collection(operator=meter.operator)

    def look(each: Look) -> None:
        if watch and not as_json:
            _tell(each)

    ran = meter.run(
        "diagnose",
        lambda: diagnose_site(samples=None if watch else samples, terms=terms, on_look=look, collection=seen),
        collection=seen,
    )
    diagnosis = ran.result
    if as_json:
        console.line(json.dumps(diagnosis.data(), indent=2))
        return
    if not watch:
        _values(diagnosis.last)
    console.line()
    _verdicts(diagnosis)


def _tell(look: Look) -> None:
    """One sample on a line."""
    told = "  ".join(f"{name} {verdict.outcome.value}" for name, verdict in look.verdicts.items())
    volts = " ".join(f"{value:.1f}" for value in look.sample.values.volts)
    amps = " ".join(f"{value:.2f}" for value in look.sample.values.amps)
    console.line(f"{look.sample.at:%H:%M:%S}  {volts} V  {amps} A  {told}")


def _values(look: Look) -> None:
    sample = look.sample
    console.rows(
        ("PHASE", "VOLTS", "ANGLE", "AMPS", "ANGLE"),
        [
            (
                phase,
                _number(sample.volts(phase), 1),
                _number(sample.volt_angle(phase), 1),
                _number(sample.amps(phase), 3),
                _number(sample.amp_angle(phase), 1),
            )
            for phase in sample.phases
        ],
        right=(1, 2, 3, 4),
    )


def _verdicts(diagnosis: Diagnosis) -> None:
    verdicts = diagnosis.verdicts
    console.rows(
        ("CHECK", "TITLE", "VERDICT", "COUNT", "WHAT"),
        [
            (
                name,
                check.title,
                verdicts[name].outcome.value if name in verdicts else "",
                str(diagnosis.counters[name].count),
                verdicts[name].text if name in verdicts else "",
            )
            for name, check in checks().items()
        ],
        right=(3,),
    )


def _number(value: float, places: int) -> str:
    return "" if value != value else f"{value:.{places}f}"
