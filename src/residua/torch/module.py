"""TorchModule: a torch.nn.Module as an architecture, and its fitted weights on their way back."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from importlib import import_module
from typing import Annotated, Any

import numpy as np

from residua._errors import ModelError
from residua._types import ParamsLike, TorchModuleLike
from residua.doc import Doc, Ge, documented
from residua.networks.foreign.borrowed import Borrowed, BorrowedNetwork
from residua.networks.foreign.named_arrays import arrays_for
from residua.torch.functional import Functional, is_module, put

# Rows with which a module is tried before it is fitted.
PROBES = 3


@documented
class TorchModule(Borrowed):
    """A torch.nn.Module as an architecture; `rs.fit(module, X, y)` makes one of it by itself.

    y = module(x), x (n, d) -> (n,) or (n, k). Parameters with `requires_grad` are fitted, in double
    precision and on the CPU, with exact derivatives by torch.func; buffers and frozen parameters
    stay as they are. The module itself is not touched: see `update`.

    Raises:
        ModelError: it is no torch.nn.Module; Dropout or BatchNorm in training mode; nothing to fit.

    Source: A. Paszke et al., "PyTorch", NeurIPS 32 (2019).

    Example:
        >>> import torch
        >>> layer = torch.nn.Linear(2, 1)
        >>> network = TorchModule(layer).network(2, 1)
        >>> [(leaf.name, leaf.shape) for leaf in network.leaves]
        [('weight', (1, 2)), ('bias', (1,))]
        >>> TorchModule(layer).with_parameters([1.0, 2.0, 3.0]).weight.tolist()
        [[1.0, 2.0]]
    """

    def __init__(
        self,
        module: Annotated[
            TorchModuleLike,
            Doc(
                "the torch.nn.Module to fit. Layers that behave otherwise in training need "
                "`module.eval()`."
            ),
        ],
    ) -> None:
        if not is_module(module):
            raise ModelError(
                f"{module!r:.60} is not a torch.nn.Module",
                next="residua.torch.TorchModule(torch.nn.Linear(1, 1))",
            )
        self.module = module
        self._function = Functional(module)

    @documented
    def network(
        self,
        inputs: Annotated[int, Doc("how many inputs, d"), Ge(1)],
        outputs: Annotated[int, Doc("how many outputs, k"), Ge(1)],
    ) -> TorchNetwork:
        """The network for d inputs and k outputs; ModelError when the module has others."""
        f = self._function
        if self.scaling is None:  # else `prepared` has tried it
            _tried(f, inputs, outputs)
        return TorchNetwork(inputs, outputs, f.shapes, f.given, self.scaling, f)

    @documented
    def with_parameters(
        self,
        parameters: Annotated[
            ParamsLike, Doc("theta (p,), arrays by name, or a Fit of this module")
        ],
    ) -> Any:
        """A copy of the module that holds these parameters, in its own precision and device.

        Raises:
            ParameterError: they are those of another module.
        """
        made = copy.deepcopy(self.module)
        update(made, parameters)
        return made


@documented
@dataclass(frozen=True)
class TorchNetwork(BorrowedNetwork):
    """A module of known shapes, as `TorchModule.network` makes it.

    Example:
        >>> import torch
        >>> network = TorchModule(torch.nn.Linear(2, 1)).network(2, 1)
        >>> network.value([1.0, 2.0, 3.0], np.array([[1.0, 1.0]]))
        array([[6.]])
    """

    function: Annotated[Functional, Doc("the module as a function of theta and its inputs")] = (
        field(repr=False)
    )

    def value(self, theta: Any, Z: Any, xp: Any = np) -> Any:
        """Outputs (n, k) at Z (n, d); for `xp` jax.numpy, programs of JAX call back."""
        if xp is np:
            return self.function.value(theta, Z).reshape(len(Z), self.outputs)
        return import_module("residua.networks.foreign.hosted").value(self, theta, Z)

    def pulled_back(
        self, theta: np.ndarray, Z: np.ndarray, weights: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Derivatives of Σ weights · outputs, weights (n, k), by theta (p,) and Z (n, d)."""
        return self.function.pulled_back(theta, Z, weights)

    def linearized(self, theta: np.ndarray, Z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Outputs (n, k) and tangents (p, n, k)."""
        return self.function.linearized(theta, Z)

    def slopes(self, theta: np.ndarray, Z: np.ndarray) -> np.ndarray:
        """Derivatives of the outputs by the inputs, (n, k, d)."""
        return self.function.slopes(theta, Z)

    def mixed(self, theta: np.ndarray, Z: np.ndarray, column: int) -> tuple[np.ndarray, np.ndarray]:
        """The slope by one input (n, k), and its tangents by theta (p, n, k)."""
        return self.function.mixed(theta, Z, column)


@documented
def update(
    module: Annotated[TorchModuleLike, Doc("a torch.nn.Module, which is changed")],
    parameters: Annotated[
        ParamsLike, Doc("a Fit of it (its best single network), arrays by name, or theta (p,)")
    ],
) -> None:
    """Write fitted weights into the module itself, each in its own precision and on its own device.

    Raises:
        ParameterError: they are those of another module; nothing has then been written.

    Example:
        >>> import torch
        >>> layer = torch.nn.Linear(2, 1)
        >>> update(layer, {"weight": [[1.0, 2.0]], "bias": [0.5]})
        >>> layer(torch.tensor([[1.0, 1.0]])).tolist()
        [[3.5]]
    """
    free = [(name, p) for name, p in module.named_parameters() if p.requires_grad]
    shapes = tuple((name, tuple(p.shape)) for name, p in free)
    put(module, shapes, arrays_for(shapes, parameters))


def _tried(f: Functional, inputs: int, outputs: int) -> None:
    """Raise ModelError unless rows of d numbers give rows of k, each by itself, each time alike."""
    Z = np.random.default_rng(0).standard_normal((PROBES, inputs))
    try:
        value, again = f.value(f.given, Z), f.value(f.given, Z)
        alone = np.concatenate([f.value(f.given, z[None]) for z in Z])
    except (RuntimeError, TypeError, ValueError, IndexError) as error:
        raise ModelError(
            f"the module cannot be called with {PROBES} rows of {inputs} numbers: {error}",
            causes=[
                f"its first layer expects another number of inputs than the {inputs} of x",
                "its forward takes something else than one tensor (n, d)",
                "it makes tensors of single precision inside; give them x.dtype",
            ],
        ) from error
    if value.shape != (PROBES, outputs) and (value.shape, outputs) != ((PROBES,), 1):
        raise ModelError(
            f"for {PROBES} rows of x the module gives an array of shape {value.shape}; y has "
            f"{outputs} column{'s' * (outputs != 1)}",
            causes=["its last layer has another number of outputs than y has columns"],
        )
    if not np.array_equal(value, again, equal_nan=True):
        raise ModelError(
            "the module gives another answer each time it is called",
            causes=["it draws random numbers in forward"],
            next="module.eval()   # then rs.fit(module, X, y)",
        )
    if not np.allclose(value, alone, rtol=1e-8, atol=1e-10, equal_nan=True):
        raise ModelError(
            "what the module predicts for one row depends on the other rows",
            causes=["a layer such as BatchNorm uses the mean of the batch"],
            next="module.eval()   # and layers that track running statistics",
        )
