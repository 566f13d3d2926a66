"""One record of the audit log for each session and each export of the command line, however it ended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fieldpro.errors import Cancelled, FieldProError
from fieldpro.records import MeterIdentity, TableStatus
from fieldpro.security import entries
from fieldpro.security.rights import Right

if TYPE_CHECKING:
    from fieldpro.meter.collection import Collection
    from fieldpro.security.guard import Guard


@contextmanager
def session(guard: Guard, job: str, *, port: str, user_id: int, collection: Collection | None = None) -> Iterator[None]:
    """A session with a meter; `collection` tells which meter it was and what was read."""
    told: dict[str, Any] = {"outcome": "done"}
    try:
        yield
    except Cancelled:
        told = {"outcome": "cancelled"}
        raise
    except FieldProError as error:
        told = {"outcome": "failed", "error": error.code}
        raise
    except BaseException as error:
        told = {"outcome": "failed", "error": type(error).__name__}
        raise
    finally:
        meter, read, failed = _seen(collection)
        data = entries.session(port=port, user_id=user_id, tables=read, failed=failed)
        guard.record(entries.SESSION, meter, {**data, "job": job, **told})


@contextmanager
def export(
    guard: Guard, file: Path, *, format: str, source: MeterIdentity | str, count: int | None = None
) -> Iterator[None]:
    """A file that is written. Raises as `Guard.allow`."""
    subject = source if isinstance(source, str) else source.key
    told = entries.export(file=file, format=format, source=subject, count=count)
    with guard.job(Right.EXPORT, source, entries.EXPORT, told):
        yield


def _seen(collection: Collection | None) -> tuple[MeterIdentity | str, list[int], list[int]]:
    if collection is None:
        return "", [], []
    read_out = collection.read_out()
    read = [number for number, each in read_out.tables.items() if each.status is TableStatus.READ]
    failed = [
        number for number, each in read_out.tables.items() if each.status in (TableStatus.REFUSED, TableStatus.FAILED)
    ]
    meter = read_out.identity
    return (meter if meter.serial or meter.manufacturer else ""), read, failed
