"""Where passwords and keys are kept while a write is not proven, beside the journal that only has their digests."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Protocol

from fieldpro.secret import Secret


class Keeper(Protocol):
    """The system's keyring, or an encrypted file; see `fieldpro.security.secret_store`."""

    def keep(self, name: str, value: Secret) -> None: ...
    def recall(self, name: str) -> Secret | None: ...
    def forget(self, name: str) -> None: ...


class MemoryKeeper:
    """Keeps them as long as the program runs."""

    def __init__(self) -> None:
        self._kept: dict[str, Secret] = {}

    def keep(self, name: str, value: Secret) -> None:
        self._kept[name] = value

    def recall(self, name: str) -> Secret | None:
        return self._kept.get(name)

    def forget(self, name: str) -> None:
        self._kept.pop(name, None)


class LaterKeeper:
    """One that is opened when the first secret is written: most writes have none."""

    def __init__(self, open_keeper: Callable[[], Keeper]) -> None:
        self._open = open_keeper

    @cached_property
    def _keeper(self) -> Keeper:
        return self._open()

    def keep(self, name: str, value: Secret) -> None:
        self._keeper.keep(name, value)

    def recall(self, name: str) -> Secret | None:
        return self._keeper.recall(name)

    def forget(self, name: str) -> None:
        self._keeper.forget(name)
