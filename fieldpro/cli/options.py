"""The options that every command with a meter at its end has, declared once.

    @with_meter
    def identify(meter: MeterLine, as_json: ...) -> None: ...

becomes a command with PORT, the password's sources, user, rate and probe, which gets them as one `MeterLine`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from fieldpro.cli.credentials import find_password
from fieldpro.cli.line import MeterLine
from fieldpro.session.plan import SessionPlan
from fieldpro.settings import Settings
from fieldpro.transports.probes import profile

PORT_HELP = "A device (/dev/ttyUSB0, COM3), usb:VID:PID:SERIAL, socket://HOST:PORT, rfc2217://HOST:PORT or sim://NAME."
PASSWORDS = "Password"
SESSION = "Session"

Port = Annotated[str, typer.Argument(metavar="PORT", help=PORT_HELP, show_default=False)]
Probe = Annotated[
    str, typer.Option(help="The probe's profile; without one the usual ones are tried.", rich_help_panel=SESSION)
]


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
) -> MeterLine:
    """The line to one meter, from options and, where they are silent, from the settings."""
    settings = Settings()
    plan = SessionPlan(
        user_id=settings.get_number("user_id") if user_id is None else user_id,
        user=settings.get_text("user_name") if user is None else user,
        password=find_password(ask=ask_password, file=password_file, keyring_name=keyring, is_hex=password_hex),
        max_baud=settings.get_number("max_baud") if max_baud is None else max_baud,
    )
    name = probe or settings.get_text("probe")
    return MeterLine(port=port, plan=plan, probe=profile(name) if name else None, operator=settings.operator)


def with_meter(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command, whose first parameter is a `MeterLine`, the options of `meter_line` beside its own."""
    shared = inspect.signature(meter_line, eval_str=True).parameters
    own = list(inspect.signature(command).parameters.values())[1:]
    hints = get_type_hints(command, include_extras=True)

    @wraps(command)
    def called(**arguments: Any) -> None:
        line = meter_line(**{name: arguments.pop(name) for name in shared})
        command(line, **arguments)

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
