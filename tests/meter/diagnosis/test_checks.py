"""The checks D1 to D6. G1 to G3 are the vectors of a maker's public exhibit for a 9S, 4-wire wye."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldpro.errors import UsageError
from fieldpro.meter.diagnosis import (
    Display,
    Outcome,
    Settings,
    Site,
    checks,
    distortion_of,
    form,
    forms,
    judge,
)
from fieldpro.records import Quantity, Register, RegisterKind

WYE = Site(form("9S"), 200)
PASS, MISS, NOT_JUDGED = Outcome.PASS, Outcome.MISS, Outcome.NOT_JUDGED
GOOD_V, GOOD_VA, GOOD_A, GOOD_AA = (120.0, 120.5, 119.6), (0.0, 120.0, 240.0), (30.0, 31.0, 29.0), (20.0, 140.0, 260.0)


def outcomes(sample: Any, site: Site = WYE, settings: Settings | None = None) -> dict[str, str]:
    return {name: str(verdict.outcome) for name, verdict in judge(sample, site, settings).items()}


def missed(sample: Any, site: Site = WYE, settings: Settings | None = None) -> list[str]:
    return [name for name, verdict in judge(sample, site, settings).items() if verdict.outcome is MISS]


def test_g1_a_reversed_voltage_transformer_is_d1(make_sample: Any) -> None:
    g1 = make_sample((120.2, 120.5, 119.3), (0, 301.2, 240.3), (6.8, 10.2, 9.8), (9.0, 125.5, 246.0))
    assert missed(g1) == ["D1"]
    verdict = judge(g1, WYE)["D1"]
    assert [(each.phase, each.what) for each in verdict.findings] == [("B", "voltage")]
    assert verdict.text == "voltage B at 301.2 degrees, expected at 120 within 10 (as if reversed)"
    assert judge(g1, WYE)["D4"].text == "D1 does not pass"


def test_g2_voltages_of_another_size_are_d2_with_ten_per_cent(make_sample: Any) -> None:
    g2 = make_sample((119.2, 275.4, 279.1), (0, 119.4, 240.9))
    assert missed(g2, settings=Settings({"D2.tolerance": 10.0})) == ["D2"]
    assert [each.phase for each in judge(g2, WYE)["D2"].findings] == ["B", "C"]
    assert judge(g2, WYE)["D1"].outcome is PASS


def test_g3_a_current_outside_45_degrees_is_d4(make_sample: Any) -> None:
    g3 = make_sample(volt_angles=(0, 120.4, 239.8), amp_angles=(2.0, 119.8, 297.2))
    assert missed(g3, settings=Settings({"D4.envelope": 45.0})) == ["D4"]
    verdict = judge(g3, WYE)["D4"]
    assert [each.phase for each in verdict.findings] == ["C"]
    assert verdict.text == "current C is 57.4 degrees behind its voltage, allowed 45"
    assert judge(g3, WYE)["D1"].outcome is PASS


def test_a_good_site_passes_what_is_measured_and_does_not_judge_the_rest(make_sample: Any) -> None:
    good = make_sample(GOOD_V, GOOD_VA, GOOD_A, GOOD_AA)
    assert outcomes(good) == {
        **dict.fromkeys(("D1", "D2", "D3", "D4"), "pass"),
        **dict.fromkeys(("D5", "D6"), "not-judged"),
    }


def test_nothing_measured_is_nothing_passed(make_sample: Any) -> None:
    assert set(outcomes(make_sample()).values()) == {"not-judged"}


def test_exchanged_phases_are_named(make_sample: Any) -> None:
    verdict = judge(make_sample(GOOD_V, GOOD_VA, GOOD_A, (140.0, 20.0, 260.0)), WYE)["D1"]
    assert [(each.phase, each.what) for each in verdict.findings] == [("A", "current"), ("B", "current")]
    assert "as if it were phase B" in verdict.findings[0].text
    assert "as if it were phase A" in verdict.findings[1].text


def test_the_other_rotation_is_fine_unless_one_is_wanted(make_sample: Any) -> None:
    turned = make_sample(GOOD_V, (0.0, 240.0, 120.0), GOOD_A, (340.0, 220.0, 100.0))
    assert not missed(turned)
    assert missed(turned, settings=Settings({"D1.rotation": 1})) == ["D1"]


def test_energy_that_flows_back_is_a_miss_unless_it_may(make_sample: Any) -> None:
    solar = make_sample(GOOD_V, GOOD_VA, GOOD_A, (190.0, 310.0, 70.0))
    assert missed(solar) == ["D1"]
    assert "reversed, or energy flows back" in judge(solar, WYE)["D1"].text
    assert not missed(solar, settings=Settings({"D1.received_is_fine": 1}))


def test_angles_count_from_the_first_voltage_wherever_the_meter_puts_it(make_sample: Any) -> None:
    shifted = make_sample(GOOD_V, (50.0, 170.0, 290.0), GOOD_A, (70.0, 190.0, 310.0))
    assert not missed(shifted)


def test_a_small_current_has_no_angle_worth_looking_at(make_sample: Any) -> None:
    assert not missed(make_sample(GOOD_V, GOOD_VA, (30.0, 0.4, 29.0), (20.0, 300.0, 260.0)))
    assert missed(make_sample(GOOD_V, GOOD_VA, (30.0, 1.1, 29.0), (20.0, 300.0, 260.0))) == ["D1"]


@pytest.mark.parametrize(("class_amps", "low"), [(20, 0.005), (200, 0.050)])
def test_a_dead_current_among_others_is_d3(make_sample: Any, class_amps: float, low: float) -> None:
    site = Site(form("9S"), class_amps)
    assert missed(make_sample(amps=(5.0, low * 0.99, 5.0)), site) == ["D3"]
    assert not missed(make_sample(amps=(5.0, low * 1.01, 5.0)), site)
    assert not missed(make_sample(amps=(0.0, 0.0, 0.0)), site)


def test_voltages_just_inside_pass_and_just_outside_miss(make_sample: Any) -> None:
    narrow = Settings({"D2.tolerance": 5.0})
    assert not missed(make_sample((120.0, 126.0, 114.0)), settings=narrow)
    assert missed(make_sample((120.0, 126.1, 114.0)), settings=narrow) == ["D2"]


def test_distortion_of_one_phase_is_d5_and_of_all_is_d6(make_sample: Any) -> None:
    assert missed(make_sample(distortion={"A": 25.0, "B": 3.0}, total=7.0)) == ["D5"]
    assert missed(make_sample(distortion={"A": 9.0, "B": 9.0}, total=9.0)) == ["D6"]


def test_distortion_comes_from_the_harmonic_sources_of_the_meter() -> None:
    def value(name: str, phase: str, amps: int) -> Register:
        quantity = Quantity(name, "A", "current", phase)
        return Register(quantity, RegisterKind.PRESENT_VALUE, 0, Decimal(amps), 0, "")

    registers = [
        value("A rms", "A", 30),
        value("A rms", "B", 40),
        value("A rms harmonic", "A", 3),
        value("A rms harmonic", "B", 4),
    ]
    by_phase, total = distortion_of(registers)
    assert by_phase == {"A": pytest.approx(10.0), "B": pytest.approx(10.0)}
    assert total == pytest.approx(10.0)
    assert distortion_of(registers[:2]) == ({}, None)


def test_d4_waits_for_d1(make_sample: Any) -> None:
    good = make_sample(GOOD_V, GOOD_VA, GOOD_A, GOOD_AA)
    verdicts = judge(good, WYE, Settings().shown("D1", Display.DISABLE))
    assert verdicts["D1"].outcome is Outcome.OFF
    assert (verdicts["D4"].outcome, verdicts["D4"].text) == (NOT_JUDGED, "D1 is switched off")


@pytest.mark.parametrize("name", forms())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lag=st.floats(-40, 40), turned=st.booleans())
def test_a_well_wired_meter_of_any_form_passes(make_sample: Any, name: str, lag: float, turned: bool) -> None:
    site = Site(form(name), 200)
    wired = site.form.mirrored() if turned else site.form
    phases = tuple(wired.amps)
    volt_angles = [wired.volts.get(phase, float("nan")) for phase in phases]
    amp_angles = [(angle + lag) % 360 for angle in wired.amps.values()]
    volts = [120.0 if phase in wired.volts else float("nan") for phase in phases]
    found = make_sample(volts, volt_angles, [10.0] * len(phases), amp_angles, phases=phases)
    assert not missed(found, site)
    assert judge(found, site)["D1"].outcome is PASS
    assert judge(found, site)["D4"].outcome is PASS


# --- settings


@pytest.mark.parametrize(
    ("path", "value"), [("D2.tolerance", 0.5), ("D2.tolerance", 26), ("D6.duration", 12), ("D1.rotation", 0.5)]
)
def test_a_setting_beyond_its_limits_is_refused(path: str, value: float) -> None:
    with pytest.raises(UsageError):
        Settings({path: value})


def test_a_setting_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError):
        Settings({"D2.colour": 1})
    with pytest.raises(UsageError):
        Settings({"D7.tolerance": 1})


def test_every_default_is_within_its_limits_and_every_check_is_declared() -> None:
    assert list(checks()) == ["D1", "D2", "D3", "D4", "D5", "D6"]
    for check in checks().values():
        for parameter in check.parameters.values():
            assert not parameter.refuses(parameter.default), (check.name, parameter.name)


def test_settings_go_through_a_record() -> None:
    chosen = Settings({"D2.tolerance": 7.5}).shown("D6", Display.DISABLE)
    again = Settings.from_data(chosen.data())
    assert again.data() == chosen.data()
    assert not again.is_on("D6")
