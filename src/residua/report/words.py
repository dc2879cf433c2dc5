"""What a report says in words: the verdict, how good the fit is, which noise, which engine."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from residua._words import counted as counted
from residua.data.headings import split_heading
from residua.report.rounding import number
from residua.report.table import Row, strong_correlations

if TYPE_CHECKING:
    from residua.fitting.result import Fit

SHOWN_PAIRS = 5


def clean(text: str) -> str:
    """One line of printable characters: a name from a file must not steer a terminal."""
    line = " ".join(text.split())
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)


def shortened(text: str, width: int) -> str:
    """`text`, cut to `width` characters with an ellipsis."""
    return text if len(text) <= width else text[: width - 3].rstrip() + "..."


def model_name(fit: Fit) -> str:
    """The formula, the shelf name, or the name of the function without its module."""
    text = clean(fit.model.text)
    if fit.model.kind in ("formula", "shelf", "composed", "network"):
        return text
    if fit.model.kind == "reactions":
        return clean(fit.model.equation)
    name = text.rpartition("<locals>.")[2] if "<locals>." in text else text.rpartition(".")[2]
    return "lambda" if "lambda" in name else name


def model_equation(fit: Fit) -> str:
    """The equation of a library model; empty when the name says it all."""
    if fit.model.kind == "composed" and fit.model.equation == fit.model.text:
        return ""
    return clean(fit.model.equation) if fit.model.kind in ("shelf", "composed") else ""


def variable_label(fit: Fit, place: int = 0) -> str:
    """What to write on the axis of an independent variable: its name and its unit."""
    name = fit.observations.names[place]
    return _with_unit(name, fit.units.get(name))


def value_label(fit: Fit, suffix: str = "") -> str:
    """What to write on the axis of y: its name, what is shown of it, and its unit."""
    name = value_name(fit)
    shown = f"{name}, {suffix}" if suffix else name
    return _with_unit(shown, None if split_heading(name)[1] else value_unit(fit))


def value_name(fit: Fit) -> str:
    """What y is called: by its column, or as what a dataset of several observes."""
    return shortened(clean(getattr(fit, "observed_name", fit.observations.y_name)), 40)


def value_unit(fit: Fit) -> str | None:
    """The unit of y."""
    return fit.units.get(fit.observations.y_name)


def _with_unit(name: str, unit: str | None) -> str:
    return f"{name} ({unit})" if unit and split_heading(name)[1] is None else name


def outcome(fit: Fit) -> str:
    """How the fit ended and after how many steps."""
    steps = counted(fit.steps, "step")
    return f"{fit.outcome.sentence} in {steps}" if fit.ok else f"{fit.outcome.sentence} ({steps})"


def size(fit: Fit) -> str:
    """How many observations and parameters."""
    shape = fit.observations.block.y.shape
    noun = "point" if fit.observations.names else "residual"
    points = counted(fit.n, noun)
    if len(shape) > 1:
        points = f"{counted(fit.n, 'observation')} ({' x '.join(map(str, shape))})"
    fixed = sum(leaf.size for leaf in fit.parameters.leaves if leaf.fixed)
    parameters = counted(len(fit.labels), "parameter")
    tied = sum(leaf.size for leaf in fit.parameters.leaves if leaf.tie is not None)
    others = [f"{count} {how}" for count, how in ((fixed, "fixed"), (tied, "tied")) if count]
    return f"{points}, {' and '.join([parameters, *others])}"


def headline(fit: Fit, width: int = 44) -> str:
    """The verdict: `a*exp(-b*x)   50 points, 2 parameters: converged to a minimum in 8 steps`."""
    mark = "" if fit.ok else "FAILED: "
    return f"{mark}{shortened(model_name(fit), width)}   {size(fit)}: {outcome(fit)}"


def warnings(fit: Fit) -> list[str]:
    """The sentences of the findings; the outcome itself is in the headline."""
    return [clean(sentence) for _, sentence in fit.findings]


def goodness(fit: Fit) -> list[str]:
    """How well the model describes the data, one sentence each."""
    if fit.dof > 0:
        error = number(fit.residual_standard_error, 4)
        dof = counted(fit.dof, "degree of freedom", "degrees of freedom")
        first = f"residual standard error {error} on {dof}"
        if fit.sigma is not None:
            first += ", in units of sigma"
    else:
        first = "residual standard error not known: no degree of freedom is left"
    if fit.rss == 0 and fit.dof > 0:
        first += ": the model meets every point, so no noise is seen and error bars are zero"
    return [first, ", ".join(_criteria(fit))]


def _criteria(fit: Fit) -> list[str]:
    name = "chi²" if fit.absolute_sigma else "sum of squares"
    parts = [f"{name} {number(fit.rss, 5)}"]
    if not math.isnan(fit.r_squared):
        # Four decimals of R² hide the difference between good and excellent; show 1 - R² instead.
        unexplained = 1 - fit.r_squared
        close = 0 < unexplained < 1e-4
        parts.append(f"R² {f'1 - {number(unexplained, 2)}' if close else number(fit.r_squared, 4)}")
    if math.isfinite(fit.aic):
        parts += [f"AIC {fit.aic:.1f}", f"BIC {fit.bic:.1f}"]
    return parts


def noise(fit: Fit) -> str:
    """Which convention the error bars follow."""
    if fit.sigma is None:
        return "estimated from the residuals, the same for every point (no sigma was given)"
    kind = "a covariance matrix" if fit.sigma.ndim > fit.y.ndim else "sigma"
    if fit.absolute_sigma:
        return f"{kind} was given and taken as absolute: the error bars follow from it alone"
    return (
        f"{kind} was given and taken as relative: only ratios count, and the error bars are scaled "
        "to the residuals (absolute_sigma=False)"
    )


def engine(fit: Fit) -> str:
    """Which engine gave the derivatives, why, and what it took."""
    why = f" ({clean(fit.engine_reason)})" if fit.engine_reason else ""
    return f"{fit.engine}{why}, {counted(fit.evaluations, 'evaluation')} in {duration(fit.seconds)}"


def duration(seconds: float) -> str:
    """Seconds in a unit that suits them."""
    if seconds >= 100:
        return f"{seconds / 60:.3g} min"
    return f"{seconds:.3g} s" if seconds >= 1 else f"{seconds * 1e3:.3g} ms"


def correlations(fit: Fit) -> str:
    """The strongest correlations, or empty."""
    pairs = strong_correlations(fit)
    shown = [f"{clean(a)} and {clean(b)} ({_signed(value)})" for a, b, value in pairs[:SHOWN_PAIRS]]
    left = len(pairs) - SHOWN_PAIRS
    more = f" and {counted(left, 'more pair')}" if left > 0 else ""
    return ", ".join(shown) + more


def parameter_facts(fit: Fit, rows: list[Row]) -> tuple[tuple[str, str], ...]:
    """What is said of parameters below their table, each empty where there is nothing to say."""
    return (
        ("tied", ties(rows)),
        ("bounds", bounds(rows)),
        ("strongly correlated", correlations(fit)),
    )


def _signed(correlation: float) -> str:
    # 0.9997 is not 1: near the end the digits that matter come later.
    return f"{correlation:+.{3 if abs(correlation) < 0.9995 else 7}f}"


def bounds(rows: list[Row]) -> str:
    """The bounds that were set, or empty."""
    return _listed([row.bounds for row in rows if row.bounds and not row.fixed])


def ties(rows: list[Row]) -> str:
    """The ties, `b2 = 2*b1`, or empty."""
    return _listed(list(dict.fromkeys(row.tie for row in rows if row.tie)))


def _listed(found: list[str], most: int = 12) -> str:
    found = [clean(text) for text in found]
    more = f" and {len(found) - most} more" if len(found) > most else ""
    return ", ".join(found[:most]) + more
