"""The line dies in a job, before or after the meter has got a request: what is done is done once,
what the outcome says is true, and what was read before is in hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fieldpro.c12.psem import FullRead, FullWrite
from fieldpro.errors import LinkError, ProcedureUnanswered
from fieldpro.meter.procedures import demand_reset

Make = Callable[..., Any]


def resets(at: Any) -> int:
    return int(at.values(23)["NBR_DEMAND_RESETS"])


def places(bench: Make) -> list[int]:
    """Every request from shortly before the write on; of the reads before it, which are alike, every seventh."""
    at = bench("centron", days=2)
    at.run(demand_reset(evidence=at.evidence()))
    write = next(nth for nth, request in enumerate(at.asked) if isinstance(request, FullWrite))
    return [*range(0, write - 3, 7), *range(write - 3, len(at.asked))]


def cut_at(at: Any, place: int, *, arrives: bool, for_good: bool) -> None:
    def hook(request: Any) -> None:
        here = len(at.asked) - 1
        if here < place or (here > place and not for_good):
            return
        if arrives and here == place:
            at._say(request)
        raise LinkError("silent", "memory", 3)

    at.hook = hook


@pytest.mark.parametrize(
    ("arrives", "for_good"), [(False, True), (True, False)], ids=["request lost, for good", "answer lost, once"]
)
def test_a_demand_reset_cut_at_every_request(bench: Make, arrives: bool, for_good: bool) -> None:
    endings: dict[str, int] = {}
    for place in places(bench):
        at = bench("centron", days=2)
        before = resets(at)
        cut_at(at, place, arrives=arrives, for_good=for_good)
        evidence = at.evidence()
        try:
            outcome = at.run(demand_reset(evidence=evidence))
        except ProcedureUnanswered:
            ending = "in doubt"
            assert before <= resets(at) <= before + 1
        except LinkError:
            ending = "before" if not at.procedures_sent else "after"
            assert resets(at) == before + (ending == "after")
        else:
            ending = "done"
            assert outcome.resets_after == resets(at) == before + 1
        endings[ending] = endings.get(ending, 0) + 1
        assert len(at.procedures_sent) <= 1
        if at.procedures_sent:
            assert evidence.before is not None
            assert 23 in evidence.before.tables
    assert endings["before"] >= 5
    assert endings["after"] >= 4
    expected_in_doubt = 1 if arrives else 2  # an answer that is lost once is looked for again
    assert endings.get("in doubt", 0) == expected_in_doubt
    assert endings.get("done", 0) == 2 - expected_in_doubt


def test_reads_that_are_lost_are_not_writes(bench: Make) -> None:
    """The write is the only request that is not a read: everything else may be asked again."""
    at = bench("centron")
    at.run(demand_reset(evidence=at.evidence()))
    writes = [request for request in at.asked if isinstance(request, FullWrite)]
    assert len(writes) == 1
    assert any(isinstance(request, FullRead) and request.table == 8 for request in at.asked)
