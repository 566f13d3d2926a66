"""Two of anything that holds tables, compared: tapes, read-outs, a meter on the line.

difference(tables_before, tables_after, number, rule=..., volatile=load_masks())     one table, element by element
compare(Side.of_tape(tape), Side.of_read_out(read_out)) -> Comparison                everything, with the steps
as_text(comparison) ; as_html(comparison) ; as_json(comparison)
"""

from table_playback.compare.as_html import as_html
from table_playback.compare.as_json import as_json
from table_playback.compare.as_text import as_text
from table_playback.compare.comparison import compare
from table_playback.compare.difference import difference
from table_playback.compare.masks import Mask, Masks, load_masks
from table_playback.compare.records import (
    Comparison,
    FieldDifference,
    Kind,
    StepComparison,
    TableComparison,
    Verdict,
)
from table_playback.compare.sides import Side
from table_playback.compare.verdict import step_words, verdict_words

__all__ = [
    "Comparison",
    "FieldDifference",
    "Kind",
    "Mask",
    "Masks",
    "Side",
    "StepComparison",
    "TableComparison",
    "Verdict",
    "as_html",
    "as_json",
    "as_text",
    "compare",
    "difference",
    "load_masks",
    "step_words",
    "verdict_words",
]
