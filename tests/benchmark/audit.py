"""Whether every tampering with the audit log is found: 1,000 by chance, each undone before the next.

Each counts as found only when `verify` names every record that was touched; between them the whole log must be whole.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Mapping
from pathlib import Path

from figure import Bound, Figure, Group, NotMeasured
from tampering import WAYS

RECORDS = 200
TAMPERINGS = 1_000

FOUND = Figure("random tamperings of the audit log, found and named / all 1,000", Bound.AT_LEAST, 1, "x")


def measure() -> Mapping[str, float]:
    from fieldpro.security.secret_store import AUDIT_KEY, MemoryStore, StoredKey
    from fieldpro.store import Store
    from fieldpro.store.audit import AuditLog

    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "records.sqlite") as store:
        log = AuditLog(store, StoredKey(MemoryStore(), AUDIT_KEY))
        for number in range(RECORDS):
            log.append("write", who="Ada", role="lab", meter=f"ITRN {number % 7}", data={"n": number})
        found = 0
        for nth in range(TAMPERINGS):
            store._connection.execute("BEGIN")
            touched = WAYS[nth % len(WAYS)](chance, store._connection, RECORDS)
            found += touched <= {finding.number for finding in log.verify()}
            store._connection.rollback()
        if log.verify():
            raise NotMeasured("the log was not whole again after the tamperings were undone")
    return {FOUND.name: found / TAMPERINGS}


GROUPS = (Group("audit", (FOUND,), measure),)
