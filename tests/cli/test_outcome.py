"""Each kind of error ends a command with its own exit code and three short texts on standard error."""

from __future__ import annotations

import pytest

from fieldpro.cli.outcome import Exit, exit_code, report
from fieldpro.errors import (
    AuthorisationExpired,
    Cancelled,
    FieldProError,
    FileError,
    Interrupted,
    JournalError,
    LinkError,
    NotAllowed,
    NotVerified,
    PortGone,
    PortUnsupported,
    ProcedureRefused,
    ProgramUnfit,
    ProtocolError,
    ResetLockedOut,
    ServiceRefused,
    StoreError,
    SwitchError,
    TableError,
    TapeError,
    TapeForAnotherMeter,
    UsageError,
    UsersForged,
)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ServiceRefused("FullRead", 3), 1),
        (ProtocolError("FullRead", "data", "nothing"), 1),
        (TableError("GEN_CONFIG_TBL", "FORMAT", 0, "19 bytes", "2"), 1),
        (UsageError("table", "a number", "x"), 2),
        (FileError("password", "line 1", "a password", "nothing"), 2),
        (TapeError("truncated", "a.tape", "byte 17"), 2),
        (TapeForAnotherMeter("a.tape", "its header", "FPRO 1", "FPRO 2"), 2),
        (PortUnsupported("ftp://meter", "wanted a device name"), 2),
        (LinkError("silent", "COM4"), 3),
        (PortGone("COM4"), 3),
        (StoreError("locked", "records.db"), 3),
        (StoreError("missing-record", "records.db", "7"), 2),
        (Cancelled("read"), 130),
        (ProcedureRefused("Clear data", 5), 1),
        (SwitchError("stuck", "Disconnect", "closed"), 1),
        (NotVerified("UTIL_INFO_TBL.TARIFF_ID", "A", "B"), 1),
        (NotAllowed("clock", "Set the clock", "Bob", "Reader", ("Technician",)), 2),
        (AuthorisationExpired("A-1", "clock", "FPRO 1", "then"), 2),
        (ProgramUnfit("p revision 1", "FPRO 1", ("another model",)), 2),
        (ResetLockedOut("then", "now", 24.0), 2),
        (Interrupted("FPRO 1", "job", "then"), 2),
        (JournalError("journal", "no room left on the disk"), 3),
        (UsersForged("users.json", "its seal is not ours"), 3),
    ],
)
def test_the_exit_code_tells_who_failed(error: FieldProError, code: int) -> None:
    assert exit_code(error) == code


def test_an_error_is_told_on_standard_error_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert report(LinkError("silent", "COM4")) is Exit.BENCH
    said = capsys.readouterr()
    assert said.out == ""
    what, subject, next_step = said.err.splitlines()
    assert what == "The meter does not answer"
    assert subject.strip() == "COM4"
    assert next_step.strip().startswith("Seat the probe")
