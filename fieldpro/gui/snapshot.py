"""From a read-out to a virtual meter that is connected, in one step.

The read-out must be a record, for the virtual meter is read from the store (`tape:record:N`), and can be connected
again at any time; one that is not saved yet is saved first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldpro.gui.words import tr

if TYPE_CHECKING:
    from fieldpro.gui.workbench import Workbench

RECORD_URL = "tape:record:{record}"


def virtual_meter_of_record(workbench: Workbench, record: int) -> None:
    """Connect a virtual meter that has the tables of this record."""
    workbench.connect_to(
        RECORD_URL.format(record=record), title=tr("the virtual meter of record {record}", record=record)
    )


def virtual_meter_of_what_is_shown(workbench: Workbench) -> None:
    """The same of the read-out that is shown, of a meter or of a record."""
    readout, record = workbench.readout, workbench.meter.record_id
    if readout is None:
        return
    if record is not None:
        virtual_meter_of_record(workbench, record)
        return

    def saved(number: int) -> None:
        workbench.records_changed.emit()
        virtual_meter_of_record(workbench, number)

    workbench.store(lambda store: store.save(readout), saved)
