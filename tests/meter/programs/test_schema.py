"""The schema that editors use is the model that the program uses."""

from __future__ import annotations

import json
import re

from fieldpro import resources
from fieldpro.meter.programs.schema import FILE, schema_text


def test_the_published_schema_is_that_of_the_model() -> None:
    published = resources.text(*FILE)
    assert published == schema_text(), "write it again: python -m fieldpro.meter.programs.schema"


def test_it_knows_every_key_of_a_file_by_the_name_that_people_write() -> None:
    schema = json.loads(schema_text())
    assert set(schema["required"]) == {"schema", "name", "revision"}
    assert {"schema", "name", "title", "revision", "for", "fields", "elements", "elements_total"} <= set(
        schema["properties"]
    )
    assert schema["additionalProperties"] is False


def test_elements_begin_with_a_table() -> None:
    (pattern,) = json.loads(schema_text())["properties"]["elements"]["patternProperties"]
    for name in ("UTIL_INFO_TBL", "UTIL_INFO_TBL.OWNER_NAME", "PRI_DISP_LIST_TBL.PRI_DISP_LIST[0]"):
        assert re.search(pattern, name)
    assert not re.search(pattern, "owner")
