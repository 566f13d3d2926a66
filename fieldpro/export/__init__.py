"""Read-outs and series as files for other programs: one module a format, each written whole or not at all."""
