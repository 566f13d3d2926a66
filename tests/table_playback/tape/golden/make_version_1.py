"""How `version-1.tape` was made: with nothing of FieldPro, from the description of the format.

It stays as it is, and so does the file: every tape of version 1 must stay readable. Standard library only.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

HEADER = {
    "started_at": "2026-03-01T12:07:00Z",
    "ended_at": "2026-03-01T13:07:09.250000+01:00",
    "meter": {
        "manufacturer": "ITRN",
        "model": "C1SD",
        "serial": "61873204",
        "hardware": "3.1",
        "firmware": "5.7",
        "device_class": "ITRN",
    },
    "device_profile": "generic",
    "dictionary": ["fieldpro-virtual"],
    "who": "Ada",
    "port": "/dev/ttyUSB0",
    "title": "Läuft",
    "link": {"baud": 9600, "standard": "C12.18"},
    "redactions": [{"what": "passwords", "parts": 1, "at_capture": True, "when": "2026-03-01T12:07:00Z"}],
    "ignore": ["CLOCK_TBL.*"],
    "a key of a later FieldPro": {"is": "passed over"},
}
TABLES = """\
{"number":1,"data":"4954524e43315344","read_at":"2026-03-01T12:07:01Z","writable":true}
{"number":2053,"data":"00010203","masked":[[1,2]],"parts":[[0,2],[3,1]]}
"""
STEPS = """\
{"number":1,"time_s":0,"direction":">","service":"identify","response":0,"answer":"02010000"}
{"number":2,"time_s":0.5,"direction":">","service":"security","data":"2a2a2a2a","response":0,"masked":[[0,4]]}
{"number":3,"time_s":1.25,"direction":"<","service":"full-read","table":1,"data":"4954524E43315344","response":0,"duration_s":0.125}
{"number":4,"time_s":2,"direction":"<","service":"offset-read","table":2053,"offset":8,"count":2,"response":3,"note":"refused"}
{"number":5,"time_s":3,"direction":"<","service":"index-read","table":23,"indices":[1,0],"count":1,"enabled":false}
{"number":6,"time_s":4,"direction":">","service":"full-write","table":7,"procedure":3,"data":"030900","response":0,"later":1}
{"number":7,"time_s":5,"direction":"<","service":"full-read","table":52,"data":"00","response":0,"verify":{"order":"any","ignore":["CLOCK_TBL.*"],"tolerance":[["A.B",2.5]],"repeats":false}}
{"number":8,"time_s":6,"direction":">","service":"unknown","sent":"7f01","received":"02"}
"""
WIRE = """\
{"time_s":0.0,"direction":">","data":"ee00000000012013 10"}
{"time_s":0.01,"direction":"<","data":"06","step":1}
"""


def make(path: Path) -> None:
    members = {"tables.jsonl": TABLES.encode(), "steps.jsonl": STEPS.encode(), "wire.jsonl": WIRE.encode()}
    content = {
        "format": "fieldpro-tape",
        "version": 1,
        "header": HEADER,
        "members": {
            name: {"length": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in members.items()
        },
    }
    plain = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    content["seal"] = hashlib.sha256(plain).hexdigest()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in {"tape.json": json.dumps(content).encode(), **members}.items():
            packed.writestr(zipfile.ZipInfo(name, (2026, 3, 1, 12, 7, 10)), data, zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    make(Path(__file__).with_name("version-1.tape"))
