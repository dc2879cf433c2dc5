"""trace: what happened while a network was trained, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from residua._errors import ModelError
from residua.doc import Doc, documented
from residua.networks.stepwise.trace import Trace

if TYPE_CHECKING:
    from residua.fitting.result import Fit


@documented
def trace(fit: Annotated[Fit, Doc("a fit of a network")]) -> Trace:
    """The course of a network's training: loss, gradient norm and learning rate at every step.

    Of an ensemble it is that of the network trained last, on all rows. Parameters are there too
    when Levenberg-Marquardt went, or with `rs.Adam(..., record="parameters")`; for
    Levenberg-Marquardt the rate is the inverse of the damping. Losses are those of training, in
    standardized units: a mean squared error is a share of the variance of y.

    Returns:
        A Trace: arrays `step`, `loss`, `gradient_norm`, `rate`, `parameters`; `to_frame()`.

    Raises:
        ModelError: the fit is not of a network, or was loaded from a file.

    Example:
        >>> import numpy as np, residua as rs
        >>> x = np.linspace(-2, 2, 40)
        >>> course = rs.trace(rs.fit(rs.MLP([5]), x, np.sin(2 * x)))
        >>> bool(course.loss[-1] < course.loss[0])
        True
    """
    found: Trace | None = getattr(fit, "training", None)
    if found is None:
        raise ModelError(
            "this fit has no trace of a training",
            causes=["it is not of a network", "it was loaded from a file, which keeps none"],
            next="rs.trace(rs.fit(rs.MLP([10]), x, y))",
        )
    return found
