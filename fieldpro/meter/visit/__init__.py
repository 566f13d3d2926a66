"""The visit: an order worked through step by step, on disk after each, with the evidence for its report.

kinds        which steps an exchange, a reading, a re-programming, a disconnect has: data in resources/visits
order        the work order, from a file or typed, and whether a meter is the one it names
job          the steps as they are done, skipped or refused; resumed after a crash
collect      what a step saw, as lines of the report
looking      the reads of a visit, as a conversation
"""

from fieldpro.meter.visit.job import VisitJob, listed, unfinished
from fieldpro.meter.visit.kinds import Action, Kind, Step, kinds, load
from fieldpro.meter.visit.order import WorkOrder

__all__ = ["Action", "Kind", "Step", "VisitJob", "WorkOrder", "kinds", "listed", "load", "unfinished"]
