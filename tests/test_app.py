"""The parts put together: one desk, connections that open and close, virtual meters that live on."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fieldpro.app import Connection, Desk, open_transport
from fieldpro.errors import PortGone, PortNotFound, PortUnsupported, UsageError
from fieldpro.meter.read import identify
from fieldpro.secret import Secret
from fieldpro.session.conversation import AskFacts, Conversation, SessionFacts
from fieldpro.session.events import BaudFailed, JobDone, JobFailed
from fieldpro.session.plan import SessionPlan
from fieldpro.settings import Settings
from fieldpro.transports.tap import TapRecord

LIMIT_S = 20


@dataclass(frozen=True)
class Way:
    url: str
    title: str = ""
    probe: str = ""
    user_id: int = 7
    user_name: str = "Ada"
    password: Secret | None = None


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("FIELDPRO_HOME", str(tmp_path))
    made = Desk(Settings())
    yield made
    made.close()


class Watched:
    """A connection with its job ends and records at hand."""

    def __init__(self, desk: Desk, way: Way) -> None:
        self.ends: queue.Queue[Any] = queue.Queue()
        self.records: list[TapRecord] = []
        self.connection = desk.connect(way, on_event=self._event, on_record=self.records.append)

    def _event(self, event: Any) -> None:
        if isinstance(event, JobDone | JobFailed):
            self.ends.put(event)

    def run(self, conversation: Any) -> Any:
        self.connection.worker.submit("job", conversation)
        return self.ends.get(timeout=LIMIT_S)


def facts() -> Conversation[SessionFacts]:
    answer: SessionFacts = yield AskFacts()
    return answer


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("sim://nobody", UsageError),
        ("sim://centron?days=many", UsageError),
        ("/dev/nothing-here", PortNotFound),
        ("gopher://x", PortUnsupported),
        ("", PortUnsupported),
    ],
)
def test_a_url_that_names_nothing_is_one_clear_error(url: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        open_transport(url)


def test_a_job_on_a_connection_is_a_session_with_the_person_who_asked(desk: Desk) -> None:
    watched = Watched(desk, Way("sim://centron?days=2"))
    end = watched.run(facts)
    assert isinstance(end, JobDone)
    agreed: Any = end.result
    assert agreed.user == "Ada"
    assert b"".join(record.data for record in watched.records if record.direction == ">").startswith(b"\xee\x00")
    assert watched.connection.close()


def test_a_password_is_in_no_record_of_the_wire(desk: Desk) -> None:
    watched = Watched(desk, Way("sim://centron?days=2", password=Secret(b"PRIMARY")))
    assert watched.run(facts).result.authenticated
    watched.connection.close()
    assert b"PRIMARY" not in b"".join(record.data for record in watched.records)


def test_a_port_that_vanished_is_opened_again_for_the_next_job(desk: Desk) -> None:
    watched = Watched(desk, Way("sim://centron?days=2"))
    assert isinstance(watched.run(identify), JobDone)

    def pulled() -> Conversation[None]:
        raise PortGone("sim://centron", "pulled")
        yield

    assert isinstance(watched.run(pulled), JobFailed)
    assert isinstance(watched.run(identify), JobDone)
    watched.connection.close()


def test_a_rate_that_failed_is_not_asked_for_again_by_the_next_job() -> None:
    connection = Connection(
        lambda: open_transport("sim://centron?days=2"), SessionPlan(), lambda _event: None, title="meter"
    )
    connection._remember(BaudFailed(57600))
    assert connection.plan.max_baud == 9600
    assert connection.close()


def test_the_store_is_one_and_lies_where_the_program_keeps_its_things(desk: Desk, tmp_path: Path) -> None:
    assert desk.store is desk.store
    assert desk.store.path.parent == tmp_path
    desk.close()


def test_a_recording_joins_and_leaves_a_connection_while_it_is_open(desk: Desk) -> None:
    watched = Watched(desk, Way("sim://centron?seed=5"))
    recorded: list[TapRecord] = []
    try:
        watched.run(identify)
        before = len(watched.records)
        watched.connection.listeners.add(recorded.append)
        watched.run(identify)
        assert recorded == watched.records[before:]
        watched.connection.listeners.remove(recorded.append)
        heard = len(recorded)
        watched.run(identify)
        assert len(recorded) == heard
    finally:
        watched.connection.close()
