"""What the arguments of the teaching functions have in common, said once."""

from __future__ import annotations

from typing import Annotated

from numpy.typing import ArrayLike

from residua._types import ArraysByName
from residua.doc import Doc

Weights = Annotated[
    ArraysByName,
    Doc(
        'a dict of arrays: {"weight": number or (d,), "bias": number} of a line, or {"W1": '
        '(units, d), "b1": (units,), "W2": (outputs, units), "b2": (outputs,), ...} of a network'
    ),
]
Inputs = Annotated[ArrayLike, Doc("inputs, (n,) or (n, d)")]
Observations = Annotated[ArrayLike, Doc("observations, shaped like the predictions")]
Hidden = Annotated[
    str,
    Doc("the function of the hidden units, a name of `teach.ACTIVATIONS`; not used by a line"),
]
Output = Annotated[str, Doc('the function of the output units; "logistic" for classes 0 and 1')]
Along = Annotated[
    tuple[str, str] | None,
    Doc("names of two parameters, as in `teach.labels(params)`; the first two by default"),
]
