"""A meter's configuration in hand while it is edited: the editors, what each shows, what is wrong, how much changed.

    hand = Hand() ; hand.take(view)                 the editors of what is shown; wanted values of the same meter stay
    hand.do(DEMAND, lambda editor: editor.with_value("interval_0", 15)) -> Outlook
    hand.undo() ; hand.start_again() ; hand.forget_secrets()

A `Hand` is worked with in one lane only; an `Outlook` and its sheets are frozen, for the page to look at. No Qt here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from fieldpro.errors import FieldProError, TableUnresolved
from fieldpro.gui.words import tr
from fieldpro.meter.changes import ChangeSet, edit, writable
from fieldpro.meter.editors import (
    EDITORS,
    Access,
    Complaint,
    ConstantsEditor,
    DemandEditor,
    DisplayEditor,
    DisplayItem,
    DisplayList,
    Editor,
    Field,
    LoadProfileEditor,
    Memory,
    PasswordEntry,
    ProfileChannel,
    SecurityEditor,
)
from fieldpro.meter.editors.security import password_path
from fieldpro.meter.view import MeterView
from fieldpro.meter.wanted import listed
from fieldpro.records import TableStatus
from fieldpro.secret import Secret

DISPLAY, PROFILE, DEMAND, CONSTANTS, SECURITY = KEYS = ("display", "load-profile", "demand", "constants", "security")
MAKERS: Mapping[str, type[Editor]] = dict(zip(KEYS, EDITORS, strict=True))
WRITES = {DISPLAY: (31, 33, 34), PROFILE: (61, 62), DEMAND: (13,), CONSTANTS: (15,), SECURITY: (44, 42, 45)}
"""The tables that an editor would write."""
READ = tuple(sorted(frozenset().union(*(maker.needs for maker in EDITORS))))
LIMITS = {DISPLAY: 33, PROFILE: 61, DEMAND: 13, CONSTANTS: 15, SECURITY: 41}
"""The table without which an editor has nothing to show."""
PASSWORDS, RIGHTS, KEY_TABLE = 42, 44, 45
SECURITY_TABLES = frozenset({PASSWORDS, 43, RIGHTS, KEY_TABLE})
MOST_UNDO = 200
HIDDEN = "••••••"

Change = Callable[[Any], Editor]


Row = tuple[str, str, str]
"""What is changed, as it is, as it will be."""


@dataclass(frozen=True)
class DisplaySheet:
    """`can_change`: kinds of lists whose items can be changed; `room`: places by kind."""

    lists: tuple[DisplayList, ...]
    items: tuple[DisplayItem, ...]
    room: Mapping[str, int]
    can_change: frozenset[str]


@dataclass(frozen=True)
class ProfileSet:
    number: int
    channels: tuple[ProfileChannel, ...]
    days: float


@dataclass(frozen=True)
class ProfileSheet:
    sets: tuple[ProfileSet, ...]
    memory: Memory | None
    names: Mapping[int, str]


@dataclass(frozen=True)
class SecuritySheet:
    """`typed`: names (`password_3`, `key_0`) of what is wanted anew; nothing tells what it is."""

    rights: tuple[Access, ...]
    changed: frozenset[int]  # indices of rights that are wanted otherwise
    places: tuple[PasswordEntry, ...]
    password_length: int
    key_count: int
    key_length: int
    typed: frozenset[str]
    rights_writable: bool
    passwords_writable: bool
    keys_writable: bool


@dataclass(frozen=True)
class Sheet:
    """What one editor shows. `missing`: tables that were not read; `absent`: the meter has none of it. `read_only`:
    why nothing, or not all, of it can be changed. `notes`: a line by group of fields."""

    key: str
    fields: tuple[Field, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    read_only: str = ""
    missing: tuple[int, ...] = ()
    refused: bool = False  # the meter did not let them be read
    absent: bool = False
    changed: int = 0
    notes: Mapping[str, str] = field(default_factory=dict)
    more: Any = None

    @property
    def errors(self) -> tuple[Complaint, ...]:
        return tuple(each for each in self.complaints if each.is_error)

    def about(self, name: str) -> tuple[Complaint, ...]:
        """The complaints of one field or entry."""
        return tuple(each for each in self.complaints if each.name == name)


@dataclass(frozen=True)
class Outlook:
    """All sheets. `changed`: how many elements, passwords and keys would be written. `anew`: what stands in the
    fields is not what was typed there (undo, start again, another meter)."""

    sheets: Mapping[str, Sheet]
    can_undo: bool = False
    anew: bool = False

    @property
    def changed(self) -> int:
        return sum(sheet.changed for sheet in self.sheets.values())

    @property
    def errors(self) -> tuple[tuple[str, Complaint], ...]:
        return tuple((key, each) for key, sheet in self.sheets.items() for each in sheet.errors)

    @property
    def complaints(self) -> tuple[tuple[str, Complaint], ...]:
        """(editor, complaint), errors first."""
        found = [(key, each) for key, sheet in self.sheets.items() for each in sheet.complaints]
        return tuple(sorted(found, key=lambda pair: not pair[1].is_error))

    @property
    def touches_security(self) -> bool:
        return SECURITY in self.sheets and self.sheets[SECURITY].changed > 0


@dataclass(frozen=True)
class Wanted:
    """Everything that is wanted, for the job that writes it: elements, new passwords by place, and which editors they
    are of."""

    elements: Mapping[str, Any]
    passwords: Mapping[int, Secret]
    editors: Mapping[str, Mapping[str, Any]]  # what each of them wants

    @property
    def needs(self) -> frozenset[int]:
        """The tables that are to be read before it is written."""
        return frozenset({0, 1}).union(*(MAKERS[key].needs for key in self.editors))


class Hand:
    """See the module."""

    def __init__(self) -> None:
        self.view: MeterView | None = None
        self._editors: dict[str, Editor] = {}
        self._sheets: dict[str, Sheet] = {}
        self._before: list[dict[str, Editor]] = []

    def take(self, view: MeterView) -> Outlook:
        """Another meter, or more of the same: then what is wanted stays, as far as the meter does not hold it now."""
        same = self.view is not None and self.view.identity.key == view.identity.key
        held = self._editors if same else {}
        self.view, self._before = view, []
        self._editors = {
            key: make(view, held[key].wanted).with_elements({}) if key in held else make(view)
            for key, make in MAKERS.items()
        }
        return self._look(KEYS, anew=not same)

    def do(self, key: str, change: Change) -> Outlook:
        """Another version of one editor. Raises as the change does."""
        changed = change(self._editors[key])
        if changed.wanted == self._editors[key].wanted:
            return self._outlook()
        self._before = [*self._before[-MOST_UNDO:], self._editors]
        self._editors = {**self._editors, key: changed}
        return self._look((key,))

    def undo(self) -> Outlook:
        if self._before:
            self._editors = self._before.pop()
        return self._look(KEYS, anew=True)

    def start_again(self) -> Outlook:
        """Give up what was changed."""
        self._before = []
        self._editors = {key: type(editor)(editor.view) for key, editor in self._editors.items()}
        return self._look(KEYS, anew=True)

    def forget_secrets(self) -> Outlook:
        """No password and no key is wanted any more, nor can one be had again by undo."""
        self._before = []
        for key, editor in self._editors.items():
            open_ones = {path: value for path, value in editor.wanted.items() if not isinstance(value, Secret)}
            self._editors[key] = type(editor)(editor.view, open_ones)
        return self._look((SECURITY,))

    def drop(self) -> None:
        """There is no meter any more."""
        self.view, self._editors, self._sheets, self._before = None, {}, {}, []

    def wanted(self) -> Wanted:
        keys = tuple(key for key, editor in self._editors.items() if editor.wanted)
        every = {path: value for key in keys for path, value in self._editors[key].wanted.items()}
        security = self._editors.get(SECURITY)
        passwords: dict[int, Secret] = {}
        if isinstance(security, SecurityEditor) and security.wanted:
            passwords = dict(security.new_passwords)
            for index in passwords:
                del every[password_path(index)]
        return Wanted(every, passwords, {key: self._editors[key].wanted for key in keys})

    # --- inside

    def _look(self, keys: Iterable[str], *, anew: bool = False) -> Outlook:
        for key in keys:
            self._sheets[key] = sheet_of(key, self._editors[key])
        return self._outlook(anew=anew)

    def _outlook(self, *, anew: bool = False) -> Outlook:
        return Outlook(dict(self._sheets), bool(self._before), anew)


def change_set_of(view: MeterView, wanted: Wanted) -> ChangeSet:
    """Against what the meter holds; passwords are not in it. Raises as `edit`."""
    return edit(view, wanted.elements)


def sheet_of(key: str, editor: Editor) -> Sheet:
    """What an editor shows of its meter."""
    try:
        fields = editor.fields
        if not fields and editor.tables.get(LIMITS[key]) is None:
            return Sheet(key, absent=True)
        complaints = editor.check()
        more, notes = _more(editor)
    except TableUnresolved as error:
        return Sheet(key, missing=tuple(sorted(error.needs)), refused=_refused(editor, error.needs))
    shown = () if key == SECURITY else fields  # hundreds of rights, which are in the sheet already
    return Sheet(key, shown, complaints, _read_only(key, editor), changed=len(rows_of(editor)), notes=notes, more=more)


def _refused(editor: Editor, numbers: Iterable[int]) -> bool:
    """Whether the meter refused one of these tables."""
    readings = editor.view.read_out.tables
    return any(number in readings and readings[number].status is TableStatus.REFUSED for number in numbers)


def rows_of(editor: Editor) -> list[Row]:
    """What an editor wants otherwise, as a person counts it: a field, the items of a list, the channels of a set, a
    password."""
    if not editor.wanted:
        return []
    held = type(editor)(editor.view)
    found: list[Row] = []
    told: tuple[str, ...] = ()
    match editor, held:
        case DisplayEditor(), DisplayEditor():
            for kind in editor.kinds:
                told += (f"{kind.items}", f"{kind.lists}[", f"ACT_DISP_TBL.{kind.room}")
                for before, after in zip(held.lists(kind.name), editor.lists(kind.name), strict=True):
                    names = [[item.name for item in each.items] for each in (before, after)]
                    found += _by_place(tr("{list}, item {number}", list=list_title(after), number="{number}"), *names)
        case LoadProfileEditor(), LoadProfileEditor():
            for each in editor.sets:
                if held.tables.get(62) is not None and held.channels(each) != editor.channels(each):
                    told += tuple(f"LP_CTRL_TBL.{name}_SET{each}[" for name in ("LP_SEL", "SCALARS", "DIVISOR"))
                    told += (f"ACT_LP_TBL.NBR_CHNS_SET{each}",)
                    names = [[_channel(channel) for channel in one.channels(each)] for one in (held, editor)]
                    found += _by_place(tr("Set {set}, channel {number}", set=each, number="{number}"), *names)
        case SecurityEditor(), SecurityEditor():
            titles = {entry.index: entry.title.lower() for entry in editor.entries}
            anew = tr("a new one")
            found += [(tr("Password, {place}", place=titles[i]), HIDDEN, anew) for i in sorted(editor.new_passwords)]
            found += [(tr("Key {number}", number=i + 1), HIDDEN, anew) for i in sorted(editor.new_keys)]
            told = ("SECURITY_TBL.", "KEY_TBL.")
    specs = {spec.path: spec for spec in editor.declared.values()}
    for path, value in editor.wanted.items():
        if path in specs:
            spec = specs[path]
            if path.startswith(told) and not spec.name.startswith(("on_", "off_", "hold_", "default_")):
                continue
            new, old = editor.field(spec.name), held.field(spec.name)
            title = new.title if new.title.startswith(spec.group) else f"{spec.group}: {_small(new.title)}"
            found.append((title, old.text, new.text))
        elif not path.startswith(told):
            found.append((path, str(held.held(path)), str(value)))
    return found


def list_title(each: DisplayList) -> str:
    kinds = {"primary": tr("Primary list {number}"), "secondary": tr("Secondary list {number}")}
    return kinds[each.kind].format(number=each.index + 1)


def _by_place(title: str, before: list[str], after: list[str]) -> list[Row]:
    """A row for each place whose entry is another one."""
    pairs = enumerate(zip_longest(before, after, fillvalue=tr("nothing")), start=1)
    return [(title.replace("{number}", str(number)), old, new) for number, (old, new) in pairs if old != new]


def _channel(channel: ProfileChannel) -> str:
    if not channel.has_end_reading:
        return channel.name
    return tr("{name} (block end: {end})", name=channel.name, end=channel.end_name)


def _small(title: str) -> str:
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def _more(editor: Editor) -> tuple[Any, Mapping[str, str]]:
    match editor:
        case DisplayEditor():
            able = writable(editor.tables)
            kinds = editor.kinds
            return (
                DisplaySheet(
                    tuple(each for kind in kinds for each in editor.lists(kind.name)),
                    editor.items,
                    {kind.name: editor.room(kind.name) for kind in kinds},
                    frozenset(k.name for k in kinds if editor.tables.dictionary.by_name[k.table].number in able),
                ),
                {},
            )
        case LoadProfileEditor():
            return _profile(editor), {}
        case DemandEditor():
            return None, {", ".join(each.sources): _sentence(str(each)) for each in editor.intervals}
        case ConstantsEditor():
            return None, _factors(editor)
        case SecurityEditor():
            return _security(editor), {}
    return None, {}


def _profile(editor: LoadProfileEditor) -> ProfileSheet:
    has_channels = editor.tables.get(62) is not None
    try:
        memory = editor.memory()
    except FieldProError:
        memory = None
    sets = tuple(
        ProfileSet(each, editor.channels(each) if has_channels else (), editor.days(each)) for each in editor.sets
    )
    return ProfileSheet(sets, memory, editor.sources.names)


def _factors(editor: ConstantsEditor) -> Mapping[str, str]:
    notes = {}
    for name, spec in editor.declared.items():
        kind, _, index = name.partition("_")
        if kind == "multiplier" and f"ct_{index}_1" in editor.declared:
            factor = editor.transformer_factor(int(index))
            notes[spec.group] = tr("The transformers still multiply an energy by {factor}.", factor=f"{factor:g}")
    return notes


def _security(editor: SecurityEditor) -> SecuritySheet:
    able = writable(editor.tables)
    changed = set()
    for path in editor.wanted:
        rest = path.partition("ACCESS_CONTROL[")[2]
        if rest:
            changed.add(int(rest.partition("]")[0]))
    typed = {f"password_{index}" for index in editor.new_passwords} | {f"key_{index}" for index in editor.new_keys}
    return SecuritySheet(
        editor.rights,
        frozenset(changed),
        editor.entries,
        editor.password_length,
        editor.key_count,
        editor.key_length,
        frozenset(typed),
        RIGHTS in able,
        PASSWORDS in able,
        KEY_TABLE in able,
    )


def _read_only(key: str, editor: Editor) -> str:
    """Which tables of an editor the meter does not let be written, in a sentence; "" when it lets all of them."""
    able, there = writable(editor.tables), listed(editor.tables)
    titles = editor.tables.dictionary.tables
    closed = [number for number in WRITES[key] if number in there and number not in able]
    if not closed:
        return ""
    names = ", ".join(f"{number} ({titles[number].title})" if number in titles else str(number) for number in closed)
    if len(closed) == len([number for number in WRITES[key] if number in there]):
        if len(closed) == 1:
            return tr("Read-only: this meter does not let table {names} be written.", names=names)
        return tr("Read-only: this meter does not let tables {names} be written.", names=names)
    if len(closed) == 1:
        return tr("Partly read-only: this meter does not let table {names} be written.", names=names)
    return tr("Partly read-only: this meter does not let tables {names} be written.", names=names)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
