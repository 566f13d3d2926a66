"""Two of anything that holds tables, compared: tapes, read-outs, a meter on the line.

difference(tables_before, tables_after, number, rule=..., volatile=load_masks())      one table, element by element
"""

from table_playback.compare.difference import difference
from table_playback.compare.masks import Mask, Masks, load_masks
from table_playback.compare.records import FieldDifference, Kind

__all__ = ["FieldDifference", "Kind", "Mask", "Masks", "difference", "load_masks"]
