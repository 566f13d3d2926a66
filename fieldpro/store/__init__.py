"""The local database: every read-out ever saved, with its raw bytes.

`Store` is the only way in. One file, SQLite in WAL mode; `schema` holds its versions and the steps between them.
"""

from fieldpro.store.database import Store
from fieldpro.store.rows import Deletion, RecentMeter, RecordSummary

__all__ = ["Deletion", "RecentMeter", "RecordSummary", "Store"]
