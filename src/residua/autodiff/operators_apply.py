"""How an operator is applied in one call: its arguments, the engine that runs it, its answer."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple
from weakref import WeakSet

import numpy as np

from .._errors import NotDifferentiable, ResiduaError
from . import constructors, eager, operators_eager
from .arguments import Call, Place, bound, floats
from .fingerprint import modules_used
from .leaves import Tree, flatten
from .operators_refusal import explained, refuse_both, refuse_many, reworded
from .operators_warm import Habit, habit, short_way

Function = Callable[..., Any]
# Numbers in the tangents of one array (arrays times directions) up to which a pass on plain NumPy
# takes less time than compiling would.
MOST_EAGER = 200_000
# Functions that turned out to be beyond the eager engine: not tried again. Speed, nothing else.
_BEYOND: WeakSet[Function] = WeakSet()


class Operator(NamedTuple):
    """What is asked of a function. sequence: which of the places, in order, are differentiated."""

    kind: str
    places: tuple[Place, ...]
    sequence: tuple[int, ...]
    single: bool = True
    engine: str = "auto"
    lists: bool = False

    @property
    def detail(self) -> Any:
        return self.sequence if self.kind == "derivative" else len(self.places)


def apply(
    operator: Operator, function: Function, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """The operator of the function at these arguments, by whichever engine can and should."""
    known = habit(function, operator)
    if known.short is not None and not kwargs and known.short.fits(args):
        return known.short(args)
    call = bound(function, operator.places, args, kwargs)
    hook = constructors._hooks.get(constructors._ident())
    if isinstance(hook, eager.EagerHook):
        eager._refuse_nesting()
    if is_followed(call.args, call.kwargs):
        from . import operators_traced

        return _finished(operator, operators_traced.nested(operator.kind, operator.detail, call))
    values = _values(operator, call)
    try:
        return _answer(operator, call, values, known)
    except NotDifferentiable as refusal:
        raise reworded(refusal) from refusal.__cause__
    except ResiduaError:
        raise
    except Exception as error:
        better = explained(error, call, [tree.build(iter(tree.leaves)) for tree in values])
        raise better from (error if isinstance(better, NotDifferentiable) else None)


def _answer(operator: Operator, call: Call, values: list[Tree], known: Habit) -> Any:
    road = choose(operator, call, values)
    if road == "eager" and operator.engine == "auto" and known.pays():
        try:
            return _compiled(operator, call, values, known)
        except NotDifferentiable:
            known.refused = True
    if road == "compiled":
        return _compiled(operator, call, values, known)
    begin = time.perf_counter()
    try:
        found = _eager(operator, call, values)
    except NotDifferentiable as refusal:
        if operator.engine == "eager":
            raise
        return _second_road(operator, call, values, known, refusal)
    known.seconds += time.perf_counter() - begin
    return found


def _second_road(
    operator: Operator, call: Call, values: list[Tree], known: Habit, refusal: NotDifferentiable
) -> Any:
    """What the eager engine could not follow, the compiled one may: external JAX, nesting."""
    try:
        found = _compiled(operator, call, values, known)
    except NotDifferentiable as second:
        refuse_both(refusal, second)
    with contextlib.suppress(TypeError):  # a ufunc cannot be remembered
        _BEYOND.add(call.function)
    return found


def choose(operator: Operator, call: Call, values: list[Tree]) -> str:
    """Which engine: NumPy for first derivatives while nothing is large, JAX for all else."""
    if operator.kind == "hessian" or (operator.kind == "derivative" and len(operator.sequence) > 1):
        return "compiled"
    if operator.engine != "auto":
        return operator.engine
    if call.function in _BEYOND or "jax" in modules_used(call.function):
        return "compiled"
    inputs = sum([leaf.size for tree in values for leaf in tree.leaves])
    directions = 1 if operator.kind == "derivative" else inputs
    largest = max([inputs, *[a.size for a in call.args if isinstance(a, np.ndarray)]])
    return "eager" if directions * largest <= MOST_EAGER else "compiled"


def is_followed(*values: Any) -> bool:
    """Whether JAX is following the code that makes this call; without starting JAX to find out."""
    if "jax" not in sys.modules:
        return False
    from .operators_traced import is_tracing

    return is_tracing(*values)


def _values(operator: Operator, call: Call) -> list[Tree]:
    labels = [one.label() for one in operator.places]
    if operator.kind == "derivative":
        return [Tree([floats(value, label)], next) for value, label in zip(call.values(), labels)]
    return [flatten(v, label, operator.lists) for v, label in zip(call.values(), labels)]


def _eager(operator: Operator, call: Call, values: list[Tree]) -> Any:
    if operator.kind == "derivative":
        return operators_eager.derivative(call, values[0].leaves[0], operator.places[0].label())
    value, parts = operators_eager.jacobian(call, values)
    if operator.kind != "jacobian":
        if value.size != 1:
            refuse_many(value.shape)
        leaves = [leaf for tree in values for leaf in tree.leaves]
        parts = [part.reshape(leaf.shape)[()] for part, leaf in zip(parts, leaves)]
    found: Any = tuple(operators_eager.rebuilt(values, parts))
    if operator.kind == "value_and_gradient":
        found = value.reshape(())[()], found
    return _finished(operator, found)


def _compiled(operator: Operator, call: Call, values: list[Tree], known: Habit) -> Any:
    from . import operators_traced

    built = [tree.build(iter(tree.leaves)) for tree in values]
    labels = [one.label() for one in operator.places]
    found, program = operators_traced.run(operator.kind, operator.detail, call, built, labels)
    if program is not None and not call.kwargs:
        bare = operators_traced.bare
        known.short = short_way(
            call.function,
            program,
            (lambda answer: bare(answer[0]))
            if operator.single and operator.kind in ("gradient", "jacobian")
            else (lambda answer: _finished(operator, bare(answer))),
            call.args,
            call.keys,
        )
    return _finished(operator, found)


def _finished(operator: Operator, found: Any) -> Any:
    """One answer for one argument, where a tuple was not asked for."""
    if not operator.single or operator.kind in ("derivative", "value"):
        return found
    if operator.kind == "hessian":
        return found[0][0]
    if operator.kind == "value_and_gradient":
        return found[0], found[1][0]
    return found[0]


def plainly(function: Function) -> Function:
    """The function itself; one written in JAX computes in 64 bits, as its operators do."""
    if "jax" not in modules_used(function):
        return function
    from .lowering import in_double_precision

    return in_double_precision(function)
