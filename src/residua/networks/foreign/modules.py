"""Modules that JAX can follow as architectures: equinox, flax, callable pytrees, plain functions.

    fit = rs.fit(module, X, y)                       # an equinox.Module, a flax.linen.Module
    fit = rs.fit((module.apply, params), X, y)       # flax with parameters
    fit = rs.fit(from_function(f, {"w": ..., "b": ...}), X, y)
    JaxModule(module).with_parameters(fit)           # the fitted weights in a module like the given

No other library is imported here: what a module holds is read from its pytree, which JAX knows.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Hashable, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from residua._errors import ModelError
from residua.autodiff.fingerprint import fingerprint
from residua.autodiff.lowering import lower
from residua.autodiff.traced_state import double_precision
from residua.networks.foreign.borrowed import Borrowed
from residua.networks.foreign.named_arrays import arrays_for
from residua.networks.foreign.row_function import Hashed, Path, checked, taken_apart
from residua.networks.foreign.traced_network import TracedNetwork

Array = Any


def _call(module: Any, row: Array) -> Array:
    return module(row)


class JaxModule(Borrowed):
    """A callable pytree as an architecture: an equinox.Module, called with one row at a time.

    y = module(x), x (d,) -> a number or (k,). Its arrays of floating numbers are the parameters,
    named by their places (`layers0_weight`); they are fitted in double precision, as they are.

    Args:
        module: the callable pytree. Layers such as Dropout belong in inference mode.
        call: (module, row) -> outputs, where calling it is not enough.

    Raises:
        ModelError: it holds no arrays of floating numbers, or complex ones.

    Source: P. Kidger, C. Garcia, "Equinox: neural networks in JAX via callable PyTrees" (2021).

    Example:
        >>> import equinox, jax
        >>> module = equinox.nn.Linear(2, 1, key=jax.random.key(0))
        >>> network = JaxModule(module).network(2, 1)
        >>> [(leaf.name, leaf.shape) for leaf in network.leaves]
        [('weight', (1, 2)), ('bias', (1,))]
        >>> JaxModule(module).with_parameters([1.0, 2.0, 3.0]).weight.tolist()
        [[1.0, 2.0]]
    """

    def __init__(self, module: Any, call: Callable[[Any, Array], Array] = _call) -> None:
        self._set(module, call, Hashed.of(call), _is_floating)

    def _set(
        self,
        module: Any,
        call: Callable[[Any, Array], Array],
        identity: Hashable,
        is_parameter: Callable[[Path, Any], bool],
    ) -> None:
        self.module = module
        self._row, self._shapes, values = taken_apart(call, identity, module, is_parameter)
        self._given = np.concatenate([value.ravel() for value in values])

    def network(self, inputs: int, outputs: int) -> TracedNetwork:
        """The network for d inputs and k outputs; ModelError when the module has others."""
        if self.scaling is None:  # else `prepared` has checked it
            checked(self._row, self._shapes, inputs, outputs)
        return TracedNetwork(inputs, outputs, self._shapes, self._given, self.scaling, self._row)

    def with_parameters(self, parameters: Any) -> Any:
        """A module of the same structure and precision that holds these parameters.

        Args:
            parameters: theta (p,), arrays by name, or a Fit of this module.

        Raises:
            ParameterError: they are those of another module.
        """
        leaves = jax.tree_util.tree_leaves(self.module)
        arrays = arrays_for(self._shapes, parameters)
        places = self._row.places
        return self._row.assembled([_like(leaves[i], a) for i, a in zip(places, arrays)])


def from_function(
    function: Callable[[Any, Any], Any], params: Any, *, batched: bool = False
) -> JaxModule:
    """A function of parameters and a row as an architecture, with every tool that networks have.

    y = function(params, x)

    Args:
        function: f(params, x) -> a number or (k,), in NumPy or jax.numpy.
        params: the start: arrays in a dict, or any pytree of numbers; all of them are fitted. The
            values decide how large other starts are.
        batched: x is (n, d) and the answer (n,) or (n, k), instead of a row (d,) at a time.

    Returns:
        An architecture; `with_parameters` gives a tree like params.

    Raises:
        ModelError: params holds something that is no real number.

    Example:
        >>> def hidden(params, x):
        ...     return np.tanh(params["W"] @ x) @ params["v"]
        >>> rng = np.random.default_rng(0)
        >>> start = {"W": rng.normal(size=(3, 2)), "v": rng.normal(size=3)}
        >>> network = from_function(hidden, start).network(2, 1)
        >>> value, tangents = network.linearized(network.given, np.ones((5, 2)))
        >>> value.shape, tangents.shape
        ((5, 1), (9, 5, 1))
    """
    # Other callables than plain functions (module.apply) belong to libraries of JAX.
    plain = isinstance(function, types.FunctionType)
    lowered = lower(function) if plain else function
    call = _one_of_a_batch(lowered) if batched else lowered
    read = fingerprint(function) if plain else Hashed.of(function)
    identity = (object() if read is None else read, batched)
    made = JaxModule.__new__(JaxModule)
    made._set(params, call, identity, _is_number)
    return made


def from_pair(pair: tuple[Callable[[Any, Any], Any], Any]) -> JaxModule:
    """(apply, variables) of flax, or (function, params): see `from_function`.

    Of flax's collections only "params" is fitted; others, such as "batch_stats", stay as they are.
    """
    apply, variables = pair
    if not (isinstance(variables, Mapping) and "params" in variables and len(variables) > 1):
        return from_function(apply, variables)
    made = JaxModule.__new__(JaxModule)
    made._set(dict(variables), apply, Hashed.of(apply), _is_in_params)
    return made


class FlaxModule(Borrowed):
    """A flax.linen.Module without parameters: they are made by its own `init`.

    y = module.apply(variables, x), one row at a time.

    Args:
        module: anything with flax's `init(key, x)` and `apply(variables, x)`.

    Source: J. Heek et al., "Flax: a neural network library and ecosystem for JAX" (2024).
    """

    def __init__(self, module: Any) -> None:
        self.module = module
        self._inputs: int | None = None

    def network(self, inputs: int, outputs: int) -> TracedNetwork:
        """The network for d inputs and k outputs."""
        self._inputs = inputs
        pair = self._pair()
        pair.scaling = self.scaling
        return pair.network(inputs, outputs)

    def _pair(self) -> JaxModule:
        if self._inputs is None:
            raise ModelError("the module has not been fitted, so its shapes are not known")
        try:
            variables = self.module.init(jax.random.key(0), jnp.zeros(self._inputs))
        except Exception as error:
            raise ModelError(
                f"module.init(key, x) fails for a row of {self._inputs} numbers: {error}",
                next="rs.fit((module.apply, variables), X, y)",
            ) from error
        return from_pair((self.module.apply, variables))

    def with_parameters(self, parameters: Any) -> Any:
        """Variables for `module.apply`, once the module has been fitted."""
        return self._pair().with_parameters(parameters)


def _is_floating(path: Path, leaf: Any) -> bool:
    is_array = isinstance(leaf, (jax.Array, np.ndarray))
    return is_array and leaf.size > 0 and jnp.issubdtype(leaf.dtype, jnp.inexact)


def _is_in_params(path: Path, leaf: Any) -> bool:
    return path[0].key == "params" and _is_number(path, leaf)


def _is_number(path: Path, leaf: Any) -> bool:
    if isinstance(leaf, (bool, str)) or not np.issubdtype(np.asarray(leaf).dtype, np.number):
        raise ModelError(
            f"params holds {leaf!r:.60}, which is no real number",
            next="make it a variable of the function, or functools.partial",
        )
    return True


def _like(leaf: Any, array: np.ndarray) -> Any:
    """An array of the kind and precision of a leaf."""
    if isinstance(leaf, jax.Array):
        with double_precision():
            return jnp.asarray(array, dtype=leaf.dtype)
    kind = np.asarray(leaf).dtype
    return array.astype(kind if kind.kind == "f" else float)


def _one_of_a_batch(function: Callable[[Any, Array], Array]) -> Callable[[Any, Array], Array]:
    return lambda params, row: jnp.asarray(function(params, row[None]))[0]
