"""The report of a fitted potential, as text and for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from residua._words import counted
from residua.atoms.fitting.errors import SHOWN
from residua.report import html, markup, words
from residua.report.rounding import number
from residua.report.table import rows
from residua.report.text import laid_out, parameter_table, wrapped

if TYPE_CHECKING:
    from residua.atoms.fitting.result import PotentialFit


def describe(fit: PotentialFit) -> str:
    """Verdict, warnings, parameters with errors, how far from the data, weights, and the domain."""
    table = rows(fit)
    mark = "" if fit.ok else "FAILED: "
    lines = wrapped(f"{mark}{_name(fit)}   {_size(fit)}: {words.outcome(fit)}", "", "    ")
    for sentence in words.warnings(fit):
        lines += wrapped(sentence, "  ! ", "    ")
    lines += ["", *parameter_table(table, fit.ok)]
    correlated = words.correlations(fit)
    lines += wrapped(f"strongly correlated: {correlated}", "  ", "    ") if correlated else []
    lines += ["", *laid_out(_errors(fit))]
    for fact in markup.named(_facts(fit)):
        lines += wrapped(fact, "  ", "    ")
    return "\n".join(lines)


def describe_html(fit: PotentialFit) -> str:
    """The same as one HTML element for notebooks."""
    table, errors = rows(fit), _errors(fit)
    correlated = ("strongly correlated", words.correlations(fit))
    return markup.page(
        markup.headline(_name(fit), _size(fit), words.outcome(fit), fit.ok),
        markup.findings(words.warnings(fit)),
        html.parameter_table(table, fit.ok),
        markup.table(list(errors), list(zip(*errors.values()))),
        markup.notes(markup.named((correlated, *_facts(fit)))),
    )


def _name(fit: PotentialFit) -> str:
    return words.shortened(words.clean(fit.model.text), 60)


def _size(fit: PotentialFit) -> str:
    kinds = " + ".join({"energy": "energies"}.get(kind, kind) for kind in fit.targets.kinds)
    structures = counted(len(fit.structures), "structure")
    return f"{structures}, {kinds} ({fit.n}), {counted(len(fit.labels), 'parameter')}"


def _facts(fit: PotentialFit) -> tuple[tuple[str, str], ...]:
    return (
        ("weights", _weights(fit)),
        ("cutoff", f"{fit.potential.cutoff:.4g} Å"),
        ("seen", _seen(fit)),
        ("engine", words.engine(fit)),
    )


def _errors(fit: PotentialFit) -> dict[str, list[str]]:
    """RMSE by kind, a column for each set; kinds that were not fitted say so in the last."""
    values = {(row.set, row.kind): row.rmse for row in fit.errors if row.group == ""}
    sets = list(dict.fromkeys(name for name, _ in values))
    kinds = [kind for kind in SHOWN if any((name, kind) in values for name in sets)]
    columns = {"RMSE": kinds}
    for name in sets:
        columns[name] = []
        for kind in kinds:
            unit, factor = SHOWN[kind]
            found = values.get((name, kind))
            columns[name].append("" if found is None else f"{number(factor * found, 3)} {unit}")
    if any(kind not in fit.targets.kinds for kind in kinds):
        columns[""] = ["" if kind in fit.targets.kinds else "(not fitted)" for kind in kinds]
    return columns


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
    atoms = counted(high, "atom") if low == high else f"{low} to {high} atoms"
    return f"{pairs}; {atoms} within {number(fit.domain.cutoff, 4)} Å"
