"""Editors: what a meter shows, records and allows, with names instead of numbers, as models over change sets.

for make in EDITORS: editor = make(view)       display, load profile, demand, constants, security
editor.fields ; editor.with_value(...) ; editor.check() ; editor.change_set()
change_passwords(...)                          new passwords, each proven before the one before is forgotten
"""

from fieldpro.meter.editors.complaint import Complaint, Weight, errors
from fieldpro.meter.editors.constants import ConstantsEditor
from fieldpro.meter.editors.demand import DemandEditor, DemandInterval
from fieldpro.meter.editors.display import DisplayEditor, DisplayItem, DisplayList, shown_value
from fieldpro.meter.editors.editor import Editor, Field, Spec
from fieldpro.meter.editors.load_profile import LoadProfileEditor, Memory, ProfileChannel
from fieldpro.meter.editors.names import SourceNames
from fieldpro.meter.editors.passwords import PasswordsChanged, change_passwords
from fieldpro.meter.editors.security import Access, PasswordEntry, SecurityEditor

EDITORS: tuple[type[Editor], ...] = (
    DisplayEditor,
    LoadProfileEditor,
    DemandEditor,
    ConstantsEditor,
    SecurityEditor,
)

__all__ = [
    "EDITORS",
    "Access",
    "Complaint",
    "ConstantsEditor",
    "DemandEditor",
    "DemandInterval",
    "DisplayEditor",
    "DisplayItem",
    "DisplayList",
    "Editor",
    "Field",
    "LoadProfileEditor",
    "Memory",
    "PasswordEntry",
    "PasswordsChanged",
    "ProfileChannel",
    "SecurityEditor",
    "SourceNames",
    "Spec",
    "Weight",
    "change_passwords",
    "errors",
    "shown_value",
]
