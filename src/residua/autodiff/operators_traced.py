"""Derivative operators through JAX: any order, any mix, forward or reverse; programs are kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .._errors import NotDifferentiable
from . import constructors
from .arguments import Call, Key
from .compiled import _DYNAMIC, _DYNAMIC_MARK, MAX_PROGRAMS, shapes_of
from .fingerprint import fingerprint
from .lowering import lower
from .operators_eager import own_entries, signs
from .operators_refusal import refuse_many
from .traced import Traced, TracedHook
from .traced_operands import as_jax
from .traced_state import Memory, _enable_x64, double_precision

Function = Callable[..., Any]
_PROGRAMS: OrderedDict[Any, Program] = OrderedDict()
# Below so many inputs, forward mode whatever the number of outputs.
_MOST_FORWARD = 8


# ------------------------------------------------------------------ what is computed


def derivative(function: Function, sequence: Sequence[int]) -> Function:
    """d/dv[s] for every s of the sequence, entry by entry: nested forward mode."""
    for position in reversed(sequence):
        function = _slope(function, position)
    return function


def _slope(function: Function, position: int, seed: Any = None) -> Function:
    def slope(*values: Any) -> Any:
        def along(x: Any) -> Any:
            return function(*values[:position], x, *values[position + 1 :])

        x = values[position]
        return jax.jvp(along, (x,), (jnp.ones_like(x) if seed is None else seed,))[1]

    return slope


def value_and_gradient(function: Function, count: int) -> Function:
    """The value and the gradient by every one of the ``count`` values, in reverse mode."""

    def both(*values: Any) -> Any:
        def single(*values: Any) -> Any:
            out = function(*values)
            if out.size != 1:
                refuse_many(out.shape)
            return out.reshape(())

        everything = tuple(range(count))
        try:
            return jax.value_and_grad(single, everything)(*values)
        except ValueError as error:
            _only_forward(error)
            return single(*values), jax.jacfwd(single, everything)(*values)

    return both


def _only_forward(error: ValueError) -> None:
    """Raise the error again unless it says that a loop has no reverse mode."""
    if "Reverse-mode differentiation does not work" not in str(error):
        raise error


def jacobian(function: Function, count: int) -> Function:
    """out.shape + in.shape by every value, in the direction that needs fewer passes."""

    def whole(*values: Any) -> Any:
        everything = tuple(range(count))
        inputs = sum(leaf.size for leaf in jax.tree_util.tree_leaves(values))
        if direction(inputs, _count(function, values)) == "forward":
            return jax.jacfwd(function, everything)(*values)
        try:
            return jax.jacrev(function, everything)(*values)
        except ValueError as error:
            _only_forward(error)
            return jax.jacfwd(function, everything)(*values)

    return whole


def _count(function: Function, values: Any) -> int:
    """How many numbers the function returns."""
    try:
        return int(jax.eval_shape(function, *values).size)
    except NotDifferentiable:  # it branches on numbers: only they can tell
        return int(function(*values).size)


def hessian(function: Function, count: int) -> Function:
    """The Jacobian, forward, of the Jacobian."""
    return lambda *values: jax.jacfwd(jacobian(function, count), tuple(range(count)))(*values)


def direction(inputs: int, outputs: int) -> str:
    """Forward mode costs a pass for each input, reverse mode a dearer one for each output."""
    return "forward" if inputs <= max(2 * outputs, _MOST_FORWARD) else "reverse"


KINDS: dict[str, Callable[[Function, Any], Function]] = {
    "derivative": derivative,
    "gradient": lambda function, count: lambda *v: value_and_gradient(function, count)(*v)[1],
    "value_and_gradient": value_and_gradient,
    "jacobian": jacobian,
    "forward": lambda function, count: jax.jacfwd(function, tuple(range(count))),
    "reverse": lambda function, count: jax.jacrev(function, tuple(range(count))),
    "value": lambda function, count: function,
    "hessian": hessian,
}


# ------------------------------------------------------------------ concrete numbers


def run(
    kind: str, detail: Any, call: Call, values: Sequence[Any], labels: Sequence[str]
) -> tuple[Any, Function | None]:
    """The operator at these values, NumPy arrays or containers of them, and the program if kept.

    ``detail`` is the sequence of a derivative, else the number of values.
    """
    leaves, tree = jax.tree_util.tree_flatten(_others(call))
    dynamic = [leaf for leaf in leaves if isinstance(leaf, _DYNAMIC)]
    program = _program(kind, detail, call, leaves, tree)
    if kind == "derivative":
        program.check(call, values, labels)
    with double_precision():
        found = bare(program(tuple(values), dynamic))
    return found, None if program.compiled is None else program.in_double


def bare(found: Any) -> Any:
    """NumPy arrays of the caller's own; tracers where the function closes over the caller's."""
    if isinstance(found, jax.Array):
        if isinstance(found, jax.core.Tracer):
            return found
        return np.array(found) if found.ndim else np.asarray(found)[()]
    return jax.tree_util.tree_map(bare, found)


class Program:
    """An operator of one function, compiled when it can be."""

    def __init__(self, plain: Function, keep: bool) -> None:
        self.plain = plain
        self.compiled = jax.jit(plain) if keep else None
        self.checked: set[Any] = set()

    def __call__(self, values: Any, dynamic: Any) -> Any:
        if self.compiled is None:
            return self.plain(values, dynamic)
        try:
            return self.compiled(values, dynamic)
        except NotDifferentiable:
            # A function that branches on its numbers can still be followed step by step.
            found = self.plain(values, dynamic)
            self.compiled = None
            return found

    def in_double(self, values: Any, dynamic: Any) -> Any:
        """The compiled program, in 64 bits."""
        with _enable_x64(True):
            return self.compiled(values, dynamic)  # type: ignore[misc]

    def check(self, call: Call, values: Sequence[Any], labels: Sequence[str]) -> None:
        """Once for each shape: no output may mix the entries of what it is differentiated by."""
        shapes = tuple([(x.shape, x.dtype.char) for x in values])
        shapes += tuple([np.shape(a) for a in call.args])
        if shapes not in self.checked:
            for index, x in enumerate(values):
                check_entries(call, x, index, labels[index])
            self.checked.add(shapes)


def _others(call: Call) -> tuple[Any, Any]:
    """The arguments, those that are differentiated left out."""
    args = tuple([None if i in call.keys else a for i, a in enumerate(call.args)])
    return args, {k: v for k, v in call.kwargs.items() if k not in call.keys}


def _program(kind: str, detail: Any, call: Call, leaves: list[Any], tree: Any) -> Program:
    static = tuple([_DYNAMIC_MARK if isinstance(x, _DYNAMIC) else x for x in leaves])
    identity = fingerprint(call.function)
    kinds = tuple([type(x) for x in static])  # 1 and True are equal, and not the same argument
    arrays = [x for x in leaves if isinstance(x, _DYNAMIC)]
    shapes = (shapes_of(arrays), *map(np.shape, call.values()))
    key = (identity, kind, detail, call.keys, tree, static, kinds, shapes)
    try:
        found = _PROGRAMS.get(key) if identity is not None else None
    except TypeError:  # an argument that cannot be a key
        identity = found = None
    if found is not None:
        _PROGRAMS.move_to_end(key)
        return found
    plain = _build(kind, detail, call.function, call.keys, static, tree)
    program = Program(plain, keep=identity is not None)
    if identity is None:
        return program
    _PROGRAMS[key] = program
    if len(_PROGRAMS) > MAX_PROGRAMS:
        _PROGRAMS.popitem(last=False)
    return program


def _build(
    kind: str, detail: Any, function: Function, keys: tuple[Key, ...], static: Any, tree: Any
) -> Function:
    lowered = lower(function)

    def program(values: Any, dynamic: Any) -> Any:
        rest = iter(dynamic)
        leaves = [next(rest) if x is _DYNAMIC_MARK else x for x in static]
        args, kwargs = jax.tree_util.tree_unflatten(tree, leaves)
        call = Call(lowered, args, kwargs, keys)
        return KINDS[kind](lambda *v: call.at(v), detail)(*values)

    return program


def check_entries(call: Call, x: Any, index: int, label: str) -> None:
    """Raise ModelError when the outputs mix the entries of ``x``: the eager check, through JAX."""
    if x.size == 1 and x.dtype.kind != "c":
        return
    ones = np.ones(x.shape, x.dtype)
    seed = (1j if x.dtype.kind == "c" else 1.0) * ones * signs(x.shape)
    others = [value for i, value in enumerate(call.values()) if i != index]
    lowered = Call(lower(call.function), call.args, call.kwargs, call.keys)

    def function(at: Any) -> Any:
        return lowered.at([*others[:index], at, *others[index:]])

    with double_precision():
        slope, signed = (np.asarray(_slope(function, 0, s)(jnp.asarray(x))) for s in (ones, seed))
    own_entries(slope, signed, seed, slope.shape, label)


# ------------------------------------------------------------------ inside another function


def nested(kind: str, detail: Any, call: Call) -> Any:
    """The operator inside a function that JAX is following: part of the program around it."""
    args, kwargs = _uncarried(call.args, call.kwargs)
    bare = Call(lower(call.function), args, kwargs, call.keys)
    with double_precision():
        values = [_differentiable(value) for value in bare.values()]
        return _carried(KINDS[kind](lambda *v: bare.at(v), detail)(*values))


def checkpointed(function: Function, args: Any, kwargs: Any) -> Any:
    """The function's value, whose inside reverse mode computes again."""
    args, kwargs = _uncarried(args, kwargs)
    with double_precision():
        return _carried(jax.checkpoint(lower(function))(*args, **kwargs))


def _uncarried(args: Any, kwargs: Any) -> Any:
    return jax.tree_util.tree_map(
        _unwrapped, (args, dict(kwargs)), is_leaf=lambda x: isinstance(x, Memory)
    )


def _carried(found: Any) -> Any:
    """Carriers again where the code around expects them."""
    hook = constructors._hooks.get(constructors._ident())
    return jax.tree_util.tree_map(Traced, found) if isinstance(hook, TracedHook) else found


def _unwrapped(x: Any) -> Any:
    return x.array if isinstance(x, Memory) else x


def _differentiable(value: Any) -> Any:
    """A value as JAX arrays of doubles; lists of numbers become one array."""
    if isinstance(value, dict):
        return {key: _differentiable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)) and any(np.ndim(item) or _holds(item) for item in value):
        return type(value)([_differentiable(item) for item in value])
    array = as_jax(value)
    if array.dtype.kind not in "fciu":
        raise NotDifferentiable(f"An argument of {array.dtype} has no derivative.")
    return array if array.dtype.kind in "fc" else array.astype(jnp.float64)


def _holds(item: Any) -> bool:
    return isinstance(item, (dict, list, tuple))


def is_tracing(*trees: Any) -> bool:
    """Whether JAX is following code in this thread, or one of these values is its tracer."""
    if isinstance(constructors._hooks.get(constructors._ident()), TracedHook):
        return True
    leaves = jax.tree_util.tree_leaves(trees)
    return any(isinstance(x, (jax.core.Tracer, Memory)) for x in leaves)


def clear() -> None:
    """Forget every compiled program."""
    _PROGRAMS.clear()
