"""FieldPro: read, program and test ANSI C12 electricity meters."""

__version__ = "0.1.0"
