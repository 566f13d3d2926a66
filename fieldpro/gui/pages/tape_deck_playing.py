"""What the Tape deck does while a tape is played: what is asked for, the verdicts as they come, where the eye goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fieldpro.errors import Cancelled, FieldProError, TapeForAnotherMeter
from fieldpro.gui.models import tape_words as words
from fieldpro.gui.models.tape_reel import Opened, Playlist, Reel
from fieldpro.gui.models.tape_steps import StepsModel
from fieldpro.gui.pages import tape_deck_work as work
from fieldpro.gui.pages.tape_deck_head import DeckHead
from fieldpro.gui.pages.tape_deck_list import StepList
from fieldpro.gui.pages.tape_deck_play import Ending, Order, Playing
from fieldpro.gui.pages.tape_deck_serve import Serving
from fieldpro.gui.pages.tape_deck_transport import Transport
from fieldpro.gui.states import Choice
from fieldpro.gui.words import tr

if TYPE_CHECKING:
    from fieldpro.gui.page import Page
    from table_playback.play import PlayResult, StepResult

    Base = Page
else:
    Base = object


class DeckPlaying(Base):
    """A part of `TapeDeckPage`; what it asks of the rest of the page is named here. `last_result` is what the last
    playing came to."""

    playlist: Playlist
    model: StepsModel
    steps: StepList
    transport: Transport
    head_card: DeckHead
    playing: Playing
    serving: Serving
    show_reel: Callable[..., None]
    say_error: Callable[..., None]
    _compute: Callable[..., None]
    _show_head: Callable[[Reel], None]
    _set_possible: Callable[[], None]
    _step_chosen: Callable[[int], None]

    last_result: PlayResult | None = None
    _any_meter = False
    _step_only = 0  # the number of the step, while exactly one is played
    _again: tuple[int, int | None] = (1, None)

    def begin_playing(self) -> None:
        """Once, when the page is built."""
        self._playing_reels: list[Reel] = []
        self._counts: Counter[str] = Counter()
        self.playing = Playing(self)
        self.playing.began.connect(self._play_began)
        self.playing.stepped.connect(self._stepped)
        self.playing.ended.connect(self._play_ended)

    def play(self, *, first: int = 1, only: int | None = None) -> None:
        """The tape in hand and those behind it, from a step on; or exactly one step."""
        reels = self.playlist.reels[self.playlist.at :] if only is None else [self.playlist.reel]
        reels = [reel for reel in reels if reel is not None]
        if not reels or self.playing.is_on:
            return
        tapes = [(reel.tape, dict(reel.changed)) for reel in reels]
        deck, any_meter = self.transport, self._any_meter
        speed, mode = deck.speed, deck.mode
        loops = None if deck.loops and only is None else 1
        self._playing_reels, self._step_only = reels, only or 0
        self._again = (first, only)

        def order() -> Order:
            whole = tuple(work.with_changes(tape, changed) for tape, changed in tapes)
            return Order(whole, first, only, speed, loops, mode, any_meter)

        self.playing.start(order)

    def play_step(self) -> None:
        """Exactly the step in hand; then the next one is in hand."""
        if self.steps.number:
            self.play(only=self.steps.number)

    def stop(self) -> None:
        """Always works: what is played stops between two exchanges and logs off; else what is served stops."""
        if self.playing.is_on:
            self.playing.stop()
        elif self.serving.is_on:
            self.serving.stop()

    def _play_began(self) -> None:
        self.banners.clear()
        self._counts = Counter()
        self.last_result = None
        reels = self._playing_reels
        for reel in reels:
            reel.forget_results(self._step_only)
        if self.playlist.reel is not None and not self._step_only:
            self.model.clear_results()
            self.steps.show_bad([])
        self._show_running()
        self._set_possible()

    def _show_running(self) -> None:
        done = sum(self._counts.values())
        said = tr("Playing: {words}", words=words.counted(self._counts)) if done else tr("Playing")
        bad = any(self._counts[each] for each in ("differs", "missing", "extra", "error"))
        self.head_card.show_verdict(words.Sum("bad" if bad else "weak", said))

    def _stepped(self, results: list[StepResult]) -> None:
        """What came since the last tenth of a second."""
        for result in results:
            self._counts[str(result.verdict)] += 1
            self._playing_reels[result.tape].take([result])
        last = results[-1]
        reel = self._playing_reels[last.tape]
        if reel is not self.playlist.reel and reel in self.playlist.reels:
            self.playlist.at = self.playlist.reels.index(reel)
            self.show_reel()
        self.model.add_results(result for result in results if self._playing_reels[result.tape] is reel)
        if not self._step_only:
            self.steps.follow(last.step.number)
        self._show_running()

    def _play_ended(self, ending: Ending | None, error: FieldProError | None) -> None:
        self.model.set_current(0)
        reels, self._playing_reels = self._playing_reels, []
        if ending is not None:
            self._take_ending(ending, reels)
        else:
            for reel in reels:
                if self._counts:
                    said = tr("Broke off: {words}", words=words.counted(self._counts))
                    reel.came_to = words.Sum("warn", said)
            if error is not None and not isinstance(error, Cancelled):
                self._say_play_error(error)
        shown = self.playlist.reel
        if shown is not None:
            bad = sorted(shown.bad)
            self._show_head(shown)
            self.steps.show_bad(bad)
            self._settle(shown, bad)
        self._set_possible()

    def _settle(self, reel: Reel, bad: list[int]) -> None:
        """Where the eye goes: the next step after one was played, the first that differs after all were."""
        if self._step_only and self._step_only in reel.results:
            number = self._step_only
            is_bad = number in bad
            self.steps.choose(number if is_bad else min(number + 1, len(reel.tape.steps)))
        elif bad and not self._step_only:
            self.steps.choose(bad[0])
        elif self.steps.number:
            self.steps.choose(self.steps.number)
        if self.steps.number:
            self._step_chosen(self.steps.number)

    def _take_ending(self, ending: Ending, reels: list[Reel]) -> None:
        """Only what the session's end changed: the rest came as it was played."""
        result = self.last_result = ending.result
        for place, reel in enumerate(reels):
            late = [each for each in ending.late if each.tape == place]
            reel.take(late)
            reel.came_to = ending.came_to
            if reel is self.playlist.reel:
                self.model.add_results(late)
        if result.error is not None:
            self._say_play_error(result.error)
        for place, tape in result.recordings.items():
            self._take_recording(reels[place], tape)

    def _take_recording(self, reel: Reel, tape: Any) -> None:
        """What was recorded while it played stands in the place of the tape; it is not saved yet."""
        path = reel.path

        def opened(made: Opened) -> None:
            reel.opened, reel.saved = made, False
            reel.changed.clear()
            if reel is self.playlist.reel:
                self.show_reel(same=True)
                self._show_head(reel)

        self._compute(lambda: work.opened(tape, path), opened, self.say_error)

    def _say_play_error(self, error: FieldProError) -> None:
        if isinstance(error, TapeForAnotherMeter) and not self._any_meter:
            self.say_error(error, Choice(tr("Play it to this one all the same"), self._play_to_any))
        else:
            self.workbench.fail(error, conversation=True)

    def _play_to_any(self) -> None:
        """To a meter of the same make and model with another serial number."""
        self._any_meter = True
        first, only = self._again
        self.play(first=first, only=only)
        self._any_meter = False
