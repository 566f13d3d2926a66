"""Programs: readable, versioned files of what meters shall be told."""

from fieldpro.meter.programs.check import Complaint, check
from fieldpro.meter.programs.dump import dump
from fieldpro.meter.programs.file import load, read
from fieldpro.meter.programs.library import Entry, Library
from fieldpro.meter.programs.make import configuration_tables, from_readout, template, template_names
from fieldpro.meter.programs.model import Blank, Program, Target, fill

__all__ = [
    "Blank",
    "Complaint",
    "Entry",
    "Library",
    "Program",
    "Target",
    "check",
    "configuration_tables",
    "dump",
    "fill",
    "from_readout",
    "load",
    "read",
    "template",
    "template_names",
]
