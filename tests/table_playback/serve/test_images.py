"""Tables known in part: what is put together of their parts is what stands in them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from table_playback.serve.images import Image, Images
from table_playback.tape import TableImage

writes = st.lists(st.tuples(st.integers(0, 60), st.binary(min_size=1, max_size=20)), max_size=12)


@given(writes)
def test_parts_are_joined_as_bytes_on_paper_would_be(written: list[tuple[int, bytes]]) -> None:
    image = Image([], whole=False)
    paper: dict[int, int] = {}
    for offset, data in written:
        image.put(offset, data)
        paper.update(enumerate(data, offset))
    for offset in range(82):
        for count in (1, 2, 7):
            known = all(place in paper for place in range(offset, offset + count))
            expected = bytes(paper[place] for place in range(offset, offset + count)) if known else None
            assert image.part(offset, count) == expected
    assert all(one[0] + len(one[1]) < other[0] for one, other in zip(image.parts, image.parts[1:], strict=False))


def test_the_far_end_of_a_table_takes_no_room() -> None:
    images = Images([])
    for number in range(2_000):
        images.put_part(number, 0xFFFFFF, b"far")
    assert images[7].part(0xFFFFFF, 3) == b"far"
    assert images[7].beginning == b""


def test_an_empty_table_is_whole() -> None:
    image = Images([TableImage(9, b"")])[9]
    assert image.whole
    assert (image.beginning, image.part(0, 0), image.part(0, 1)) == (b"", b"", None)
