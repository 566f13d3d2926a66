"""Every group of figures, the quick ones first."""

from __future__ import annotations

import decode
import link
import programming
import window

GROUPS = (*decode.GROUPS, *programming.GROUPS, *window.GROUPS, *link.GROUPS)
