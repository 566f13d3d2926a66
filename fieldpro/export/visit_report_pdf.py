"""The visit report as a PDF of one page, drawn with reportlab.

    head: kind, outcome, order, who and when
    the meters
    readings before and after             | the steps
    what was changed
    the site: phasors, phases             | the checks
    notes; the audit record and its hash

Rows that would not fit are counted in a last row ("and 14 more"): the visit's own file has them all. The type is
Helvetica and Courier, which every reader of PDF has; they know the Latin letters of Windows-1252, and any other letter
becomes its nearest one, or "?": the HTML report has them all.
"""

from __future__ import annotations

import io
import unicodedata

from reportlab.lib.pagesizes import A4, letter
from reportlab.pdfgen.canvas import Canvas

from fieldpro.export.visit_report_content import NOT_MEASURED, Content, Line
from fieldpro.export.visit_report_pen import BAD, LIGHT, TEXT, WEAK, Cut, Pen

PAPERS = {"letter": letter, "a4": A4}
MARGIN = 40.0
ROW = 12.4
GAP = 12.0
HEADING = 17.0
PHASORS = 130.0  # the side of the picture
FOOT = 38.0
STEPS_WIDTH = 196.0
COLUMN = 58.0  # of figures
MOST_NOTES = 6
CHECK_TITLE = 176.0


def pdf(content: Content, *, paper: str = "letter") -> bytes:
    """The bytes of the file; the same for the same content."""
    width, height = PAPERS[paper.casefold()]
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(width, height), invariant=1, pageCompression=1)
    canvas.setTitle(plain(f"{content.title}, {content.id}"))
    canvas.setAuthor("FieldPro")
    canvas.setSubject(plain(content.outcome))
    _Page(Pen(canvas, plain), content, width, height).draw()
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def plain(text: str) -> str:
    """The text in the letters that the type has."""
    found = []
    for letter_ in text:
        try:
            letter_.encode("cp1252")
        except UnicodeEncodeError:
            base = unicodedata.normalize("NFKD", letter_).encode("ascii", "ignore").decode()
            found.append(base or "?")
        else:
            found.append(letter_ if letter_.isprintable() else " ")
    return "".join(found)


class _Page:
    def __init__(self, pen: Pen, content: Content, width: float, height: float) -> None:
        self._pen = pen
        self._content = content
        self._left, self._right = MARGIN, width - MARGIN
        self._y = height - MARGIN + 4

    def draw(self) -> None:
        content = self._content
        self._head()
        self._meters()
        block, differences = self._share()
        self._readings_and_steps(block)
        self._differences(differences)
        if content.checks or content.phases:
            self._site()
        self._notes()
        self._foot()

    # --- how the page is shared

    def _share(self) -> tuple[int, int]:
        """Rows for readings and steps, and for differences: what is left of the page is given to both."""
        content = self._content
        fixed = MARGIN + FOOT + 2 * (HEADING + GAP) + ROW + self._site_height() + self._notes_height()
        rows = max(0, int((self._y - fixed) / ROW))
        wanted = max(len(content.steps), len(content.figures), 1)
        differences = len(content.differences) or 1
        least = min(differences, 5)
        block = max(min(wanted, rows - differences), min(wanted, len(content.steps) - 1, rows - least), 1)
        return block, max(1, rows - block)

    def _site_height(self) -> float:
        content = self._content
        return self._site_body() + HEADING + GAP if content.checks or content.phases else 0.0

    def _site_body(self) -> float:
        """The picture, or the table and the checks beside it, whichever is higher."""
        content = self._content
        phases = (len(content.phases) + 1) * ROW + 4 if content.phases else 0.0
        return max(PHASORS, phases + sum(_check_height(check) for check in content.checks))

    def _notes_height(self) -> float:
        return min(len(self._content.notes), MOST_NOTES) * ROW + GAP if self._content.notes else 0.0

    # --- parts, from the top down

    def _head(self) -> None:
        pen, content = self._pen, self._content
        pen.text(self._left, self._y - 20, content.title, size=22, bold=True)
        pen.pill(self._right, self._y - 19, content.outcome, content.outcome_mark)
        self._y -= 33
        pen.line(self._left, self._y, self._right, self._y, TEXT, 1.2)
        self._y -= 15
        middle = self._left + 0.46 * (self._right - self._left)
        facts = content.facts
        half = (len(facts) + 1) // 2
        for column, start, end in ((facts[:half], self._left, middle), (facts[half:], middle, self._right)):
            y = self._y
            for label, value in column:
                pen.text(start, y, label, size=8, color=WEAK)
                pen.text(start + 50, y, value, size=9, width=end - start - 58)
                y -= ROW
        self._y -= half * ROW + 2

    def _meters(self) -> None:
        pen, cards = self._pen, self._content.meters
        if not cards:
            return
        height, between = 46.0, 10.0
        width = (self._right - self._left - between * (len(cards) - 1)) / len(cards)
        for nth, card in enumerate(cards):
            x = self._left + nth * (width + between)
            pen.box(x, self._y - height, width, height)
            pen.text(x + 10, self._y - 14, card.heading, size=8, color=WEAK)
            used = pen.text(x + 10, self._y - 29, card.title, size=12, bold=True, width=width * 0.55)
            pen.text(x + 18 + used, self._y - 29, card.serial, size=12, mono=True, width=width - used - 26)
            pen.text(x + 10, self._y - 40, card.facts, size=8, color=WEAK, width=width - 20)
        self._y -= height + GAP

    def _readings_and_steps(self, rows: int) -> None:
        pen, content = self._pen, self._content
        right = self._right - STEPS_WIDTH
        top = self._y
        self._heading("Readings", self._left, right - 18)
        self._heading("Steps", right, self._right)
        y = top - HEADING - 2
        columns = len(content.columns)
        unit_x = right - 18
        edges = [unit_x - 32 - (columns - 1 - nth) * COLUMN for nth in range(columns)]
        for edge, title in zip(edges, content.columns, strict=True):
            pen.text(edge, y - 7, title, size=8, color=WEAK, align="right")
        first = min(edges, default=unit_x) - COLUMN + 2
        shown = _cut(len(content.figures), rows)
        for figure in content.figures[:shown]:
            y -= ROW
            pen.text(self._left, y - 7, figure.title, size=9, width=first - self._left)
            for edge, value in zip(edges, figure.values, strict=True):
                pen.text(edge, y - 7, value or NOT_MEASURED, size=9, align="right", width=COLUMN - 2)
            pen.text(unit_x - 28, y - 7, figure.unit, size=8, color=WEAK, width=28)
        self._more(len(content.figures) - shown, y - ROW - 7, self._left)
        if not content.figures:
            pen.text(self._left, y - ROW - 7, "No reading was taken.", size=9, color=WEAK)
        y = top - HEADING - 2
        shown = _cut(len(content.steps), rows + 1)
        for step in content.steps[:shown]:
            self._step(step, right, y)
            y -= ROW
        self._more(len(content.steps) - shown, y - 7, right)
        self._y = top - HEADING - 2 - (rows + 1) * ROW - GAP

    def _step(self, step: Line, x: float, y: float) -> None:
        pen = self._pen
        pen.mark(x + 4, y - 4, step.mark)
        color = TEXT if step.mark in ("good", "bad") else WEAK
        space = STEPS_WIDTH - 14 - 26
        used = pen.text(x + 14, y - 7, step.title, size=9, color=color, width=space)
        note = step.detail or ("" if step.mark == "good" else step.word)
        if note and space - used > 24:
            pen.text(x + 19 + used, y - 7, note, size=8, color=WEAK, width=space - used - 5)
        pen.text(self._right, y - 7, step.at, size=8, color=WEAK, align="right")

    def _differences(self, rows: int) -> None:
        pen, content = self._pen, self._content
        self._heading("Changes", self._left, self._right, content.program)
        y = self._y - HEADING - 2
        wide = self._right - self._left
        edges = [self._left + part * wide for part in (0.0, 0.43, 0.62, 0.81)]
        if content.differences:
            for x, title in zip(edges, ("", "Before", "After", ""), strict=True):
                pen.text(x, y - 7, title, size=8, color=WEAK)
            shown = _cut(len(content.differences), rows)
            for row in content.differences[:shown]:
                y -= ROW
                room = edges[1] - edges[0] - 8
                used = 8 + pen.text(edges[0], y - 7, row.title, size=9, width=room)
                if room - used > 40:
                    pen.text(edges[0] + used, y - 7, row.path, size=7, color=WEAK, width=room - used, cut=Cut.FRONT)
                pen.text(edges[1], y - 7, row.old, size=9, color=WEAK, width=edges[2] - edges[1] - 8, cut=Cut.MIDDLE)
                pen.text(edges[2], y - 7, row.new, size=9, bold=True, width=edges[3] - edges[2] - 12, cut=Cut.MIDDLE)
                pen.mark(edges[3] + 2, y - 4, row.mark)
                pen.text(edges[3] + 10, y - 7, row.word, size=8, color=WEAK, width=self._right - edges[3] - 10)
            self._more(len(content.differences) - shown, y - ROW - 7, self._left)
            y -= ROW if shown < len(content.differences) else 0
        else:
            pen.text(self._left, y - 7, content.no_differences, size=9)
        self._y = y - ROW - GAP

    def _site(self) -> None:
        pen, content = self._pen, self._content
        self._heading("Site", self._left, self._right, content.diagnosed)
        top = self._y - HEADING - 2
        x = self._left
        if content.arrows:
            pen.phasors(x + PHASORS / 2, top - PHASORS / 2, PHASORS / 2 - 14, content.arrows)
            x += PHASORS + 14
        y = top
        if content.phases:
            edges = [x + 84, x + 126, x + 184, x + 226]
            for edge, title in zip(edges, ("Volts", "lag", "Amperes", "lag"), strict=True):
                pen.text(edge, y - 7, title, size=8, color=WEAK, align="right")
            pen.legend(self._right, y - 7)
            for phase, *values in content.phases:
                y -= ROW
                pen.text(x, y - 7, f"Phase {phase}", size=9)
                for edge, value in zip(edges, values, strict=True):
                    pen.text(edge, y - 7, value, size=9, align="right")
            y -= ROW + 4
        for check in content.checks:
            self._check(check, x, y)
            y -= _check_height(check)
        self._y = top - self._site_body() - GAP + 4

    def _check(self, check: Line, x: float, y: float) -> None:
        """One line: the verdict in its place, then what was found."""
        pen = self._pen
        color = BAD if check.mark == "bad" else WEAK
        pen.mark(x + 4, y - 4, check.mark)
        pen.text(x + 14, y - 7, check.title, size=9, width=CHECK_TITLE - 3)
        x += 14 + CHECK_TITLE
        said = f"{check.word}: {check.detail}" if check.detail else check.word
        room = self._right - x
        if check.mark != "bad":
            pen.text(x, y - 7, said, size=8, color=color, width=room)
            return
        first, rest = pen.broken(said, size=8, width=room)
        pen.text(x, y - 7, first, size=8, color=color)
        pen.text(x, y - 16, "; ".join(part for part in (rest, check.at) if part), size=8, color=color, width=room)

    def _notes(self) -> None:
        pen, notes = self._pen, self._content.notes
        cut = _cut(len(notes), MOST_NOTES)
        rest = (f"and {len(notes) - cut} more notes in the visit's file",) if cut < len(notes) else ()
        shown = (*notes[:cut], *rest)
        for note in shown:
            pen.text(self._left, self._y - 7, note, size=8, width=self._right - self._left)
            self._y -= ROW

    def _foot(self) -> None:
        pen, content = self._pen, self._content
        y = MARGIN + FOOT - 6
        pen.line(self._left, y, self._right, y, LIGHT, 0.8)
        pen.text(self._left, y - 12, content.audit or "Not in an audit log", size=8, color=WEAK)
        pen.text(self._right, y - 12, f"FieldPro visit {content.id}", size=8, color=WEAK, align="right")
        pen.text(self._left, y - 24, content.hash, size=8, mono=True)
        middle = self._right - 170
        pen.line(middle, y - 33, self._right, y - 33, WEAK, 0.5)
        pen.text(middle, y - 42, "Signature", size=7, color=WEAK)

    # --- pieces

    def _heading(self, title: str, left: float, right: float, detail: str = "") -> None:
        pen = self._pen
        used = pen.text(left, self._y - 11, title, size=11, bold=True)
        if detail:
            pen.text(right, self._y - 11, detail, size=8, color=WEAK, align="right", width=right - left - used - 12)
        pen.line(left, self._y - HEADING + 1, right, self._y - HEADING + 1, LIGHT, 0.8)

    def _more(self, count: int, y: float, x: float) -> None:
        if count > 0:
            self._pen.text(x, y, f"and {count} more in the visit's file", size=8, color=WEAK)


def _cut(count: int, rows: int) -> int:
    """How many of `count` rows are shown in so many: all, or one less than fits, for the row that counts the rest."""
    return count if count <= rows else max(0, rows - 1)


def _check_height(check: Line) -> float:
    """What was found wrong has two lines."""
    return ROW + 9.0 if check.mark == "bad" else ROW
