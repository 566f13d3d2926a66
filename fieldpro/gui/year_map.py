"""A year of tiers as a map: a column for each day, midnight at the top, the colour of the tier that is in force.

    Jan         Feb         Mar                            A letter stands in each wide field, so that the map can be
 0  AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA...                     read without its colours; the arrow keys move a mark over
 6  BBBBBAABBBBBAABBBBBAABBBBBAABBB...                     days and times, and the page says what is in force there.
12  CCCCCAACCCCCAACCCCCAACCCCCAACCC...
"""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from fieldpro.gui.look import Look
from fieldpro.gui.models.tiers import DAY_MIN, NOWHERE, YearTiers, plain_day, stretches, tier_letter
from fieldpro.gui.roles import Role
from fieldpro.gui.tier_colours import ink_on, tier_colour
from fieldpro.gui.words import tr

LEFT_PX, TOP_PX, BELOW_PX = 48, 4, 28


class YearMap(QWidget):
    """`pointed(day, minute)` when the mark moves: day number of the map, minutes after midnight."""

    pointed = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self._year = YearTiers(date(2026, 1, 1), ())
        self._look = Look()
        self._image = QImage()
        self._day, self._minute = 0, 720
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(200)
        self.setAccessibleName(tr("The year's tiers"))

    def sizeHint(self) -> QSize:
        return QSize(760, 260)

    @property
    def mark(self) -> tuple[int, int]:
        """The day number of the map and the minute of the day that are marked."""
        return self._day, self._minute

    @property
    def first(self) -> date:
        """The first day that is shown."""
        return self._year.first

    def show_year(self, year: YearTiers) -> None:
        self._year = year
        self._day = min(self._day, max(0, len(year.days) - 1))
        told = ", ".join(
            tr("{hours} h in tier {tier}", hours=round(hours), tier=tier_letter(tier))
            for tier, hours in year.hours().items()
        )
        self.setAccessibleDescription(tr("{year}: {told}", year=year.first.year, told=told or tr("no tiers")))
        self._paint_image()
        self.update()

    def set_look(self, look: Look) -> None:
        self._look = look
        self._paint_image()
        self.update()

    def point(self, day: date, minute: int) -> None:
        """Move the mark to a day of the year that is shown; others leave it where it is."""
        number = (day - self._year.first).days
        if 0 <= number < len(self._year.days):
            self._move(number, minute)

    # --- Qt ---------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        day, minute = self._day, self._minute
        months = (event.modifiers() & Qt.KeyboardModifier.ControlModifier) != Qt.KeyboardModifier.NoModifier
        match event.key():
            case Qt.Key.Key_Left:
                day -= 30 if months else 1
            case Qt.Key.Key_Right:
                day += 30 if months else 1
            case Qt.Key.Key_Up:
                minute -= 15
            case Qt.Key.Key_Down:
                minute += 15
            case Qt.Key.Key_Home:
                day = 0
            case Qt.Key.Key_End:
                day = len(self._year.days) - 1
            case _:
                super().keyPressEvent(event)
                return
        self._move(day, minute)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        field = self._field()
        if not self._year.days or field.width() <= 0:
            return
        place = event.position()
        day = int((place.x() - field.left()) / field.width() * len(self._year.days))
        minute = int((place.y() - field.top()) / field.height() * 96) * 15
        self._move(day, minute)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image.isNull():
            return
        painter = QPainter(self)
        field, look = self._field(), self._look
        painter.drawImage(field, self._image)
        painter.setFont(look.font("small"))
        self._letters(painter, field)
        self._ticks(painter, field)
        self._cross(painter, field)
        if self.hasFocus():
            painter.setPen(QPen(look.color(Role.FOCUS), look.theme.sizes.focus))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    # --- inside -----------------------------------------------------------------------------------------------

    def _move(self, day: int, minute: int) -> None:
        if not self._year.days:
            return
        self._day = min(max(0, day), len(self._year.days) - 1)
        self._minute = min(max(0, minute), DAY_MIN - 1)
        self.pointed.emit(self._day, self._minute)
        self.update()

    def _field(self) -> QRectF:
        return QRectF(LEFT_PX, TOP_PX, self.width() - LEFT_PX - 4, self.height() - TOP_PX - BELOW_PX)

    def _paint_image(self) -> None:
        """One pixel a slot; the painter stretches it without smoothing."""
        year = self._year
        if not year.days:
            self._image = QImage()
            return
        image = QImage(len(year.days), year.slots, QImage.Format.Format_RGB32)
        colours: dict[int, QColor] = {}
        for x, day in enumerate(year.days):
            for y, tier in enumerate(day):
                if tier not in colours:
                    colours[tier] = tier_colour(-1 if tier == NOWHERE else tier, self._look)
                image.setPixelColor(x, y, colours[tier])
        self._image = image

    def _letters(self, painter: QPainter, field: QRectF) -> None:
        """The letter of each stretch of the same tier, in the middle of each quarter, on that quarter's middle day."""
        year, metrics = self._year, painter.fontMetrics()
        count = len(year.days)
        for part in range(4):
            day = plain_day(year.days, part * count // 4, (part + 1) * count // 4)
            x = field.left() + field.width() * (part + 0.5) / 4
            for first, last, tier in stretches(year.days[day]):
                high = field.height() * (last - first) / year.slots
                if tier == NOWHERE or high < metrics.height():
                    continue
                letter = tier_letter(tier)
                y = field.top() + field.height() * (first + last) / 2 / year.slots
                box = QRectF(x - 9, y - 9, 18, 18)
                ground = tier_colour(tier, self._look)
                painter.fillRect(box, ground)
                painter.setPen(ink_on(ground))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letter)

    def _ticks(self, painter: QPainter, field: QRectF) -> None:
        look, year = self._look, self._year
        painter.setPen(look.color(Role.WEAK))
        for hour in (0, 6, 12, 18, 24):
            y = field.top() + field.height() * hour / 24
            box = QRectF(0, y - 8, LEFT_PX - 6, 16)
            box.moveTop(min(max(box.top(), 0.0), self.height() - BELOW_PX - 10))
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{hour:02d}:00")
        count = len(year.days)
        for number in range(count):
            day = year.first + timedelta(number)
            if day.day != 1:
                continue
            x = field.left() + field.width() * number / count
            painter.setPen(QPen(look.color(Role.LINE), look.theme.sizes.line))
            painter.drawLine(QPointF(x, field.bottom()), QPointF(x, field.bottom() + 6))
            painter.setPen(look.color(Role.WEAK))
            painter.drawText(QPointF(x + 4, self.height() - 8), f"{day:%b}")

    def _cross(self, painter: QPainter, field: QRectF) -> None:
        """The mark: its day's column in outline, its time a line."""
        wide = field.width() / len(self._year.days)
        x = field.left() + wide * (self._day + 0.5)
        y = field.top() + field.height() * self._minute / DAY_MIN
        for color, width in ((self._look.color(Role.RAISED), 4), (self._look.color(Role.TEXT), 2)):
            painter.setPen(QPen(color, width))
            painter.drawLine(QPointF(x, field.top()), QPointF(x, field.bottom()))
            painter.drawLine(QPointF(x - 10, y), QPointF(x + 10, y))
