"""Every way a fit can end, and everything a verdict can find: one sentence each."""

from __future__ import annotations

from enum import Enum


class Outcome(Enum):
    """How the fit ended, as one sentence (`outcome.sentence`); `outcome.ok` says if it may be used.

    >>> Outcome.CONVERGED.sentence
    'converged to a minimum'
    """

    sentence: str
    ok: bool

    def __new__(cls, sentence: str, ok: bool) -> Outcome:
        member = object.__new__(cls)
        member._value_ = sentence
        member.sentence = sentence
        member.ok = ok
        return member

    CONVERGED = ("converged to a minimum", True)
    TRAINED = ("trained", True)
    AT_BOUND = ("converged with a parameter at its bound", True)
    VALLEY = ("stopped in a valley: the data do not determine every parameter", False)
    NO_BETTER_THAN_CONSTANT = ("stopped at a fit that is no better than a constant", False)
    NOT_A_MINIMUM = ("stopped where the slope vanishes but the cost is not at a minimum", False)
    START_UNCHANGED = ("stopped without moving from the start", False)
    STALLED = ("stalled before reaching a minimum: further steps hardly lower the cost", False)
    STEP_LIMIT = ("stopped at the step limit before reaching a minimum", False)
    NOT_FINITE = ("stopped because the model is not finite", False)
    INTERRUPTED = ("interrupted; the best parameters so far are kept", False)


class Finding(Enum):
    """What a verdict noticed beside the outcome; each becomes one sentence of `fit.warnings`."""

    STRUCTURED_RESIDUALS = "structured residuals"
    NO_BETTER_THAN_CONSTANT = "no better than a constant"
    NOT_DETERMINED = "not determined"
    AT_BOUND = "at bound"
    NO_DEGREES_OF_FREEDOM = "no degrees of freedom"
    CONSTANT_DATA = "constant data"
    NO_INFLUENCE = "no influence"
    OTHER_MINIMUM = "other minimum"
    ROWS_LEFT_OUT = "rows left out"
    UNITS = "units"
    NOISE_LEVELS = "noise levels"
    FINITE_DIFFERENCES = "finite differences"
    MODEL = "model"
