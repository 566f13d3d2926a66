"""`fieldpro diagnose`: values, verdicts and counters of a site."""

from __future__ import annotations

import signal
from typing import Any

import pytest

from fieldpro.meter.diagnosis.counters import Counters


def test_the_site_is_judged_check_by_check(fieldpro: Any, meter: str) -> None:
    said = fieldpro("diagnose", meter)
    assert said.code == 0, said.err
    lines = said.out.splitlines()
    assert lines[0].split() == ["PHASE", "VOLTS", "ANGLE", "AMPS", "ANGLE"]
    for check in ("D1", "D2", "D3", "D4", "D5", "D6"):
        assert sum(line.startswith(check) for line in lines) == 1
    content = fieldpro("diagnose", meter, "--json").json
    (look,) = content["looks"]
    assert look["verdicts"]["D1"]["outcome"] == "pass"
    assert len(look["values"]["volts"]) == 3


def test_another_form_gives_another_verdict(fieldpro: Any, meter: str) -> None:
    content = fieldpro("diagnose", meter, "--form", "45S", "--json").json
    assert content["form"] == "45S"
    assert content["looks"][0]["verdicts"]["D1"]["outcome"] == "miss"


def test_watching_goes_on_until_ctrl_c_and_tells_what_was_seen(
    fieldpro: Any, meter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    after = Counters.after

    def interrupted(self: Counters, *rest: Any) -> Counters:
        signal.raise_signal(signal.SIGINT)
        return after(self, *rest)

    monkeypatch.setattr(Counters, "after", interrupted)
    said = fieldpro("diagnose", meter, "--watch")
    assert said.code in (0, 130)
    assert "D1 pass" in said.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("diagnose", "sim://centron", "--form", "no-such-form"),
        ("diagnose", "sim://centron", "--watch", "--samples", "3"),
        ("diagnose", "sim://centron", "--samples", "0"),
    ],
)
def test_wrong_use_ends_with_2(fieldpro: Any, arguments: tuple[str, ...]) -> None:
    assert fieldpro(*arguments).code == 2
