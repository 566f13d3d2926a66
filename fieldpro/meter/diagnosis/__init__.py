"""Site diagnosis: instantaneous values against the six checks that metering people know as D1 to D6.

    judge(sample, Site(form("9S")), settings)      one sample
    diagnose(samples=12, on_look=...)              a conversation: every five seconds, with counters
    diagnosis.for_visit() ; diagnosis.data()       what is kept of it

The checks follow the published behaviour of diagnostics in polyphase meters; their numbers are settings.
"""

from fieldpro.meter.diagnosis.checks import Finding, Outcome, Site, Verdict, judge
from fieldpro.meter.diagnosis.counters import Counter, Counters
from fieldpro.meter.diagnosis.forms import Form, class_amps_of, form, form_of_meter, forms
from fieldpro.meter.diagnosis.record import Diagnosis, Look, reset
from fieldpro.meter.diagnosis.sample import Sample, distortion_of, sample_of
from fieldpro.meter.diagnosis.settings import Check, Display, Parameter, Settings, checks, parameter_of, sampling
from fieldpro.meter.diagnosis.watch import Terms, diagnose

__all__ = [
    "Check",
    "Counter",
    "Counters",
    "Diagnosis",
    "Display",
    "Finding",
    "Form",
    "Look",
    "Outcome",
    "Parameter",
    "Sample",
    "Settings",
    "Site",
    "Terms",
    "Verdict",
    "checks",
    "class_amps_of",
    "diagnose",
    "distortion_of",
    "form",
    "form_of_meter",
    "forms",
    "judge",
    "parameter_of",
    "reset",
    "sample_of",
    "sampling",
]
