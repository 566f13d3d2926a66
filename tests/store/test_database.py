"""The store as its users see it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fieldpro.errors import FieldProError, RememberedError, StoreError
from fieldpro.records import MeterIdentity, ReadOut, ReadOutDigest, TableReading, TableStatus
from fieldpro.store import Store

Make = Callable[..., ReadOut]
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def test_a_read_out_comes_back_as_it_was_saved(store: Store, read_out: Make, is_same: Callable[..., bool]) -> None:
    first = read_out()
    assert is_same(store.load(store.save(first)), first)


def test_it_comes_back_after_a_restart(tmp_path: Path, read_out: Make, is_same: Callable[..., bool]) -> None:
    first = read_out(note="before the exchange")
    with Store(tmp_path / "r.sqlite") as store:
        number = store.save(first)
    with Store(tmp_path / "r.sqlite") as store:
        assert is_same(store.load(number), first)
        assert store.find()[0].note == "before the exchange"


def test_times_in_another_zone_come_back_as_the_same_moment(store: Store, read_out: Make) -> None:
    there = datetime.fromisoformat("2026-03-01T14:00:00+02:00")
    assert store.load(store.save(read_out(started_at=there))).started_at == there


def test_a_time_without_zone_is_a_mistake_of_the_caller(store: Store, read_out: Make) -> None:
    with pytest.raises(ValueError, match="zone"):
        store.save(read_out(started_at=datetime(2026, 3, 1)))
    assert store.count() == 0


def test_an_error_of_a_kind_unknown_here_keeps_its_fields(store: Store, read_out: Make) -> None:
    class FutureError(FieldProError):
        code = "from-the-future"

        def data(self) -> dict[str, object]:
            return {"depth": 3, "place": "ST64"}

    base = read_out()
    reading = TableReading(64, TableStatus.FAILED, b"", FutureError())
    odd = ReadOut(base.identity, "p", "o", base.started_at, base.ended_at, "generic", {64: reading})
    number = store.save(odd)
    del FutureError, odd, reading
    import gc

    gc.collect()  # the class must be gone: kinds are looked for among those that exist
    error = store.load(number).tables[64].error
    assert isinstance(error, RememberedError)
    assert (error.kind, error.fields) == ("from-the-future", {"depth": 3, "place": "ST64"})
    again = store.load(store.save(store.load(number))).tables[64].error
    assert isinstance(again, RememberedError)
    assert again.fields == error.fields


def test_the_newest_is_found_first(store: Store, read_out: Make) -> None:
    for hour in (3, 9, 1):
        store.save(read_out(started_at=NOON + timedelta(hours=hour)))
    assert [summary.started_at.hour for summary in store.find()] == [21, 15, 13]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"A", "B"}),
        ("itrn", {"A", "B"}),
        ("100", {"A"}),
        ("Zähler", {"B"}),
        ("ZÄHLER cellar", {"B"}),
        ("zähler roof", set()),
        ("2026-03-01", {"A"}),
        ("2026-04", {"B"}),
        ("50%", {"B"}),
        ("0%0", set()),
        ("_", set()),
        ("com7", {"B"}),
        ("ada", {"A", "B"}),
    ],
)
def test_a_search_wants_every_word(store: Store, read_out: Make, query: str, found: set[str]) -> None:
    store.save(read_out(serial="A100", note="roof"))
    late = NOON.replace(month=4)
    store.save(read_out(serial="B200", note="Zähler in the cellar, 50% load", started_at=late, port="COM7"))
    assert {summary.identity.serial[0] for summary in store.find(query)} == found
    assert store.count(query) == len(found)


def test_pages_of_a_long_list_fit_together(store: Store, read_out: Make) -> None:
    for minute in range(25):
        store.save(read_out(started_at=NOON + timedelta(minutes=minute)))
    pages = [store.find(limit=10, offset=offset) for offset in (0, 10, 20)]
    assert [len(page) for page in pages] == [10, 10, 5]
    ids = [summary.id for page in pages for summary in page]
    assert len(set(ids)) == 25
    assert store.count() == 25


def test_a_summary_counts_what_failed(store: Store, read_out: Make) -> None:
    store.save(read_out())
    [summary] = store.find()
    assert (summary.tables, summary.failed, summary.size) == (7, 4, 256 + 300 + 2 + 4)
    assert summary.identity == read_out().identity


def test_deleting_wants_a_reason_and_remembers_it(store: Store, read_out: Make) -> None:
    keep, gone = store.save(read_out(serial="1")), store.save(read_out(serial="2"))
    store.delete(gone, "wrong meter")
    assert [summary.id for summary in store.find()] == [keep]
    with pytest.raises(StoreError) as caught:
        store.load(gone)
    assert (caught.value.reason, caught.value.detail) == ("missing-record", str(gone))
    [deletion] = store.deletions()
    assert (deletion.read_out_id, deletion.meter_key, deletion.reason) == (gone, "ITRN 2", "wrong meter")
    assert deletion.tables == 7
    assert len(store.load(keep).tables) == 7


def test_deleting_nothing_is_an_error(store: Store) -> None:
    with pytest.raises(StoreError, match="missing-record"):
        store.delete(7, "no such thing")
    assert store.deletions() == []


def test_a_new_note_is_searched(store: Store, read_out: Make) -> None:
    number = store.save(read_out(note="old"))
    store.set_note(number, "Seal broken")
    assert store.find("old") == []
    assert store.find("seal")[0].note == "Seal broken"
    assert store.load(number).note == "Seal broken"


def test_recent_meters_are_the_last_seen_first(store: Store, read_out: Make) -> None:
    store.save(read_out(serial="1", started_at=NOON))
    store.save(read_out(serial="2", started_at=NOON + timedelta(hours=1)))
    store.save(read_out(serial="1", started_at=NOON + timedelta(hours=2), port="COM9"))
    store.met(MeterIdentity("GE", "I210+c", "77", "", "", "GE"), "COM1", NOON - timedelta(hours=1))
    recent = store.recent_meters()
    assert [(meter.identity.serial, meter.port, meter.read_outs) for meter in recent] == [
        ("1", "COM9", 2),
        ("2", "/dev/ttyUSB0", 1),
        ("77", "COM1", 0),
    ]
    assert len(store.recent_meters(limit=1)) == 1


def test_saving_an_old_read_out_does_not_move_a_meter_back(store: Store, read_out: Make) -> None:
    store.save(read_out(started_at=NOON, port="COM9"))
    store.save(read_out(started_at=NOON - timedelta(days=9), port="COM1"))
    assert store.recent_meters()[0].port == "COM9"


def test_decoded_values_and_the_last_profile_time_come_from_the_digest(tmp_path: Path, read_out: Make) -> None:
    until = {"a": datetime(2026, 3, 1, 6, 45), "b": datetime(2026, 2, 1)}

    def digest(given: ReadOut) -> ReadOutDigest:
        return ReadOutDigest({23: {"NBR": 3, "TEXT": "ü", "ITEMS": [1, None]}}, until[given.note])

    with Store(tmp_path / "r.sqlite", digest=digest) as store:
        newest = store.save(read_out(note="a"))
        store.save(read_out(note="b"))
        assert store.decoded(newest) == {23: {"NBR": 3, "TEXT": "ü", "ITEMS": [1, None]}}
        assert store.last_profile_time("ITRN 00012345") == datetime(2026, 3, 1, 6, 45)
        store.delete(newest, "test")
        assert store.last_profile_time("ITRN 00012345") == datetime(2026, 2, 1)
        assert store.last_profile_time("GE 1") is None


def test_a_digest_that_breaks_does_not_cost_the_read_out(
    tmp_path: Path, read_out: Make, is_same: Callable[..., bool]
) -> None:
    def digest(given: ReadOut) -> ReadOutDigest:
        raise KeyError("a defect")

    first = read_out()
    with Store(tmp_path / "r.sqlite", digest=digest) as store:
        with pytest.raises(KeyError):
            store.save(first)
        [summary] = store.find()
        assert is_same(store.load(summary.id), first)
        assert store.decoded(summary.id) == {}


def test_threads_may_share_one_store(store: Store, read_out: Make) -> None:
    def save_five(serial: str) -> None:
        for _ in range(5):
            store.save(read_out(serial=serial))
            store.find(serial)

    threads = [threading.Thread(target=save_five, args=(str(number),)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.count() == 30
    store.check()


def test_two_programs_may_share_one_file(tmp_path: Path, read_out: Make) -> None:
    with Store(tmp_path / "r.sqlite") as one, Store(tmp_path / "r.sqlite") as other:
        number = one.save(read_out())
        assert other.find()[0].id == number
        other.set_note(number, "seen")
        assert one.load(number).note == "seen"


def test_closing_twice_is_harmless_and_using_it_then_says_so(tmp_path: Path) -> None:
    store = Store(tmp_path / "r.sqlite")
    store.close()
    store.close()
    with pytest.raises(StoreError) as caught:
        store.find()
    assert caught.value.reason == "closed"


def test_what_the_tables_of_passwords_and_keys_hold_is_never_kept(tmp_path: Path, read_out: Make) -> None:
    password = b"HUNTER-2-HUNTER-2-00"
    secret = {n: TableReading(n, TableStatus.READ, password, None, NOON) for n in (42, 45, 46, 4096 + 42)}
    with Store(tmp_path / "r.sqlite") as store:
        kept = store.load(store.save(replace(read_out(), tables={1: read_out().tables[0], **secret})))
        assert set(kept.tables) == {0}
        assert not [file for file in tmp_path.iterdir() if password in file.read_bytes()]
