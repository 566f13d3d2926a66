"""Every group of figures, the quick ones first."""

from __future__ import annotations

import audit
import comparing
import decode
import link
import playing
import programming
import serving
import tape_deck
import tapes
import tapes_recorded
import window

GROUPS = (
    *audit.GROUPS,
    *decode.GROUPS,
    *comparing.GROUPS,
    *tapes.GROUPS,
    *tapes_recorded.GROUPS,
    *tape_deck.GROUPS,
    *playing.GROUPS,
    *serving.GROUPS,
    *programming.GROUPS,
    *window.GROUPS,
    *link.GROUPS,
)
