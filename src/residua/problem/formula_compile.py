"""From a syntax tree to closures: an allow-list of node types, each with one small rule.

`ast.parse` only builds a tree. Nothing here compiles or evaluates Python: every node type that has
no rule is refused, so a formula can do arithmetic and call the functions of the table, no more.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any, NoReturn, TypeAlias

import numpy as np

from residua._errors import FormulaError
from residua.problem.formula_functions import CONSTANTS, FUNCTIONS, implementation
from residua.problem.formula_text import Source, check_name, unknown_function

MOST_NODES = 1000
DEEPEST = 100
_LONGEST_NEST = 20

Closure: TypeAlias = Callable[[Mapping[str, Any]], Any]
Part: TypeAlias = Closure | float  # a float is a part already known: it is folded into its parent

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_JOIN: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.BitAnd: np.logical_and,
    ast.BitOr: np.logical_or,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


def compile_expression(source: Source) -> tuple[Closure, tuple[str, ...]]:
    """The closure that evaluates the expression, and its free names in order of appearance."""
    compiler = _Compiler(source)
    part = compiler.number(_tree(source).body, 1)
    names = tuple(sorted(compiler.names, key=lambda name: compiler.names[name]))
    return _closure(part), names


def _tree(source: Source) -> ast.Expression:
    try:
        return ast.parse(source.expression, mode="eval")
    except SyntaxError as error:
        if not error.offset:  # Python has nowhere to point at: the text is over
            end = source.start + len(source.expression.rstrip()) - 1
            source.fail("The formula ends where something is still missing.", end)
        column = source.start + max(error.offset - 1, 0)
        reason = (error.msg or "invalid syntax").split(".")[0]
        source.fail(f"The formula cannot be read: {reason}.", column)
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        raise FormulaError(
            f"The formula cannot be read: {type(error).__name__}.",
            causes=("it is nested too deeply, or holds characters that are not text",),
        ) from error


def _closure(part: Part) -> Closure:
    if isinstance(part, float):
        return lambda values: part
    return part


def _fold(function: Callable[..., Any], *values: float) -> float:
    # Through float64, whose powers overflow to inf instead of raising or growing without end.
    with np.errstate(all="ignore"):
        return float(function(*(np.float64(value) for value in values)))


def _apply(function: Callable[..., Any], parts: list[Part]) -> Part:
    """Call `function` on the parts: now if all are known, else whenever values arrive."""
    known = [part for part in parts if isinstance(part, float)]
    if len(known) == len(parts):
        return _fold(function, *known)
    if len(parts) == 1:
        return _apply_one(function, _closure(parts[0]))
    if len(parts) == 2:
        return _apply_two(function, parts[0], parts[1])
    closures = [_closure(part) for part in parts]
    return lambda values: function(*[closure(values) for closure in closures])


def _apply_one(function: Callable[..., Any], only: Closure) -> Closure:
    return lambda values: function(only(values))


def _apply_two(function: Callable[..., Any], left: Part, right: Part) -> Closure:
    # A known operand is bound directly: one Python call less on each evaluation.
    if isinstance(left, float):
        known, follows = left, _closure(right)
        return lambda values: function(known, follows(values))
    if isinstance(right, float):
        last = right
        return lambda values: function(left(values), last)
    return lambda values: function(left(values), right(values))


def _chain(first: Part, steps: list[tuple[Callable[[Any, Any], Any], Part]]) -> Closure:
    """A long chain as a loop: hundreds of nested calls could exhaust the caller's stack."""
    start = _closure(first)
    bound = [(function, _closure(part)) for function, part in steps]

    def run(values: Mapping[str, Any]) -> Any:
        answer = start(values)
        for function, closure in bound:
            answer = function(answer, closure(values))
        return answer

    return run


def _zero_or_one(condition: Any) -> Any:
    return np.where(condition, 1.0, 0.0)


class _Compiler:
    """One walk over one tree; `names` maps each free name to its first column."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.names: dict[str, int] = {}
        self.called: set[str] = set()
        self.nodes = 0
        # Columns of ast count bytes; only text beyond ASCII needs translating back.
        expression = source.expression
        self.bytes = None if expression.isascii() else expression.encode()

    def number(self, node: ast.expr, depth: int) -> Part:
        """The closure of a node whose value is used as a number."""
        self._count(node, depth)
        rule = _RULES.get(type(node))
        if rule is None:
            self._refuse(node)
        return rule(self, node, depth + 1)

    def condition(self, node: ast.expr, depth: int) -> Closure:
        """The closure of a node that chooses: true or false in each row."""
        if isinstance(node, ast.Compare):
            self._count(node, depth)
            return self._comparison(node, depth + 1)
        if isinstance(node, ast.BinOp) and type(node.op) in _JOIN:
            self._count(node, depth)
            join = _JOIN[type(node.op)]
            left, right = (self._clause(side, depth + 1) for side in (node.left, node.right))
            return lambda values: join(left(values), right(values))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert):
            self._count(node, depth)
            inner = self._clause(node.operand, depth + 1)
            return lambda values: np.logical_not(inner(values))
        part = _closure(self.number(node, depth))
        return lambda values: part(values) != 0.0

    def _clause(self, node: ast.expr, depth: int) -> Closure:
        """A side of & or |, which binds tighter than comparisons: x > 0 & y > 0 is a trap."""
        joined = isinstance(node, ast.BinOp) and type(node.op) in _JOIN
        inverted = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert)
        if not (joined or inverted or isinstance(node, ast.Compare)):
            self._fail(
                "Both sides of & and | are comparisons, each in parentheses.",
                node,
                next="(x > 0) & (x < 1)",
            )
        return self.condition(node, depth)

    def _comparison(self, node: ast.Compare, depth: int) -> Closure:
        operands = [_closure(self.number(part, depth)) for part in (node.left, *node.comparators)]
        tests = [_COMPARE.get(type(op)) for op in node.ops]
        known = [test for test in tests if test is not None]
        if len(known) < len(tests):
            self._refuse(node)
        if len(known) == 1:
            test, left, right = known[0], operands[0], operands[1]
            return lambda values: test(left(values), right(values))

        def chain(values: Mapping[str, Any]) -> Any:
            sides = [operand(values) for operand in operands]
            answer = known[0](sides[0], sides[1])
            for link, first, second in zip(known[1:], sides[1:], sides[2:]):
                answer = np.logical_and(answer, link(first, second))
            return answer

        return chain

    def _constant(self, node: ast.Constant, depth: int) -> Part:
        if type(node.value) not in (int, float):
            self._refuse(node)
        try:
            return float(node.value)  # type: ignore[arg-type]
        except OverflowError:
            return float("inf")

    def _name(self, node: ast.Name, depth: int) -> Part:
        if node.id in CONSTANTS:
            return CONSTANTS[node.id]
        if node.id not in self.names:
            check_name(self.source, node.id, self._column(node), self._width(node))
        if node.id in self.called:
            self._both_ways(node.id, node)
        self.names[node.id] = min(node.col_offset, self.names.get(node.id, node.col_offset))
        return itemgetter(node.id)

    def _unary(self, node: ast.UnaryOp, depth: int) -> Part:
        if isinstance(node.op, ast.Invert):
            return self._truth(node, depth)
        operand = self.number(node.operand, depth)
        if isinstance(node.op, ast.UAdd):
            return operand
        if not isinstance(node.op, ast.USub):
            self._refuse(node)
        return _apply(operator.neg, [operand])

    def _binary(self, node: ast.BinOp, depth: int) -> Part:
        """A left-leaning chain such as a + b - c: flat to its writer, so one level deep here."""
        if type(node.op) in _JOIN:
            return self._truth(node, depth)
        links: list[tuple[ast.BinOp, Callable[[Any, Any], Any]]] = []
        first: ast.expr = node
        while isinstance(first, ast.BinOp) and type(first.op) not in _JOIN:
            function = _BINARY.get(type(first.op))
            if function is None:
                self._refuse(first)
            links.append((first, function))
            first = first.left
        part = self.number(first, depth)
        steps = []
        for link, function in reversed(links):
            self._count(link, depth)
            steps.append((function, self.number(link.right, depth)))
        if len(steps) > _LONGEST_NEST:
            return _chain(part, steps)
        for function, right in steps:
            part = _apply(function, [part, right])
        return part

    def _truth(self, node: ast.expr, depth: int) -> Part:
        """A comparison used as a number: 1.0 where it holds and 0.0 elsewhere."""
        return _apply_one(_zero_or_one, self.condition(node, depth))

    def _choice(self, node: ast.IfExp, depth: int) -> Part:
        return self._where(node.test, node.body, node.orelse, depth)

    def _where(self, test: ast.expr, yes: ast.expr, no: ast.expr, depth: int) -> Closure:
        condition = self.condition(test, depth)
        first, second = (_closure(self.number(side, depth)) for side in (yes, no))
        return lambda values: np.where(condition(values), first(values), second(values))

    def _call(self, node: ast.Call, depth: int) -> Part:
        if not isinstance(node.func, ast.Name) or node.keywords:
            self._fail("A formula calls functions by name, with plain arguments.", node)
        name = node.func.id
        if name not in FUNCTIONS:
            unknown_function(self.source, name, self._column(node), self._width(node.func))
        if name in self.names:
            self._both_ways(name, node.func)
        self.called.add(name)
        self._check_count(name, node)
        if name == "where":
            return self._where(node.args[0], node.args[1], node.args[2], depth)
        return _apply(implementation(name), [self.number(part, depth) for part in node.args])

    def _check_count(self, name: str, node: ast.Call) -> None:
        row, given = FUNCTIONS[name], len(node.args)
        if row.least <= given <= row.most:
            return
        wanted = str(row.least) if row.most == row.least else f"{row.least} or more"
        plural = "" if wanted == "1" else "s"
        what = f"{name} takes {wanted} argument{plural}, and {given} are given here."
        self._fail(what, node)

    def _both_ways(self, name: str, node: ast.expr) -> NoReturn:
        what = f"{name} is used both as a function and as a name."
        self._fail(what, node, next="rename the parameter")

    def _count(self, node: ast.expr, depth: int) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            self._fail(f"The formula has more than {MOST_NODES} parts.", node)
        if depth > DEEPEST:
            self._fail(f"The formula is nested more than {DEEPEST} deep.", node)

    def _refuse(self, node: ast.expr) -> NoReturn:
        kind = _KINDS.get(type(node), type(node).__name__)
        self._fail(f"A formula cannot contain {kind}.", node)

    def _fail(self, what: str, node: ast.expr, next: str = "") -> NoReturn:
        self.source.fail(what, self._column(node), self._width(node), next=next)

    def _column(self, node: ast.expr) -> int:
        return self.source.start + self._characters(node.col_offset)

    def _width(self, node: ast.expr) -> int:
        end = node.col_offset + 1 if node.end_col_offset is None else node.end_col_offset
        return self._characters(end) - self._characters(node.col_offset)

    def _characters(self, offset: int) -> int:
        return offset if self.bytes is None else len(self.bytes[:offset].decode(errors="replace"))


_KINDS: dict[type[ast.expr], str] = {
    ast.Tuple: "a list of values; a comma only separates the arguments of a function",
    ast.Starred: "starred arguments",
    ast.Constant: "this constant",
    ast.BinOp: "this operator",
    ast.UnaryOp: "this operator",
    ast.Compare: "this comparison",
}

_RULES: dict[type[ast.expr], Callable[[_Compiler, Any, int], Part]] = {
    ast.Constant: _Compiler._constant,
    ast.Name: _Compiler._name,
    ast.UnaryOp: _Compiler._unary,
    ast.BinOp: _Compiler._binary,
    ast.Compare: _Compiler._truth,
    ast.IfExp: _Compiler._choice,
    ast.Call: _Compiler._call,
}
