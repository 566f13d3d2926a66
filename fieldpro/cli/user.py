"""`fieldpro user`: the users of this program, their roles and passwords; passwords are asked for or in a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from fieldpro.cli import console
from fieldpro.cli.credentials import first_line
from fieldpro.cli.here import Here, ask_secret, is_asked
from fieldpro.cli.options import with_here
from fieldpro.errors import SignInRefused, UsageError
from fieldpro.secret import Secret
from fieldpro.security import entries
from fieldpro.security.rights import RIGHTS, Right, Role, role_title
from fieldpro.security.users import OPEN_WORDS, SignedIn

user = typer.Typer(no_args_is_help=True, help="Say who may use FieldPro, and for what.")
Name = Annotated[str, typer.Argument(metavar="NAME", help="The user.", show_default=False)]
NewPasswordFile = Annotated[
    Path | None,
    typer.Option(
        "--new-password-file", help="The new password is its first line; else it is asked.", show_default=False
    ),
]


@user.command("list")
@with_here
def list_users(
    here: Here,
    *,
    roles: Annotated[bool, typer.Option("--roles", help="The roles and their rights instead.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As a list of objects.")] = False,
) -> None:
    """List the users, or the roles with their rights."""
    if roles:
        table = [(str(role), role_title(role), sorted(str(right) for right in RIGHTS[role])) for role in Role]
        if as_json:
            plain = [{"role": role, "title": title, "rights": rights} for role, title, rights in table]
            console.line(json.dumps(plain, indent=2))
        else:
            console.rows(
                ("ROLE", "TITLE", "RIGHTS"), [(role, title, ", ".join(rights)) for role, title, rights in table]
            )
        return
    guard = here.guard
    guard.require(Right.USERS)
    found = guard.users.list()
    if as_json:
        content = [
            {
                "name": each.name,
                "role": str(each.role),
                "disabled": each.is_disabled,
                "failures": each.failures,
                "locked_until": None if each.locked_until is None else each.locked_until.isoformat(),
            }
            for each in found
        ]
        console.line(json.dumps(content, indent=2))
        return
    if not found:
        console.say(OPEN_WORDS)
        return
    console.rows(
        ("NAME", "ROLE", "STATE"),
        [
            (
                each.name,
                str(each.role),
                "disabled" if each.is_disabled else f"locked until {each.locked_until}" if each.locked_until else "",
            )
            for each in found
        ],
    )


@user.command("add")
@with_here
def add(
    here: Here,
    *,
    name: Name,
    role: Annotated[Role, typer.Option(help="What the user may do.", show_default=False)],
    new_password_file: NewPasswordFile = None,
) -> None:
    """Add a user. The first one is an administrator; from then on everybody signs in."""
    by = _by(here)
    here.guard.require(Right.USERS)
    added = here.guard.users.add(name, role, _new_password(name, new_password_file), by=by)
    here.guard.record(entries.USERS, data={"deed": "added", "user": added.name, "user_role": str(added.role)})
    console.say(f"{added.name} is {role_title(added.role).lower()} now.")


@user.command("passwd")
@with_here
def passwd(here: Here, *, name: Name, new_password_file: NewPasswordFile = None) -> None:
    """Change a password: one's own, or with the right to manage users anybody's. It also ends a lock-out."""
    by = _by(here)
    here.guard.users.set_password(name, _new_password(name, new_password_file), by=by)
    here.guard.record(entries.USERS, data={"deed": "password changed", "user": name})
    console.say(f"The password of {name} is changed.")


@user.command("role")
@with_here
def role(
    here: Here,
    *,
    name: Name,
    new: Annotated[Role, typer.Argument(metavar="ROLE", help="The new role.", show_default=False)],
) -> None:
    """Give a user another role."""
    here.guard.users.set_role(name, new, by=_by(here))
    here.guard.record(entries.USERS, data={"deed": "role changed", "user": name, "user_role": str(new)})
    console.say(f"{name} is {role_title(new).lower()} now.")


@user.command("unlock")
@with_here
def unlock(here: Here, *, name: Name) -> None:
    """End a lock-out after wrong passwords."""
    here.guard.users.unlock(name, by=_by(here))
    here.guard.record(entries.USERS, data={"deed": "unlocked", "user": name})
    console.say(f"{name} can sign in.")


@user.command("remove")
@with_here
def remove(here: Here, *, name: Name) -> None:
    """Remove a user. The last administrator stays."""
    here.guard.users.remove(name, by=_by(here))
    here.guard.record(entries.USERS, data={"deed": "removed", "user": name})
    console.say(f"{name} is removed.")


def _by(here: Here) -> SignedIn:
    signed_in = here.guard.signed_in
    if signed_in is None:
        raise SignInRefused("")
    return signed_in


def _new_password(name: str, file: Path | None) -> Secret:
    if file is not None:
        return Secret.from_text(first_line(file))
    if not is_asked():
        raise UsageError("the new password", "--new-password-file, for nobody can be asked here", "nothing")
    return ask_secret(f"New FieldPro password of {name}", twice=True)
