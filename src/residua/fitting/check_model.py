"""Ask the model once, plainly, before anything is fitted, and say clearly what is wrong with it."""

from __future__ import annotations

from typing import Any

import numpy as np

from residua._errors import ModelError
from residua._words import counted
from residua.data.dataset import Block
from residua.problem.model import Model
from residua.problem.parameters import Parameters


def protected(block: Block) -> Block:
    """The same rows as read-only views: a model that writes into its input is caught."""
    views = []
    for array in block.x:
        view = array.view()
        view.flags.writeable = False
        views.append(view)
    return block._replace(x=tuple(views))


def plain_prediction(
    model: Model, parameters: Parameters, theta: np.ndarray, block: Block
) -> np.ndarray:
    """What the model itself predicts at theta, shaped like y.

    Raises ModelError when it raises, changes its input, returns None, another shape, complex
    numbers, NaN, or something different each time.
    """
    value = _repeatable(model, parameters, theta, block)
    if not np.isfinite(value).all():
        raise _not_finite(model, parameters, theta, block, value)
    return value


def _repeatable(
    model: Model, parameters: Parameters, theta: np.ndarray, block: Block
) -> np.ndarray:
    """The prediction, asked for twice: a model that draws random numbers has no minimum."""
    value = as_prediction(_call(model, parameters, theta, block), block, model)
    again = as_prediction(_call(model, parameters, theta, block), block, model)
    if not np.array_equal(value, again, equal_nan=True):
        raise ModelError(
            f"the model {model.text} predicts something different each time it is called",
            causes=["it draws random numbers", "it keeps a state between calls"],
            next="draw the random numbers once, outside the model, and pass them in",
        )
    return value


def check_shape(
    model: Model, parameters: Parameters, theta: np.ndarray, block: Block
) -> np.ndarray | None:
    """Refuse a model that cannot fit anywhere, before starts are looked for.

    Only its shape and kind count here: `theta` is no more than a place to ask, and values that are
    not finite, or arithmetic that fails (None is returned), may be right elsewhere.
    """
    try:
        return _repeatable(model, parameters, theta, block)
    except ModelError as error:
        elsewhere = isinstance(error.__cause__, (ArithmeticError, ValueError))
        if elsewhere and "writes into" not in error.what:
            return None
        raise


def _call(model: Model, parameters: Parameters, theta: np.ndarray, block: Block) -> Any:
    theta = theta.copy()
    theta.flags.writeable = False  # an array of parameters must not be written into either
    try:
        with np.errstate(all="ignore"):
            return model.evaluate(block.x, parameters.values(theta))
    except Exception as error:  # the user's model may raise anything; it is kept as the cause
        if "read-only" in str(error):
            raise ModelError(
                f"the model {model.text} writes into the data or parameters it was given",
                causes=[f"{type(error).__name__}: {error}"],
                next="work on a copy: x = np.array(x)",
            ) from error
        raise ModelError(
            f"the model {model.text} raised {type(error).__name__}: {error}",
            causes=[
                "it was called with "
                f"{_described(parameters, theta)} and x of shape {_shapes(block)}"
            ],
        ) from error


def as_prediction(value: Any, block: Block, model: Model) -> np.ndarray:
    """The returned value as an array shaped like y, or a ModelError."""
    if value is None:
        raise ModelError(
            f"the model {model.text} returned None", causes=["it has no return statement"]
        )
    try:
        if isinstance(value, np.ma.MaskedArray) and np.ma.getmaskarray(value).any():
            raise ModelError(
                f"the model {model.text} returned masked values: it predicts nothing there",
                next="leave those rows out of x and y, and mask nothing in the model",
            )
        array = np.asarray(value)
        if array.dtype.kind in "US":
            raise TypeError("text")
        if array.dtype.kind == "c":
            raise ModelError(
                f"the model {model.text} returned complex numbers",
                next="return the part that was observed, for example value.real",
            )
        array = array.astype(float, copy=False)
    except (TypeError, ValueError) as error:
        if isinstance(error, ModelError):
            raise
        raise ModelError(
            f"the model {model.text} returned {type(value).__name__}, not numbers: {error}"
        ) from error
    shape = block.y.shape
    if array.shape == shape:
        return array
    if array.ndim == 0:
        return np.broadcast_to(array, shape)
    raise _wrong_shape(array.shape, block, model)


def _wrong_shape(shape: tuple[int, ...], block: Block, model: Model) -> ModelError:
    """Why a prediction is not shaped like y, most likely cause first."""
    y = block.y.shape
    x = [array.shape for array in block.x]
    causes, line = [], ""
    if len(y) == 2 and 1 in y and len(shape) == 1:
        causes, line = ["y is a column of a table"], "y = numpy.ravel(y)"
    elif len(y) == 1 and any(len(s) == 2 and s[1] == 1 for s in x):
        causes, line = ["x is a column of a table"], "x = numpy.ravel(x)"
    elif len(x) == 1 and len(x[0]) == 2 and shape == x[0]:
        count = x[0][0]
        names = (*model.independent, *model.parameters)[:count]
        causes = [
            f"x holds {count} independent variables, and the model takes the first argument for one"
        ]
        line = f"independent={list(names)}" if len(names) == count else ""
    elif len(y) == 1 and any(len(s) == 1 and s != y for s in x):
        causes = [f"x has {counted(x[0][0], 'point')} and y has {y[0]}"]
    causes = causes or ["a sum or a product over the points inside the model"]
    return ModelError(
        f"the model {model.text} returned shape {shape}, but y has shape {y} "
        f"(x has shape {_shapes(block)})",
        causes=causes,
        next=line,
    )


def _not_finite(
    model: Model, parameters: Parameters, theta: np.ndarray, block: Block, value: np.ndarray
) -> ModelError:
    bad = np.argwhere(~np.isfinite(value))
    where = ", ".join(str(index[0] if len(index) == 1 else tuple(index)) for index in bad[:5])
    names = ", ".join(f"'{leaf.name}': ..." for leaf in parameters.free[:2])
    gave_up = ["the integrator gave up: rates without bound, or a stiff problem (stiff=True)"]
    return ModelError(
        f"the model {model.text} is not finite at the start, in {len(bad)} of {value.size} points "
        f"(rows {where}{' ...' if len(bad) > 5 else ''})",
        causes=[
            f"the start {_described(parameters, theta)} overflows or divides by zero",
            "a logarithm, root or power of a negative number in the model",
            *(gave_up if getattr(model.function, "iterative", False) else []),
        ],
        next=f"start={{{names}}}, or bounds that keep the model finite",
    )


def singular_start(
    model: Model, parameters: Parameters, theta: np.ndarray, which: tuple[int, ...]
) -> ModelError:
    """The error for a start at which the model has a value but no derivative."""
    names = [parameters.labels[i] for i in which]
    return ModelError(
        f"the derivative of {model.text} with respect to {', '.join(names)} is not finite at the "
        f"start {_described(parameters, theta)}",
        causes=[
            "the start lies on the edge of where the model exists, as 0 does for a square root",
            "a power of a negative number, whose derivative is a logarithm",
        ],
        next=f"start={{'{names[0]}': ...}}, a little away from that edge",
    )


def _described(parameters: Parameters, theta: np.ndarray) -> str:
    return ", ".join(
        f"{k} = {np.array2string(np.asarray(v), precision=4, threshold=6)}"
        for k, v in parameters.named(theta).items()
    )


def _shapes(block: Block) -> str:
    return ", ".join(str(array.shape) for array in block.x)
