"""The JSON Schema of program files, for editors that complete and check TOML: resources/schemas/program.schema.json.

`python -m fieldpro.meter.programs.schema` writes it again after the model was changed.
"""

from __future__ import annotations

import json

from fieldpro import resources
from fieldpro.files import write_atomically
from fieldpro.meter.programs.file import ProgramFile

FILE = ("schemas", "program.schema.json")


def schema_text() -> str:
    """The schema as it follows from the model."""
    schema = ProgramFile.model_json_schema(by_alias=True)
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    write_atomically(resources.path(*FILE), schema_text().encode())
