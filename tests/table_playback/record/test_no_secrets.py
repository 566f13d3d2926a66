"""No password and no key is on a tape, however it was said; and the search that says so finds what is there."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from fieldpro.transports import masking

BENCHMARK = Path(__file__).resolve().parents[2] / "benchmark"


@pytest.fixture(scope="module")
def talks() -> Any:
    sys.path.insert(0, str(BENCHMARK))
    try:
        import credential_talk
    finally:
        sys.path.remove(str(BENCHMARK))
    return credential_talk


@pytest.mark.parametrize("seed", range(8))
def test_a_session_that_says_every_credential_leaves_none_of_them(talks: Any, tmp_path: Path, seed: int) -> None:
    talk = talks.Talk(seed)
    path = talk.record(tmp_path)
    assert len(talk.said) >= 40
    assert talk.leaks(path) == []


def test_without_the_mask_they_would_be_found(talks: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masking, "MASK", b"")
    monkeypatch.setattr(masking.WireMask, "outgoing", lambda self, data: data)
    monkeypatch.setattr(masking.WireMask, "incoming", lambda self, data: data)
    talk = talks.Talk(7)
    talk.line.damage = 0.0
    path = talk.record(tmp_path)
    assert "the part: as hex" in talk.leaks(path)
