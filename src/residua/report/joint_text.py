"""The report of a fit of several datasets as text: the verdict, each dataset, the parameters."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from residua.report import words
from residua.report.rounding import number
from residua.report.table import rows
from residua.report.text import composed, laid_out, parameter_table, wrapped

if TYPE_CHECKING:
    from residua.fitting.joint.part import PartFit
    from residua.fitting.joint.result import JointFit

MOST_DATASETS = 20
NAME_WIDTH, OBSERVES_WIDTH = 20, 26


def describe(fit: JointFit) -> str:
    """The report of a joint fit: verdict, warnings, a line per dataset, parameters, noise.

    Args:
        fit: a JointFit; one that failed says so in its first word.

    Returns:
        Lines of at most 78 columns; tables have up to 88.

    Example:
        >>> import residua as rs
        >>> x = [0.0, 1.0, 2.0]
        >>> fit = rs.fit("a*x + b", {"one": (x, [1.0, 3.1, 4.9]), "two": (x, [2.0, 4.1, 5.9])},
        ...              local=["b"])
        >>> describe(fit).splitlines()[0].startswith("a*x + b   2 datasets, 6 points, 3 param")
        True
    """
    return composed(fit, headline(fit), [*dataset_table(fit), ""], goodness(fit), noise(fit))


def headline(fit: JointFit, width: int = 44) -> str:
    """The verdict in one line."""
    mark = "" if fit.ok else "FAILED: "
    name = words.shortened(words.model_name(fit), width)
    return f"{mark}{name}   {size(fit)}: {words.outcome(fit)}"


def size(fit: JointFit) -> str:
    """How many datasets, observations and parameters."""
    counts = ((len(fit.datasets), "dataset"), (fit.n, "point"), (len(fit.labels), "parameter"))
    return ", ".join(words.counted(count, noun) for count, noun in counts)


def dataset_table(fit: JointFit) -> list[str]:
    """One line per dataset; beyond 20 the rest is counted in one line."""
    names = list(fit.parts)
    shown = names if len(names) <= MOST_DATASETS else names[: MOST_DATASETS - 1]
    lines = laid_out(dataset_columns(fit, shown))
    if len(shown) < len(names):
        lines.append(f"  ... {len(names) - len(shown)} more in fit.parts")
    return lines


def dataset_columns(fit: JointFit, shown: list[str]) -> dict[str, list[str]]:
    """Of each dataset, what it observes, how many points, how far they are from the fit."""
    columns: dict[str, list[str]] = {
        "dataset": [],
        "observes": [],
        "points": [],
        "rms residual": [],
    }
    levels, chi = [], []
    for name in shown:
        part = fit.parts[name]
        own = part.model is fit.model
        observes = "the model" if own else words.shortened(words.model_name(part), OBSERVES_WIDTH)
        columns["dataset"].append(words.shortened(words.clean(name), NAME_WIDTH))
        columns["observes"].append(observes)
        columns["points"].append(str(part.n))
        columns["rms residual"].append(number(math.sqrt(float(np.mean(part.residuals**2))), 3))
        levels.append(_level(part))
        chi.append(reduced_chi_square(fit, part))
    if any(levels):
        columns["noise"] = levels
    columns["chi²/dof"] = chi
    if all(part.model is fit.model for part in fit.datasets):
        del columns["observes"]
    return columns


def reduced_chi_square(fit: JointFit, part: PartFit) -> str:
    """chi²/dof of one dataset in units of the noise, or empty where nothing is known."""
    if not part.dof >= 0.5:
        return ""
    scale = fit.residual_variance_factor**2
    return number(part.rss / part.dof / scale, 3) if scale > 0 else ""


def _level(part: PartFit) -> str:
    """The standard deviation of the noise as given or estimated, where it is one number."""
    sigma = part.sigma
    if sigma is None or sigma.ndim > part.y.ndim:
        return "" if sigma is None else "covariance"
    if np.ptp(sigma) > 1e-12 * sigma.max():
        return "varies"
    return number(float(sigma.flat[0]) * part.residual_variance_factor, 3)


def goodness(fit: JointFit) -> list[str]:
    """How well the model describes all data, one sentence each."""
    if fit.dof <= 0:
        return ["residual standard error not known: no degree of freedom is left"]
    error = number(fit.residual_standard_error, 4)
    dof, dofs = "degree of freedom", "degrees of freedom"
    first = f"residual standard error {error} on {words.counted(fit.dof, dof, dofs)}"
    if any(part.block.noise is not None for part in fit.datasets):
        first += ", in units of sigma"
    parts = [f"{'chi²' if fit.absolute_sigma else 'sum of squares'} {number(fit.rss, 5)}"]
    if not math.isnan(fit.r_squared):
        # Four decimals of R² hide the difference between good and excellent: then 1 - R² is shown.
        left = 1 - fit.r_squared
        close = 0 < left < 1e-4
        parts.append(f"R² {f'1 - {number(left, 2)}' if close else number(fit.r_squared, 4)}")
    if math.isfinite(fit.aic):
        parts += [f"AIC {fit.aic:.1f}", f"BIC {fit.bic:.1f}"]
    return [first, ", ".join(parts)]


def noise(fit: JointFit) -> str:
    """Which convention the error bars follow."""
    if fit.levels.estimated:
        dof = number(fit.interval_dof, 3)
        return (
            "levels of datasets without an absolute sigma were estimated with the parameters "
            f"(variance components); intervals with {dof} degrees of freedom"
        )
    given = [part.observations.sigma is not None for part in fit.datasets]
    if not any(given):
        return "estimated from the residuals, the same in all datasets (no sigma was given)"
    if fit.absolute_sigma:
        return "sigma was given and taken as absolute: the error bars follow from it alone"
    return (
        "sigma was given and taken as relative: only ratios count, those between datasets too, and "
        "the error bars are scaled to the residuals (absolute_sigma=False)"
    )


def describe_part(part: PartFit) -> str:
    """One dataset of a joint fit: its points and its parameters, with the joint error bars."""
    mark = "" if part.ok else "FAILED: "
    name = words.shortened(words.model_name(part), 44)
    lines = wrapped(f"{mark}{name}   {part_size(part)}: {words.outcome(part)}", "", "    ")
    for sentence in words.warnings(part):
        lines += wrapped(sentence, "  ! ", "    ")
    lines += ["", *parameter_table(rows(part), part.ok), ""]
    lines += [f"  {sentence}" for sentence in part_goodness(part)]
    return "\n".join(lines)


def part_size(part: PartFit) -> str:
    """Which dataset it is, and how many points it has."""
    count, points = len(part.joint.datasets), words.counted(part.n, "point")
    together = f", one of {count} datasets fitted together" if count > 1 else ""
    return f"{part.name!r}{together}, {points}"


def part_goodness(part: PartFit) -> list[str]:
    """How well the dataset is described, where that is known."""
    chi, dof = reduced_chi_square(part.joint, part), number(part.dof, 3)
    freedom = f"degree{'' if dof == '1' else 's'} of freedom"
    return [f"chi²/dof {chi} on {dof} {freedom} of its own"] if chi else []
