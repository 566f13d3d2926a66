"""The options that every command with a meter at its end has, declared once; and those of every other one.

    @with_meter
    def identify(meter: MeterLine, as_json: ...) -> None: ...

becomes a command with PORT, the password's sources, user, rate and probe, and who works here, which gets them as one
`MeterLine`; `with_here` makes one that has only who works here, as a `Here`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_type_hints

import typer

from fieldpro.cli.credentials import find_password
from fieldpro.cli.here import Here
from fieldpro.cli.line import MeterLine
from fieldpro.errors import UsageError
from fieldpro.session.plan import SessionPlan
from fieldpro.transports.probes import profile

T = TypeVar("T")

PORT_HELP = (
    "A device (/dev/ttyUSB0, COM3), usb:VID:PID:SERIAL, socket://HOST:PORT, rfc2217://HOST:PORT, sim://NAME "
    "or tape:PATH."
)
PASSWORDS = "Password"
SESSION = "Session"
WHO = "Who works here"
LONGEST_USER = 10  # C12.18, Logon service

Port = Annotated[str, typer.Argument(metavar="PORT", help=PORT_HELP, show_default=False)]
Probe = Annotated[
    str, typer.Option(help="The probe's profile; without one the usual ones are tried.", rich_help_panel=SESSION)
]

As = Annotated[
    str, typer.Option("--as", metavar="NAME", help="A user of FieldPro.", rich_help_panel=WHO, show_default=False)
]
AsPasswordFile = Annotated[
    Path | None,
    typer.Option(help="The user's password is its first line; else it is asked.", rich_help_panel=WHO),
]


def here(*, as_user: As = "", as_password_file: AsPasswordFile = None) -> Here:
    """Who works here, for a command without a meter."""
    return Here(name=as_user, password_file=as_password_file)


def meter_line(
    port: Port,
    *,
    ask_password: Annotated[bool, typer.Option("--ask-password", help="Ask.", rich_help_panel=PASSWORDS)] = False,
    password_file: Annotated[
        Path | None, typer.Option(help="The first line of this file.", rich_help_panel=PASSWORDS, show_default=False)
    ] = None,
    keyring: Annotated[
        str | None,
        typer.Option(help="What `keyring set fieldpro NAME` stored.", metavar="NAME", rich_help_panel=PASSWORDS),
    ] = None,
    password_hex: Annotated[
        bool, typer.Option("--password-hex", help="It is written in hexadecimal.", rich_help_panel=PASSWORDS)
    ] = False,
    user_id: Annotated[
        int | None, typer.Option(min=0, max=65_535, help="User number at log-on.", rich_help_panel=SESSION)
    ] = None,
    user: Annotated[str | None, typer.Option(help="User name at log-on.", rich_help_panel=SESSION)] = None,
    max_baud: Annotated[
        int | None, typer.Option(min=300, max=256_000, help="Fastest rate to ask for.", rich_help_panel=SESSION)
    ] = None,
    probe: Probe = "",
    as_user: As = "",
    as_password_file: AsPasswordFile = None,
) -> MeterLine:
    """The line to one meter, from options and, where they are silent, from the settings."""
    desk = Here(name=as_user, password_file=as_password_file)
    settings = desk.desk.settings
    plan = SessionPlan(
        user_id=settings.get_number("user_id") if user_id is None else user_id,
        user=settings.get_text("user_name") if user is None else _fitting(user),
        password=find_password(ask=ask_password, file=password_file, keyring_name=keyring, is_hex=password_hex),
        max_baud=settings.get_number("max_baud") if max_baud is None else max_baud,
    )
    name = probe or settings.get_text("probe")
    return MeterLine(port=port, plan=plan, probe=profile(name) if name else None, here=desk)


def _fitting(user: str) -> str:
    """A user name as the Logon service takes it (C12.18). Raises `UsageError`."""
    if len(user) > LONGEST_USER or any(ord(character) > 0xFF for character in user):
        raise UsageError("--user", f"at most {LONGEST_USER} characters of ISO 8859-1", user)
    return user


def with_meter(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command, whose first parameter is a `MeterLine`, the options of `meter_line` beside its own."""
    return _with_meter(command, meter_line)


def with_meter_or(argument: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """As `with_meter`, with another argument in PORT's place, which may name more than a port (`record:12`)."""

    def make(**arguments: Any) -> MeterLine:
        return meter_line(**arguments)

    shared = inspect.signature(meter_line, eval_str=True)
    port, *others = shared.parameters.values()
    made = shared.replace(parameters=[port.replace(annotation=argument), *others])
    make.__signature__ = made  # type: ignore[attr-defined] # functions have it, the stub not

    return lambda command: _with_meter(command, make)


def _with_meter(command: Callable[..., None], make: Callable[..., MeterLine]) -> Callable[..., None]:
    def run(line: MeterLine, arguments: Mapping[str, Any]) -> None:
        with line.here:
            command(line, **arguments)

    return _with_shared(command, make, run)


def with_here(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command, whose first parameter is a `Here`, the options of who works here beside its own."""

    def run(desk: Here, arguments: Mapping[str, Any]) -> None:
        with desk:
            command(desk, **arguments)

    return _with_shared(command, here, run)


def _with_shared(
    command: Callable[..., None], make: Callable[..., T], run: Callable[[T, Mapping[str, Any]], None]
) -> Callable[..., None]:
    shared = inspect.signature(make, eval_str=True).parameters
    own = list(inspect.signature(command).parameters.values())[1:]
    hints = get_type_hints(command, include_extras=True)

    @wraps(command)
    def called(**arguments: Any) -> None:
        run(make(**{name: arguments.pop(name) for name in shared}), arguments)

    parameters = [
        *(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in shared.values()),
        *(
            parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints[parameter.name])
            for parameter in own
        ),
    ]
    called.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] # functions have it, the stub not
    called.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return called
