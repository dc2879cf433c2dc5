"""infodict, mesg and ier of curve_fit, in the words of scipy."""

from __future__ import annotations

from typing import Any

from scipy import linalg

from residua.objective import Objective
from residua.scipy.local import End
from residua.solvers.levenberg_marquardt import UNSEEN
from residua.solvers.solver import PHASES, ROUNDING

TOLERANCE = PHASES[-1]
# (method, stationary?) -> ier and mesg, as `leastsq` and `least_squares` number them.
ENDINGS = {
    ("lm", True): (
        4,
        "The cosine of the angle between func(x) and any column of the\n  Jacobian is at most "
        f"{TOLERANCE:.0e} in absolute value",
    ),
    ("lm", False): (
        1,
        "Both actual and predicted relative reductions in the sum of squares\n  are at most "
        f"{UNSEEN:.0e}",
    ),
    ("trf", True): (1, "`gtol` termination condition is satisfied."),
    ("trf", False): (2, "`ftol` termination condition is satisfied."),
}


def gave_up(method: str, limit: int) -> str:
    """What scipy says when a limit on function evaluations was reached."""
    if method == "lm":
        return f"Number of calls to function has reached maxfev = {limit}."
    return "The maximum number of function evaluations is exceeded."


def details(problem: Objective, end: End, method: str) -> tuple[dict[str, Any], str, int]:
    """infodict, mesg, ier."""
    ier, mesg = ENDINGS[method, end.code != ROUNDING]
    # Rows of the objective are observed minus predicted; scipy's are the negative of that.
    augmented = 0.0 - problem.augmented(end.params)
    jac, fvec = augmented[:-1].T, augmented[-1]
    infodict: dict[str, Any] = {"nfev": problem.evaluations, "fvec": fvec}
    if method == "lm":
        (packed, _), _, order = linalg.qr(jac, mode="raw", pivoting=True)
        q, _, _ = linalg.qr(jac, mode="economic", pivoting=True)
        infodict |= {"fjac": packed.T, "ipvt": order, "qtf": q.T @ fvec}
    return infodict, mesg, ier
