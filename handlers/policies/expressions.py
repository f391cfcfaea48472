"""Conditions: `类型 == "合同" 且 （预付比例 < 0.20 或 质保月数 > 12）`, typed against closed lists of fields.

A part that does not depend on a missing value is decided all the same: a quote is not a contract, whatever
its other fields. Where a missing value matters the answer is None, and `missing` names what to ask for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from lark import Token, Tree
from rapidfuzz import fuzz, process

from handlers.policies.grammar import COMPARE_SIGNS, Fault, Misread, parse, printable
from handlers.policies.nodes import (
    Comparison,
    FieldType,
    Flag,
    Junction,
    Known,
    Membership,
    Negation,
    Node,
    Operand,
    Value,
)

MAX_LENGTH = 500
MAX_DEPTH = 20
_SCALES = {"万": Decimal(10**4), "亿": Decimal(10**8), "%": Decimal("0.01"), "％": Decimal("0.01")}
_LITERALS = {"NUMBER": FieldType.NUMBER, "TEXT": FieldType.TEXT, "FLAG": FieldType.FLAG}


class BadCondition(ValueError):
    """A condition that cannot be used; every fault found, each in Chinese and English."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        self.zh = "；".join(f"第 {fault.line} 行第 {fault.column} 列：{fault.zh}" for fault in faults)
        self.en = "; ".join(f"line {fault.line}, column {fault.column}: {fault.en}" for fault in faults)
        super().__init__(self.zh)


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition; the same text over the same fields is the same condition."""

    text: str
    node: Node
    fields: Mapping[str, FieldType]  # those mentioned

    def decide(self, values: Mapping[str, object]) -> bool | None:
        """True, False, or None while a value that matters is missing (None counts as missing)."""
        return self.node.decide(self._known(values))

    def missing(self, values: Mapping[str, object]) -> tuple[str, ...]:
        """The fields to ask for before this can be decided; empty once it is."""
        return self.node.missing(self._known(values))

    def __hash__(self) -> int:
        return hash((self.text, self.node))

    def _known(self, values: Mapping[str, object]) -> Known:
        return {
            name: _typed(name, kind, value)
            for name, kind in self.fields.items()
            if (value := values.get(name)) is not None
        }


def compile_condition(text: str, fields: Mapping[str, FieldType]) -> Condition:
    """The text as a Condition over these fields; raises BadCondition with every fault."""
    if len(text) > MAX_LENGTH:
        said = f"条件最长 {MAX_LENGTH} 个字，这里有 {len(text)} 个"
        fault = Fault(1, MAX_LENGTH + 1, said, f"at most {MAX_LENGTH} characters, found {len(text)}")
        raise BadCondition((fault,))
    try:
        tree = parse(text)
        builder = _Builder(fields)
        node = builder.node(tree.children[0], 1)
    except Misread as misread:
        raise BadCondition((misread.fault,)) from None
    if builder.faults:
        raise BadCondition(tuple(builder.faults))
    return Condition(text, node, builder.mentioned)


class _Builder:
    """Turns a tree of tokens into typed nodes; gathers what is wrong instead of stopping at the first."""

    def __init__(self, fields: Mapping[str, FieldType]) -> None:
        self.declared = fields
        self.mentioned: dict[str, FieldType] = {}
        self.faults: list[Fault] = []

    def node(self, tree: Tree[Token] | Token, depth: int) -> Node:
        """The node of a subtree `depth` levels down; raises Misread when that is too deep."""
        assert isinstance(tree, Tree)
        if depth > MAX_DEPTH:
            raise Misread(_too_deep(tree))
        parts = tree.children
        match tree.data:
            case "group":
                return self.node(parts[0], depth + 1)
            case "negation":
                return Negation(self.node(parts[0], depth + 1))
            case "comparison":
                return self._comparison(*parts)
            case "membership":
                return self._membership(*parts)
            case "alone":
                return self._alone(parts[0])
            case _:
                nodes = tuple(self.node(part, depth + 1) for part in parts)
                return Junction(nodes, settled_by=tree.data == "either")

    def _comparison(self, *parts: Tree[Token] | Token) -> Node:
        first, sign, second = (_token(part) for part in parts)
        left, right = self._operand(first), self._operand(second)
        symbol = COMPARE_SIGNS.get(str(sign), str(sign))
        if left and right and left.type != right.type:
            self._fault(
                second,
                f"{_said(first)}是{left.type}，{_said(second)}是{right.type}，不能比较",
                f"{_said(first)} is {_EN[left.type]}, {_said(second)} is {_EN[right.type]}: not comparable",
            )
        elif left and right and symbol not in ("==", "!=") and left.type != FieldType.NUMBER:
            self._fault(
                sign, f"{left.type}只能用 == 或 !=，不能比大小", f"{_EN[left.type]} takes only == and !="
            )
        nobody = Operand(FieldType.FLAG)
        return Comparison(symbol, left or nobody, right or nobody)

    def _membership(self, *parts: Tree[Token] | Token) -> Node:
        first, *listed = (_token(part) for part in parts)
        left = self._operand(first)
        choices = [choice for token in listed if (choice := self._operand(token))]
        for token, choice in zip(listed, choices, strict=True):
            if left and choice.type != left.type:
                self._fault(
                    token,
                    f"{_said(first)}是{left.type}，列表里的{_said(token)}却是{choice.type}",
                    f"{_said(first)} is {_EN[left.type]}, {_said(token)} in the list is {_EN[choice.type]}",
                )
        return Membership(left or Operand(FieldType.FLAG), frozenset(choice.literal for choice in choices))

    def _alone(self, part: Tree[Token] | Token) -> Node:
        token = _token(part)
        operand = self._operand(token)
        if operand and operand.type != FieldType.FLAG:
            self._fault(
                token,
                f"{_said(token)}是{operand.type}，不能单独成条件，要与一个值比较",
                f"{_said(token)} is {_EN[operand.type]} and cannot stand alone: compare it with a value",
            )
        return Flag(operand or Operand(FieldType.FLAG))

    def _operand(self, token: Token) -> Operand | None:
        if kind := _LITERALS.get(token.type):
            return Operand(kind, literal=_literal(token))
        if declared := self.declared.get(str(token)):
            self.mentioned[str(token)] = declared
            return Operand(declared, field=str(token))
        near = nearest(str(token), self.declared)
        self._fault(
            token,
            f"没有字段“{_said(token)}”" + (f"，是不是“{near}”？" if near else ""),
            f"no field “{_said(token)}”" + (f"; did you mean “{near}”?" if near else ""),
        )
        return None

    def _fault(self, token: Token, zh: str, en: str) -> None:
        self.faults.append(Fault(token.line or 1, token.column or 1, zh, en))


_EN = {FieldType.TEXT: "text", FieldType.NUMBER: "a number", FieldType.FLAG: "yes or no"}


def nearest(word: str, known: Mapping[str, object]) -> str:
    """The known name most like the word, or empty when none is close."""
    best = process.extractOne(word[:40], list(known), scorer=fuzz.ratio, score_cutoff=45)
    return str(best[0]) if best else ""


def _token(part: Tree[Token] | Token) -> Token:
    assert isinstance(part, Token)
    return part


def _said(token: Token) -> str:
    return printable(str(token)[:30])


def _literal(token: Token) -> Value:
    text = str(token)
    if token.type == "FLAG":
        return text == "true"
    if token.type == "TEXT":
        return text[1:-1]
    scale = _SCALES.get(text[-1])
    return Decimal(text[:-1]) * scale if scale is not None else Decimal(text)


def _too_deep(tree: Tree[Token]) -> Fault:
    first: Tree[Token] | Token = tree
    while isinstance(first, Tree):
        first = first.children[0]
    zh, en = f"括号与“非”最多套 {MAX_DEPTH} 层", f"at most {MAX_DEPTH} levels of brackets and 非"
    return Fault(first.line or 1, first.column or 1, zh, en)


def _typed(name: str, kind: FieldType, value: object) -> Value:
    """The value as its field's type; a value of another type is a mistake of the caller."""
    if kind is FieldType.NUMBER and isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        number = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
        if number.is_finite():
            return number
    elif (kind is FieldType.TEXT and isinstance(value, str)) or (
        kind is FieldType.FLAG and isinstance(value, bool)
    ):
        return value
    raise TypeError(f"field {name} takes {_EN[kind]}, not {type(value).__name__}")
