"""A dictionary: the definitions of several texts, later ones over earlier ones, checked as a whole when it is built.

An overlay (an edition of the standard, a maker's tables) adds definitions or replaces those of the same name or number;
the words of an ENUM are added to those it has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from fieldpro.c12.dictionary import model
from fieldpro.c12.dictionary.check import Checker
from fieldpro.c12.dictionary.expression import Expression, Number
from fieldpro.c12.dictionary.model import PENDING, Annotation, Place
from fieldpro.errors import UsageError

PENDING_HEADER = "STD.PENDING_HEADER_RCD"  # what stands before the data of a pending table
KINDS: Mapping[type, str] = {
    model.TypeDefinition: "type",
    model.TableDefinition: "table",
    model.ProcedureDefinition: "procedure",
    model.ProfileKey: "profile key",
    model.EnumDefinition: "enumeration",
    model.ConstantDefinition: "constant",
    model.DecadeDefinition: "decade",
}


@dataclass(frozen=True, eq=False)
class Dictionary:
    """Everything the texts declare. Manufacturer tables and procedures are numbered from 2048."""

    types: Mapping[str, model.TypeDefinition]
    tables: Mapping[int, model.TableDefinition]
    procedures: Mapping[int, model.ProcedureDefinition]
    profile_keys: Mapping[str, model.ProfileKey]
    enumerations: Mapping[str, Annotation]
    constants: Mapping[str, int]
    decades: Mapping[int, model.DecadeDefinition]

    @classmethod
    def build(cls, sources: Sequence[tuple[str, str]]) -> Dictionary:
        """A dictionary of (source name, text) pairs. Raises `DictionaryError` with source, line and column."""
        from fieldpro.c12.dictionary.reader import read  # the parser is loaded only when a text is read

        return cls.of(read(source, text) for source, text in sources)

    @classmethod
    def of(cls, definitions: Iterable[Sequence[model.Definition]]) -> Dictionary:
        """A dictionary of definitions, those of one text after those of the other."""
        found: dict[type, dict[Any, Any]] = {kind: {} for kind in KINDS}
        enumerations: dict[str, Annotation] = {}
        for of_one_text in definitions:
            places: dict[tuple[type, Any], Place] = {}
            for definition in of_one_text:
                key = _key(definition)
                _check_once(places, type(definition), key, definition.at)
                if isinstance(definition, model.EnumDefinition):
                    _add_words(enumerations, definition)
                found[type(definition)][key] = definition
        constants: dict[str, int] = {}
        for name, constant in found[model.ConstantDefinition].items():
            constants[name] = _constant(constant.value, constants, constant.at)
        dictionary = cls(
            found[model.TypeDefinition],
            dict(sorted(found[model.TableDefinition].items())),
            dict(sorted(found[model.ProcedureDefinition].items())),
            found[model.ProfileKey],
            enumerations,
            constants,
            found[model.DecadeDefinition],
        )
        dictionary.checker.check()
        return dictionary

    @cached_property
    def by_name(self) -> Mapping[str, model.TableDefinition]:
        return {table.name: table for table in self.tables.values()}

    @cached_property
    def procedures_by_name(self) -> Mapping[str, model.ProcedureDefinition]:
        return {procedure.name: procedure for procedure in self.procedures.values()}

    @cached_property
    def stand_ins(self) -> frozenset[int]:
        """The tables that stand in for others."""
        return frozenset(self.by_name[table.stand_in].number for table in self.tables.values() if table.stand_in)

    @cached_property
    def checker(self) -> Checker:
        return Checker(self)

    @cached_property
    def _with_words(self) -> dict[int, tuple[Annotation, Annotation]]:
        return {}

    def table(self, number: int) -> model.TableDefinition:
        """A table by number; of 4096 + n, the pending header and the data of table n. Raises `UsageError`."""
        table = self.tables.get(number % PENDING)
        if table is None or number >= 2 * PENDING or number < 0:
            raise UsageError("table", "the number of a table of the dictionary", str(number))
        if number < PENDING:
            return table
        return self._pending(table)

    def _pending(self, table: model.TableDefinition) -> model.TableDefinition:
        at = table.at
        header = model.Element("PENDING_HEADER", model.NamedType(PENDING_HEADER, at), model.NO_ANNOTATION, at)
        body: tuple[model.Element, ...] = (header,)
        if table.type is not None:
            body += (model.Element(table.name, table.type, Annotation(table.title), at),)
        type_expr = model.RecordType(body, at) if table.type is not None and PENDING_HEADER in self.types else None
        return replace(
            table,
            number=table.number + PENDING,
            name=f"PENDING_{table.name}",
            title=f"Pending: {table.title}",
            type=type_expr,
        )

    def needs(self, number: int) -> frozenset[int]:
        """The tables whose content shapes this table's layout, table 0 among them; not those that stand in for one
        that the meter does not have (see `Tables.needs`)."""
        return self.checker.needs(self.table(number).number % PENDING)

    def with_words(self, annotation: Annotation) -> Annotation:
        """The annotation with the words of the ENUM that it names."""
        if not annotation.enumeration:
            return annotation
        known = self._with_words.get(id(annotation))
        if known is None or known[0] is not annotation:
            words = {**self.enumerations[annotation.enumeration].words, **annotation.words}
            known = annotation, replace(annotation, words=words)
            self._with_words[id(annotation)] = known
        return known[1]

    def words(self, enumeration: str) -> Mapping[int, str]:
        """The words of an ENUM. Raises `UsageError` when there is none of this name."""
        if enumeration not in self.enumerations:
            raise UsageError("enumeration", f"one of {', '.join(self.enumerations)}", enumeration)
        return self.enumerations[enumeration].words


def _key(definition: model.Definition) -> str | int:
    if isinstance(definition, model.TableDefinition | model.ProcedureDefinition | model.DecadeDefinition):
        return definition.number
    return definition.name


def _check_once(places: dict[tuple[type, Any], Place], kind: type, key: str | int, at: Place) -> None:
    first = places.setdefault((kind, key), at)
    if first is not at:
        raise at.error(f"each {KINDS[kind]} once in a text", f"{key}, which is in line {first.line} already")


def _add_words(enumerations: dict[str, Annotation], definition: model.EnumDefinition) -> None:
    before = enumerations.get(definition.name, model.NO_ANNOTATION)
    now = definition.annotation
    enumerations[definition.name] = replace(now, title=now.title or before.title, words={**before.words, **now.words})


def _constant(expression: Expression, known: Mapping[str, int], at: Place) -> int:
    class Known:
        def value(self, reference: Any) -> int:
            if str(reference) not in known:
                raise reference.at.error("a number or a constant declared before", str(reference))
            return known[str(reference)]

    return expression.number if isinstance(expression, Number) else expression.evaluate(Known())
