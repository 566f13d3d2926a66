"""Faults as text: of the line, of answers at a step and at random; and the list that help and a chooser show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldpro.errors import UsageError
from fieldpro.simulator import url
from fieldpro.simulator.fault_kinds import ANSWER, ANSWER_FAULTS, LINE, LINE_FAULTS, Value
from fieldpro.simulator.faults import AnswerFault, FaultPlan


def test_both_sorts_in_one_text() -> None:
    plan = FaultPlan.parse(
        "busy@12, bad-crc@40x3,drop:0.02,seed:7,delay@5=2.5,delay:0.1=2,wrong-length@9=count,lose:0.1"
    )
    assert plan.answers == (
        AnswerFault("busy", step=12),
        AnswerFault("bad-crc", step=40, times=3),
        AnswerFault("drop", share=0.02),
        AnswerFault("delay", step=5, value=2.5),
        AnswerFault("delay", share=0.1, value=2.0),
        AnswerFault("wrong-length", step=9, value="count"),
    )
    assert (plan.seed, plan.lose) == (7, 0.1)


def test_what_is_of_both_sorts_is_told_apart_by_what_it_takes() -> None:
    plan = FaultPlan.parse("nak:3,busy:2,nak:0.03,busy@4,nak:1.0")
    assert (plan.nak, plan.busy) == (3, 2)
    assert plan.answers == (
        AnswerFault("nak", share=0.03),
        AnswerFault("busy", step=4),
        AnswerFault("nak", share=1.0),
    )


def test_without_a_value_the_usual_one_is_taken() -> None:
    assert FaultPlan.parse("delay@1").answers[0].value == 3.0
    assert FaultPlan.parse("power-loss@1").answers[0].value == 3.0
    assert FaultPlan.parse("wrong-length@1").answers[0].value == "packet"
    assert FaultPlan.parse("drop@1").answers[0].value is None


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("drop", "fault drop"),
        ("drop@", "fault drop"),
        ("drop@0", "fault drop"),
        ("drop@-1", "fault drop"),
        ("drop@2x0", "fault drop"),
        ("drop@2y3", "fault drop"),
        ("drop@99999999999999", "fault drop"),
        ("drop:2", "fault drop"),
        ("drop:", "fault drop"),
        ("drop@2=3", "fault drop"),
        ("delay@2=-1", "fault delay"),
        ("delay@2=601", "fault delay"),
        ("delay@2=", "fault delay"),
        ("wrong-length@2=both", "fault wrong-length"),
        ("lose@2", "fault lose"),
        ("lose:0.1=3", "fault lose"),
        ("earthquake@2", "fault"),
        ("@2", "fault"),
    ],
)
def test_what_is_wrong_is_named(text: str, subject: str) -> None:
    with pytest.raises(UsageError) as caught:
        FaultPlan.parse(text)
    assert caught.value.subject == subject


@given(text=st.text("abcdelnkoprstuwy-@:=x.,0123456789", max_size=30))
def test_any_text_is_a_plan_or_a_usage_error(text: str) -> None:
    try:
        plan = FaultPlan.parse(text)
    except UsageError:
        return
    assert FaultPlan.parse(str(plan)) == plan


_values = {Value.NONE: st.none(), Value.SECONDS: st.floats(0, 600), Value.FIELD: st.sampled_from(["packet", "count"])}
_answer_faults = st.sampled_from(ANSWER_FAULTS).flatmap(
    lambda kind: st.one_of(
        st.builds(
            AnswerFault,
            st.just(kind.name),
            step=st.integers(1, 10**8),
            times=st.integers(1, 10**5),
            value=_values[kind.value],
        ),
        st.builds(AnswerFault, st.just(kind.name), share=st.floats(0, 1), value=_values[kind.value]),
    )
)


@given(answers=st.lists(_answer_faults, max_size=4), nak=st.integers(0, 9), lose=st.floats(0, 1))
def test_a_plan_is_said_in_the_text_that_asks_for_it(answers: list[AnswerFault], nak: int, lose: float) -> None:
    plan = FaultPlan(nak=nak, lose=lose, answers=tuple(answers))
    assert FaultPlan.parse(str(plan)) == plan


def test_every_kind_has_words_for_a_person() -> None:
    for kinds, by_name in ((LINE_FAULTS, LINE), (ANSWER_FAULTS, ANSWER)):
        assert len(by_name) == len(kinds)
        for kind in kinds:
            assert kind.title[:1].isupper()
            assert kind.help.endswith(".")
            assert (kind.default is None) == (kind.value not in (Value.SECONDS, Value.FIELD) or kinds is LINE_FAULTS)
    asked_for = "nak bad-crc delay drop duplicate busy wrong-toggle time-out power-loss wrong-length stale"
    assert " ".join(ANSWER) == asked_for


def test_a_virtual_meters_url_takes_them() -> None:
    order = url.parse("sim://centron?faults=busy@12,delay@5=2.5,drop:0.02,seed:7")
    assert order.faults == FaultPlan.parse("busy@12,delay@5=2.5,drop:0.02,seed:7")
    assert not order.keep
