"""The report of a fitted potential as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from residua.atoms.fitting.errors import SHOWN
from residua.report import words
from residua.report.rounding import number
from residua.report.table import rows
from residua.report.text import parameter_table, wrapped

if TYPE_CHECKING:
    from residua.atoms.fitting.result import PotentialFit


def describe(fit: PotentialFit) -> str:
    """Verdict, warnings, parameters with errors, how far from the data, weights, and the domain."""
    table = rows(fit)
    lines = wrapped(_headline(fit), "", "    ")
    for sentence in words.warnings(fit):
        lines += wrapped(sentence, "  ! ", "    ")
    lines += ["", *parameter_table(table, fit.ok)]
    correlated = words.correlations(fit)
    lines += wrapped(f"strongly correlated: {correlated}", "  ", "    ") if correlated else []
    lines += ["", *_errors(fit)]
    for name, text in (
        ("weights", _weights(fit)),
        ("cutoff", f"{fit.potential.cutoff:.4g} Å"),
        ("seen", _seen(fit)),
        ("engine", words.engine(fit)),
    ):
        lines += wrapped(f"{name}: {text}", "  ", "    ")
    return "\n".join(lines)


def _headline(fit: PotentialFit) -> str:
    mark = "" if fit.ok else "FAILED: "
    name = words.shortened(words.clean(fit.model.text), 60)
    kinds = " + ".join({"energy": "energies"}.get(kind, kind) for kind in fit.targets.kinds)
    size = f"{len(fit.structures)} structures, {kinds} ({fit.n}), {len(fit.labels)} parameters"
    return f"{mark}{name}   {size}: {words.outcome(fit)}"


def _errors(fit: PotentialFit) -> list[str]:
    sets = list(dict.fromkeys(row.set for row in fit.errors))
    lines = [f"  {'RMSE':10}" + "".join(f"{name:>18}" for name in sets)]
    for kind, (unit, factor) in SHOWN.items():
        cells = [
            f"{number(factor * row.rmse, 3)} {unit}"
            for name in sets
            for row in fit.errors
            if (row.set, row.kind, row.group) == (name, kind, "")
        ]
        if cells:
            fitted = "" if kind in fit.targets.kinds else "   (not fitted)"
            lines.append(f"  {kind:10}" + "".join(f"{cell:>18}" for cell in cells) + fitted)
    return lines


def _weights(fit: PotentialFit) -> str:
    if len(fit.levels) == 1:
        return "every observation counts the same; the noise is estimated from the residuals"
    each = ", ".join(f"{kind} {number(level, 3)}" for kind, level in fit.levels.items())
    how = "estimated from the fit" if fit.levels_estimated else "given"
    return f"standard deviations {how}: {each} (eV, Å)"


def _seen(fit: PotentialFit) -> str:
    pairs = ", ".join(
        f"{'-'.join(pair)} from {number(r, 4)} Å" for pair, r in fit.domain.nearest.items()
    )
    low, high = fit.domain.crowd
    return f"{pairs}; {low} to {high} atoms within {number(fit.domain.cutoff, 4)} Å"
