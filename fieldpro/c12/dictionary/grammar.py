"""The grammar of the table notation (C12.19, document syntax), and what a syntax error says.

LALR(1), so that all standard tables are read in a fraction of a second. Comments in braces are no part of the grammar:
`fieldpro.c12.dictionary.reader` hands them to the element they follow.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from fieldpro.errors import DictionaryError

if TYPE_CHECKING:
    from lark import Lark, Token, Tree

GRAMMAR = r"""
start: definition*
?definition: "TYPE" name "=" type _END                                     -> type_definition
    | "TABLE" number NAME ["=" type ["DEFAULT" NAME]] _END                 -> table_definition
    | "PROCEDURE" number NAME ["REQUEST" type] ["RESPONSE" type] _END      -> procedure_definition
    | "PROFILE" NAME "=" NUMBER _END                                       -> profile_definition
    | "CONST" NAME "=" expression _END                                     -> constant_definition
    | "ENUM" name _END                                                     -> enum_definition
    | "DECADE" NUMBER NAME _END                                            -> decade_definition
number: NUMBER ("+" NUMBER)*
name: NAME ("." NAME)*

?type: name                                                                -> named_type
    | name "(" size ")"                                                    -> sized_type
    | ARRAY "[" expression "]" "OF" type                                   -> array_type
    | RECORD "RECORD" body "END"                                           -> record_type
    | BITS "FIELD" "OF" NAME bit_body "END"                                -> bit_field_type
    | IF expression "THEN" type [_ELSE type] "END"                         -> if_type
    | SWITCH expression "OF" type_case+ [type_default] "END"               -> switch_type
?size: expression | STAR -> rest
type_case: "CASE" labels ":" type [_END]
type_default: _DEFAULT_CASE type [_END]
labels: expression ("," expression)*

body: item*
?item: NAME ":" type _END                                                  -> element
    | IF expression "THEN" body [_ELSE body] "END" _END                    -> if_item
    | SWITCH expression "OF" case+ [default] "END" _END                    -> switch_item
case: "CASE" labels ":" body
default: _DEFAULT_CASE body

bit_body: bit_item*
?bit_item: NAME ":" NAME "(" NUMBER [_DOTS NUMBER] ")" _END                 -> bit_element
    | IF expression "THEN" bit_body [_ELSE bit_body] "END" _END            -> if_item
    | SWITCH expression "OF" bit_case+ [bit_default] "END" _END            -> switch_item
bit_case: "CASE" labels ":" bit_body                                       -> case
bit_default: _DEFAULT_CASE bit_body                                        -> default

?expression: conjunction | expression OR conjunction                       -> binary
?conjunction: inversion | conjunction AND inversion                        -> binary
?inversion: comparison | NOT inversion                                     -> negation
?comparison: sum | sum COMPARE sum                                         -> binary
?sum: product | sum (PLUS|MINUS) product                                   -> binary
?product: atom | product (STAR|SLASH|MOD) atom                             -> binary
?atom: NUMBER                                                              -> literal
    | TRUE                                                                 -> true
    | FALSE                                                                -> false
    | MINUS atom                                                           -> negation
    | "(" expression ")"
    | NAME part*                                                           -> reference
?part: "." NAME                                                            -> member
    | "[" expression "]"                                                   -> index

_END: ";"
_DOTS: ".."
_ELSE: "ELSE"
_DEFAULT_CASE.2: /DEFAULT\s*:/
ARRAY: "ARRAY"
RECORD: "PACKED"
BITS: "BIT"
IF: "IF"
SWITCH: "SWITCH"
OR: "OR"
AND: "AND"
NOT: "NOT"
MOD: "MOD"
TRUE: "TRUE"
FALSE: "FALSE"
COMPARE: "<=" | ">=" | "<>" | "!=" | "==" | "=" | "<" | ">"
PLUS: "+"
MINUS: "-"
STAR: "*"
SLASH: "/"
NAME: /[A-Za-z_][A-Za-z0-9_]*/
NUMBER: /0x[0-9A-Fa-f]+|0b[01]+|[0-9]+/
COMMENT: /\{[^}]*\}/
%ignore COMMENT
%ignore /\s+/
"""

# What an engineer calls the tokens of the grammar.
WORDS = {
    "NAME": "a name",
    "NUMBER": "a number",
    "COMPARE": "a comparison (= < > ...)",
    "_END": '";"',
    "_ELSE": "ELSE",
    "_DEFAULT_CASE": "DEFAULT:",
    "RECORD": "PACKED RECORD",
    "BITS": "BIT FIELD OF",
    "$END": "the end of the text",
    "COLON": '":"',
    "COMMA": '","',
    "DOT": '"."',
    "_DOTS": '".."',
    "EQUAL": '"="',
    "LPAR": '"("',
    "RPAR": '")"',
    "LSQB": '"["',
    "RSQB": '"]"',
    "PLUS": '"+"',
    "MINUS": '"-"',
    "STAR": '"*"',
    "SLASH": '"/"',
}
OPERATOR_WORDS = {'"+"', '"-"', '"*"', '"/"', "AND", "OR", "MOD", WORDS["COMPARE"]}


@cache
def _parser() -> Lark:
    from lark import Lark  # read only when the first dictionary is: the window starts without it

    return Lark(GRAMMAR, parser="lalr", propagate_positions=True, maybe_placeholders=True)


def parse(source: str, text: str) -> Tree[Token]:
    """Lark's tree of a dictionary text. Raises `DictionaryError` with the line, the column and what was expected."""
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken

    try:
        return _parser().parse(text)
    except UnexpectedToken as error:
        at_end = error.token.type == "$END"
        line, column = _end_of(text) if at_end else (error.line, error.column)
        found = "the end of the text" if at_end else str(error.token)
        raise DictionaryError(source, line, column, _words(error.accepts or error.expected), found) from None
    except UnexpectedCharacters as error:
        found = text[error.pos_in_stream or 0]
        expected = 'a "}" that ends the comment' if found == "{" else _words(error.allowed)
        raise DictionaryError(source, error.line, error.column, expected, found) from None


def _end_of(text: str) -> tuple[int, int]:
    lines = text.rstrip().split("\n")
    return len(lines), len(lines[-1]) + 1


def _words(terminals: Iterable[str]) -> str:
    """What may stand here, as an engineer says it; operators only where nothing else may."""
    words = sorted({WORDS.get(name, name) for name in terminals}, key=lambda word: (word != WORDS["_END"], word))
    plain = [word for word in words if word not in OPERATOR_WORDS] or words
    return " or ".join(plain)
