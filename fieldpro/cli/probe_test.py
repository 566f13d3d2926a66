"""`fieldpro probe-test`: what answers at the far end of an optical probe, and how many errors each rate makes."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from fieldpro.app import open_transport
from fieldpro.c12.psem.negotiate import BAUD_RATES
from fieldpro.cli import console
from fieldpro.cli.line import MeterLine, cancelled_by_ctrl_c
from fieldpro.cli.options import with_meter
from fieldpro.cli.outcome import Exit
from fieldpro.explain import explain
from fieldpro.session import probe_test as probing
from fieldpro.session.plan import START_BAUD
from fieldpro.session.probe_test import Found, ProbeReport, RateResult
from fieldpro.session.ticket import Ticket

RATES = tuple(baud for baud in BAUD_RATES if baud >= START_BAUD)
FINDINGS = {
    Found.METER: "A meter answers.",
    Found.MIRROR: "Our own bytes come back: the probe lies on a mirror, is looped back, or echoes without a meter.",
    Found.NOISE: "Something comes back that is neither a meter nor our own bytes: shade the probe, seat it again.",
    Found.NOTHING: "Nothing comes back: check the probe's power, its profile and its seat.",
}


@with_meter
def probe_test(
    meter: MeterLine,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As an object.")] = False,
) -> None:
    """Test an optical probe on a meter, or on a mirror: echo, loopback, and errors by rate."""
    ticket = Ticket("probe test")
    with cancelled_by_ctrl_c(ticket):
        report = probing.probe_test(
            lambda: open_transport(meter.port, meter.probe),
            plan=meter.plan,
            bauds=[baud for baud in RATES if meter.plan.max_baud is None or baud <= meter.plan.max_baud],
            ticket=ticket,
            on_rate=lambda rate: console.say(f"{rate.baud:,} baud: {_verdict(rate)}"),
        )
    if as_json:
        console.line(json.dumps(_entry(report), indent=2))
    else:
        _show(report)
    if report.found in (Found.NOISE, Found.NOTHING):
        raise typer.Exit(Exit.BENCH)


def _show(report: ProbeReport) -> None:
    console.line(FINDINGS[report.found])
    best = report.best_baud
    console.facts(
        [
            ("Port", report.port),
            ("Probe profile", report.probe),
            ("Echo", "yes, the probe sends our bytes back" if report.echo else "no"),
            ("Best rate", "none" if best is None else f"{best:,} baud"),
        ]
    )
    if report.rates:
        console.line()
        console.rows(
            ("BAUD", "SENT", "RECEIVED", "WRONG BITS", "LOST", "RETRIES", "NOISE", "VERDICT"),
            [
                (
                    *(str(rate.baud), str(rate.sent), str(rate.received), str(rate.wrong_bits)),
                    *(str(rate.lost_bytes), str(rate.retries), str(rate.garbage_bytes), _verdict(rate)),
                )
                for rate in report.rates
            ],
            right=range(7),
        )


def _verdict(rate: RateResult) -> str:
    if rate.error is not None:
        return explain(rate.error).what
    if not rate.offered:
        return "the meter chose another rate"
    return "good" if rate.good else "errors"


def _entry(report: ProbeReport) -> dict[str, object]:
    return {
        "port": report.port,
        "probe": report.probe,
        "found": report.found.value,
        "echo": report.echo,
        "best_baud": report.best_baud,
        "rates": [
            {
                "baud": rate.baud,
                "offered": rate.offered,
                "sent": rate.sent,
                "received": rate.received,
                "wrong_bits": rate.wrong_bits,
                "lost_bytes": rate.lost_bytes,
                "exchanges": rate.exchanges,
                "retries": rate.retries,
                "garbage_bytes": rate.garbage_bytes,
                "error": None if rate.error is None else str(explain(rate.error)),
                "good": rate.good,
            }
            for rate in report.rates
        ],
    }
