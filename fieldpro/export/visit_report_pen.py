"""A pen for the report's page: text that fits, lines, marks, pills and phasors, in the colours of the report.

Colours are of the Okabe-Ito set, and never alone: each mark has a shape of its own and a word beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum

from reportlab.lib.colors import Color, HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from fieldpro.export.visit_report_phasors import Arrow

TEXT = HexColor(0x16191D)
WEAK = HexColor(0x59616B)
LIGHT = HexColor(0xC9CFD6)
RAISED = HexColor(0xF2F4F7)
WHITE = HexColor(0xFFFFFF)
GOOD = HexColor(0x00694A)
BAD = HexColor(0xA8201A)
VOLTS = HexColor(0x0072B2)
AMPS = HexColor(0xC25100)
ELLIPSIS = "…"


class Cut(Enum):
    """Where a text that is too long loses letters."""

    END = "end"
    FRONT = "front"
    MIDDLE = "middle"


class Pen:
    """Draws on one canvas. `plain` makes a text of letters that the type has. Measures are points, y upwards."""

    def __init__(self, canvas: Canvas, plain: Callable[[str], str]) -> None:
        self._canvas = canvas
        self._plain = plain

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float,
        bold: bool = False,
        mono: bool = False,
        color: Color = TEXT,
        align: str = "left",
        width: float | None = None,
        cut: Cut = Cut.END,
    ) -> float:
        """Write one line, cut where it is wider than `width`; how wide it is."""
        font = {(False, False): "Helvetica", (True, False): "Helvetica-Bold"}.get((bold, mono), "Courier")
        shown = self._fitting(self._plain(text), font, size, width, cut)
        self._canvas.setFont(font, size)
        self._canvas.setFillColor(color)
        draw = self._canvas.drawRightString if align == "right" else self._canvas.drawString
        draw(x, y, shown)
        return float(stringWidth(shown, font, size))

    def line(self, x1: float, y1: float, x2: float, y2: float, color: Color, width: float) -> None:
        self._canvas.setStrokeColor(color)
        self._canvas.setLineWidth(width)
        self._canvas.line(x1, y1, x2, y2)

    def box(self, x: float, y: float, width: float, height: float) -> None:
        self._canvas.setFillColor(RAISED)
        self._canvas.roundRect(x, y, width, height, 4, stroke=0, fill=1)

    def pill(self, right: float, y: float, text: str, mark: str) -> None:
        """The outcome: a mark and words on a ground of their colour, ending at `right`."""
        color = {"good": GOOD, "bad": BAD}.get(mark, WEAK)
        width = stringWidth(self._plain(text), "Helvetica-Bold", 11) + 34
        self._canvas.setFillColor(color)
        self._canvas.roundRect(right - width, y - 6, width, 20, 10, stroke=0, fill=1)
        self.mark(right - width + 14, y + 4, mark, color=WHITE, scale=1.25)
        self.text(right - 12, y, text, size=11, bold=True, color=WHITE, align="right")

    def mark(self, x: float, y: float, mark: str, *, color: Color | None = None, scale: float = 1.0) -> None:
        """Around (x, y): a tick, a cross, a dash, or an open ring."""
        canvas = self._canvas
        canvas.saveState()
        canvas.translate(x, y)
        canvas.scale(scale, scale)
        canvas.setStrokeColor(color or {"good": GOOD, "bad": BAD}.get(mark, WEAK))
        canvas.setLineWidth(1.5)
        canvas.setLineCap(1)
        if mark == "good":
            canvas.lines([(-3.2, -0.2, -0.9, -2.6), (-0.9, -2.6, 3.4, 2.8)])
        elif mark == "bad":
            canvas.lines([(-2.6, -2.6, 2.6, 2.6), (-2.6, 2.6, 2.6, -2.6)])
        elif mark == "left":
            canvas.line(-2.8, 0, 2.8, 0)
        else:
            canvas.setLineWidth(1.1)
            canvas.circle(0, 0, 2.5, stroke=1, fill=0)
        canvas.restoreState()

    def phasors(self, x: float, y: float, radius: float, arrows: Sequence[Arrow]) -> None:
        """The picture around (x, y)."""
        canvas = self._canvas
        canvas.setStrokeColor(LIGHT)
        canvas.setLineWidth(0.6)
        for part in (1.0, 0.5):
            canvas.circle(x, y, radius * part, stroke=1, fill=0)
        canvas.lines([(x - radius, y, x + radius, y), (x, y - radius, x, y + radius)])
        for arrow in arrows:
            color = AMPS if arrow.is_current else VOLTS
            canvas.setStrokeColor(color)
            canvas.setFillColor(color)
            canvas.setLineWidth(2.2 if arrow.is_current else 1.6)
            canvas.line(x, y, x + radius * arrow.neck[0], y + radius * arrow.neck[1])
            path = canvas.beginPath()
            corners = [(x + radius * dx, y + radius * dy) for dx, dy in arrow.head]
            path.moveTo(*corners[0])
            for corner in corners[1:]:
                path.lineTo(*corner)
            path.close()
            canvas.drawPath(path, stroke=0, fill=1)
        for arrow in arrows:
            color = AMPS if arrow.is_current else VOLTS
            canvas.setFillColor(color)
            canvas.setFont("Helvetica-Bold", 8)
            canvas.drawCentredString(x + radius * arrow.place[0], y + radius * arrow.place[1] - 3, arrow.label)

    def broken(self, text: str, *, size: float, width: float) -> tuple[str, str]:
        """A text as the words that fit one line, and the rest."""
        words = text.split()
        count = len(words)
        while count > 1 and stringWidth(self._plain(" ".join(words[:count])), "Helvetica", size) > width:
            count -= 1
        return " ".join(words[:count]), " ".join(words[count:])

    def legend(self, right: float, y: float) -> None:
        """What the arrows are, in two lines ending at `right`."""
        x = right - 106
        for color, word in ((VOLTS, "voltage"), (AMPS, "current")):
            self.line(x, y + 2.5, x + 14, y + 2.5, color, 2)
            self.text(x + 18, y, word, size=8, color=WEAK)
            x += 58
        self.text(right, y - 12, "lag is drawn clockwise", size=8, color=WEAK, align="right")

    @staticmethod
    def _fitting(text: str, font: str, size: float, width: float | None, cut: Cut) -> str:
        if width is None or stringWidth(text, font, size) <= width:
            return text
        for length in range(len(text) - 1, 0, -1):
            shown = _cut(text, length, cut)
            if stringWidth(shown, font, size) <= width:
                return shown
        return ELLIPSIS if width > size else ""


def _cut(text: str, length: int, cut: Cut) -> str:
    """`length` letters of a longer text."""
    if cut is Cut.FRONT:
        return ELLIPSIS + text[-length:]
    if cut is Cut.MIDDLE and length > 1:
        return text[: (length + 1) // 2].rstrip() + ELLIPSIS + text[-(length // 2) :].lstrip()
    return text[:length].rstrip() + ELLIPSIS
