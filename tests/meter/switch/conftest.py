"""The bench of the procedures (tests/meter/procedures/conftest.py), and approvals for it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from fieldpro.meter.switch import Approval, Confirmation, Deed

_PLACE = Path(__file__).parents[1] / "procedures" / "conftest.py"


def _bench_class() -> Any:
    name = "bench_of_procedures"
    if name not in sys.modules:
        spec = spec_from_file_location(name, _PLACE)
        assert spec is not None
        assert spec.loader is not None
        module = sys.modules[name] = module_from_spec(spec)  # a dataclass looks its module up there
        spec.loader.exec_module(module)
    return sys.modules[name].Bench


KEYS = {"centron": "FPRO 0000000061873204", "residential": "FPRO 0000000020418875"}


@pytest.fixture
def bench() -> Callable[..., Any]:
    return _bench_class()  # type: ignore[no-any-return] # a class loaded by its path


@pytest.fixture(params=["centron", "residential"])
def both(request: pytest.FixtureRequest) -> Any:
    return _bench_class()(request.param)


@pytest.fixture
def approve() -> Callable[..., Approval]:
    """A good approval for a deed at the meter on the bench; `changes` spoil it."""

    def make(at: Any, deed: Deed, /, **changes: Any) -> Approval:
        now = at.now()
        first = Confirmation("pressed the button", now - timedelta(seconds=4))
        second = Confirmation("typed the meter number", now - timedelta(seconds=1))
        key = KEYS[at.name]
        values: dict[str, Any] = {
            "deed": deed,
            "meter": key,
            "reason": "Non-payment, order 4711",
            "confirmations": (first, second),
            "who": "Ada",
        }
        return Approval(**{**values, **changes})

    return make
