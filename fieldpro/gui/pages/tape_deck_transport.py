"""The buttons of the deck: play, from here, one step, stop, loop, speed, record mode, the next tape. Keys for each."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from fieldpro.gui.fields import Choose
from fieldpro.gui.parts import button
from fieldpro.gui.words import mark, tr

NO_WAIT = 0.0
SPEEDS = (
    (NO_WAIT, mark("No wait")),
    (1.0, mark("As recorded")),
    (2.0, mark("2 times as fast")),
    (5.0, mark("5 times as fast")),
    (10.0, mark("10 times as fast")),
    (100.0, mark("100 times as fast")),
)
MODES = (
    ("none", mark("No recording")),
    ("once", mark("Record if empty")),
    ("new", mark("Record what is new")),
    ("all", mark("Record all anew")),
)
KEYS = {
    "play": "F6",
    "from": "Shift+F6",
    "step": "F7",
    "stop": "F8",
    "loop": "Ctrl+Shift+L",
    "faster": "Ctrl+Shift+Up",
    "slower": "Ctrl+Shift+Down",
    "mode": "Ctrl+Shift+M",
    "next": "F9",
}


class Transport(QWidget):
    """See the module. `speed` None: no wait. `mode` is the value of a `table_playback.record.Mode`."""

    play_wanted = Signal()
    from_wanted = Signal()
    step_wanted = Signal()
    stop_wanted = Signal()
    next_wanted = Signal()

    def __init__(self, owner: QWidget) -> None:
        """`owner`: the page on which the keys work."""
        super().__init__()
        self.setAccessibleName(tr("Transport"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.play_button = button(tr("Play"), self.play_wanted.emit, kind="primary", icon="play")
        self.from_button = button(tr("From here"), self.from_wanted.emit, icon="play-from")
        self.step_button = button(tr("Step"), self.step_wanted.emit, icon="step")
        self.stop_button = button(tr("Stop"), self.stop_wanted.emit, icon="stop")
        self.loop_box = QCheckBox(tr("Loop"))
        self.speed_box = Choose(tr("Speed"))
        self.speed_box.offer([(value, tr(text)) for value, text in SPEEDS], NO_WAIT)
        self.mode_box = Choose(tr("Record mode"))
        self.mode_box.offer([(value, tr(text)) for value, text in MODES], "none")
        self.mode_box.setMinimumContentsLength(13)
        self.next_button = button(tr("Next tape"), self.next_wanted.emit, icon="chevron-right")
        for widget in (
            self.play_button,
            self.from_button,
            self.step_button,
            self.stop_button,
            self.loop_box,
            self.speed_box,
            self.mode_box,
            self.next_button,
        ):
            row.addWidget(widget)
        row.addStretch(1)
        self.from_button.setAccessibleName(tr("Play from the chosen step"))
        self.step_button.setAccessibleName(tr("Play the chosen step, and only that"))
        self._keys(owner)

    @property
    def speed(self) -> float | None:
        return self.speed_box.chosen or None

    @property
    def mode(self) -> str:
        return str(self.mode_box.chosen)

    @property
    def loops(self) -> bool:
        return self.loop_box.isChecked()

    def set_state(self, *, tape: bool, playing: bool, serving: bool, why_not: str, several: bool) -> None:
        """What can be pressed now. why_not: what forbids playing, in words; Stop works whenever anything runs."""
        for each in (self.play_button, self.from_button, self.step_button):
            each.setEnabled(tape and not playing and not why_not)
            each.setToolTip(why_not or self._tips[each])
            each.setAccessibleDescription(why_not)
        self.stop_button.setEnabled(playing or serving)
        for box in (self.speed_box, self.mode_box, self.loop_box):
            box.setEnabled(not playing)
        self.next_button.setVisible(several)
        self.next_button.setEnabled(not playing)

    def _keys(self, owner: QWidget) -> None:
        bound = {
            "play": self.play_button,
            "from": self.from_button,
            "step": self.step_button,
            "stop": self.stop_button,
            "loop": self.loop_box,
            "next": self.next_button,
        }
        self._tips = {
            widget: f"{widget.accessibleName() or widget.text()} ({KEYS[key]})" for key, widget in bound.items()
        }
        for key, widget in bound.items():
            widget.setToolTip(self._tips[widget])
            self._key(owner, KEYS[key], widget.click)
        self._key(owner, "Esc", self.stop_button.click)
        self._key(owner, KEYS["faster"], lambda: self._move(self.speed_box, 1))
        self._key(owner, KEYS["slower"], lambda: self._move(self.speed_box, -1))
        self._key(owner, KEYS["mode"], lambda: self._move(self.mode_box, 1, around=True))
        self.speed_box.setToolTip(tr("Faster {up}, slower {down}", up=KEYS["faster"], down=KEYS["slower"]))
        self.mode_box.setToolTip(tr("What is recorded while it plays ({key})", key=KEYS["mode"]))

    @staticmethod
    def _key(owner: QWidget, key: str, run: object) -> None:
        shortcut = QShortcut(QKeySequence(key), owner)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(run)

    def _move(self, box: Choose, by: int, *, around: bool = False) -> None:
        """To a neighbouring choice: no wait stands at the fast end."""
        if not box.isEnabled():
            return
        order = [value for value, _ in SPEEDS[1:]] + [NO_WAIT] if box is self.speed_box else list(box.values)
        place = order.index(box.chosen) + by
        if around:
            place %= len(order)
        box.choose(order[max(0, min(place, len(order) - 1))])
