"""From the bytes that a tap hears to the steps of a tape.

recorder = Recorder(title="before the update")
transport = Tap(transport, recorder.hear)          and whatever is said then is recorded
tape = recorder.finish()

recording(path, ...)     the same for a whole job, with a part on disk that a crash leaves behind
rebuilt(tape)            steps and images from the raw packets alone: after a crash
Mode                     which steps are recorded anew when a tape is played
"""

from table_playback.record.mode import Mode, recorded_anew
from table_playback.record.recorder import Recorder, rebuilt
from table_playback.record.recording import Recording, recording

__all__ = ["Mode", "Recorder", "Recording", "rebuilt", "recorded_anew", "recording"]
