from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fieldpro.errors import LinkError, ServiceRefused, TableUnresolved
from fieldpro.records import MeterIdentity, ReadOut, TableReading, TableStatus
from fieldpro.store import Store

NOON = datetime(2026, 3, 1, 12, 0, 5, 250_000, tzinfo=UTC)


def make_read_out(
    *, serial: str = "00012345", started_at: datetime = NOON, note: str = "", port: str = "/dev/ttyUSB0"
) -> ReadOut:
    identity = MeterIdentity("ITRN", "CENTRON", serial, "1.0", "3.12", "ITRN", "SITE 7")
    readings = [
        TableReading(0, TableStatus.READ, bytes(range(256)), None, started_at),
        TableReading(23, TableStatus.READ, b"\x00\x01\xff" * 100, None, started_at + timedelta(seconds=1)),
        TableReading(42, TableStatus.REFUSED, b"", ServiceRefused("full-read", 3, "table 42"), started_at),
        TableReading(64, TableStatus.FAILED, b"\x01\x02", LinkError("silent", port, 4, "offset-read"), started_at),
        TableReading(76, TableStatus.FAILED, b"", TableUnresolved("76", (0, 71)), None),
        TableReading(2049, TableStatus.NOT_READ),
        TableReading(65, TableStatus.READ, b"\x00\x07\x00\x09", None, started_at, ((1, 1), (3, 1))),
    ]
    return ReadOut(
        identity=identity,
        port=port,
        operator="Ada",
        started_at=started_at,
        ended_at=started_at + timedelta(minutes=2),
        device_profile="generic",
        tables={reading.number: reading for reading in readings},
        note=note,
        link={"baud": 57600, "packet_size": 512, "standard": 0},
    )


def same(left: ReadOut, right: ReadOut) -> bool:
    """Equal, errors compared by class and fields (an exception is only ever equal to itself)."""

    def plain(read_out: ReadOut) -> object:
        return (
            read_out.identity,
            read_out.port,
            read_out.operator,
            read_out.started_at,
            read_out.ended_at,
            read_out.device_profile,
            read_out.note,
            dict(read_out.link),
            {
                number: (
                    reading.number,
                    reading.status,
                    reading.data,
                    type(reading.error),
                    reading.error.data() if reading.error else None,
                    reading.read_at,
                    reading.parts,
                )
                for number, reading in read_out.tables.items()
            },
        )

    return plain(left) == plain(right)


@pytest.fixture
def read_out() -> Callable[..., ReadOut]:
    return make_read_out


@pytest.fixture
def is_same() -> Callable[[ReadOut, ReadOut], bool]:
    return same


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "records.sqlite") as opened:
        yield opened
