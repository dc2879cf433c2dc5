"""scipy's curve_fit and least_squares with exact derivatives: change one import, nothing else.

    from residua.scipy import curve_fit, least_squares

Same arguments, results, warnings and exceptions as scipy.optimize. Standard problems (dense,
linear loss, default tolerances) are solved on residua's triangle. What steers scipy's own algorithm
(robust losses, tolerances, dogbox, lsmr, callbacks ...) is obeyed by that algorithm, which is given
the exact Jacobian. A function that the derivatives cannot follow, and input that is not as it
should be, go to scipy unchanged.
"""

from __future__ import annotations

from residua.scipy.curve import curve_fit
from residua.scipy.residual import least_squares

__all__ = ["curve_fit", "least_squares"]
