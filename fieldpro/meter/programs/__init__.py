"""Programs: readable, versioned files of what meters shall be told."""

from fieldpro.meter.programs.dump import dump
from fieldpro.meter.programs.file import load, read
from fieldpro.meter.programs.make import from_readout
from fieldpro.meter.programs.model import Blank, Program, Target, fill

__all__ = ["Blank", "Program", "Target", "dump", "fill", "from_readout", "load", "read"]
