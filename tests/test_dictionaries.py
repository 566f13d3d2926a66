"""The dictionaries that ship with the program are found, read once, and laid over each other."""

from __future__ import annotations

import subprocess
import sys

import pytest

from fieldpro import resources
from fieldpro.dictionaries import STANDARD, load_dictionary, overlay_names
from fieldpro.errors import UsageError


def test_the_standard_dictionary_is_read_once() -> None:
    assert load_dictionary() is load_dictionary()
    assert load_dictionary().tables[0].name == "GEN_CONFIG_TBL"


def test_every_standard_file_is_on_the_list() -> None:
    assert sorted(STANDARD) == resources.names("dictionary/standard", ".c1219")


@pytest.mark.parametrize("name", overlay_names())
def test_every_overlay_can_be_read_over_the_standard(name: str) -> None:
    with_overlay = load_dictionary((name,))
    assert set(load_dictionary().tables) <= set(with_overlay.tables)
    assert len(with_overlay.types) > len(load_dictionary().types)


def test_an_overlay_that_there_is_not_is_named() -> None:
    with pytest.raises(UsageError, match="no-such-maker"):
        load_dictionary(("no-such-maker",))


def test_neither_the_parser_nor_numpy_is_loaded_before_a_text_is_read() -> None:
    program = "import sys; from fieldpro.c12.dictionary import Dictionary, Tables; import fieldpro.dictionaries;"
    program += "print([name for name in ('lark', 'numpy') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
