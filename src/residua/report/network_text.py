"""The report of a fitted network: verdict, what was trained, how good it is, its noise."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from residua.report import markup, words
from residua.report.network_datasets import dataset_facts, with_unit
from residua.report.rounding import number
from residua.report.text import wrapped

if TYPE_CHECKING:
    from residua.fitting.networks.result import NetworkFit

MOST_PARTS = 8


def describe(fit: NetworkFit) -> str:
    """The report of a network as text for a terminal: the verdict first.

    Args:
        fit: a NetworkFit.

    Returns:
        Lines of at most 78 columns.

    Example:
        >>> import numpy as np, residua as rs
        >>> x = np.linspace(-2, 2, 40)
        >>> print(describe(rs.fit(rs.MLP([5]), x, np.sin(2 * x), members=1)).splitlines()[0])
        MLP([5], 'tanh')   40 points, 16 parameters: trained, 1 member
    """
    lines = wrapped(headline(fit), "", "    ")
    for sentence in words.warnings(fit):
        lines += wrapped(sentence, "  ! ", "    ")
    lines.append("")
    for name, text in facts(fit):
        lines += wrapped(f"{name}: {text}", "  ", "    ")
    return "\n".join(lines)


def describe_html(fit: NetworkFit) -> str:
    """The same as one HTML element for notebooks; texts are escaped."""
    name = words.shortened(words.model_name(fit), 200)
    return markup.page(
        markup.headline(name, words.size(fit), _outcome(fit), fit.ok),
        markup.findings(words.warnings(fit)),
        markup.table((), facts(fit)),
    )


def headline(fit: NetworkFit) -> str:
    """`MLP([10], 'tanh')   100 points, 31 parameters: trained, 10 members`."""
    mark = "" if fit.ok else "FAILED: "
    name = words.shortened(words.model_name(fit), 60)
    return f"{mark}{name}   {words.size(fit)}: {_outcome(fit)}"


def _outcome(fit: NetworkFit) -> str:
    return f"{fit.outcome.sentence}, {words.counted(fit.members, 'member')}"


def facts(fit: NetworkFit) -> list[tuple[str, str]]:
    """(what, how) pairs, those that are known."""
    found = [("error", _error(fit)), ("members", _members(fit)), ("noise", _noise(fit))]
    found += [*dataset_facts(fit), ("inputs", _inputs(fit))]
    found.append(
        (
            "training",
            f"{_trainer(fit)}, {words.counted(fit.steps, 'step')} in {words.duration(fit.seconds)}",
        )
    )
    return [(name, text) for name, text in found if text]


def _error(fit: NetworkFit) -> str:
    if not fit.spreads:
        right = float(((fit.fitted > 0.5) == (fit.y > 0.5)).mean())
        return f"{right:.1%} of the observations are on the right side of 1/2"
    root = math.sqrt(float((fit.residuals**2).mean()))
    unit = words.value_unit(fit)
    parts = [f"{with_unit(root, 3, unit)} root mean square over the data"]
    if not math.isnan(fit.cross_validated):
        unseen = with_unit(fit.cross_validated, 3, unit)
        parts.insert(0, f"{unseen} root mean square over unseen rows")
    parts.append(f"R² {number(fit.r_squared, 4)}")
    return ", ".join(parts)


def _members(fit: NetworkFit) -> str:
    shares: dict[int, float] = {}
    for one in fit.ensemble.active:
        shares[one.candidate] = shares.get(one.candidate, 0.0) + one.weight
    total = sum(shares.values())
    listed = sorted(shares.items(), key=lambda item: -item[1])[:MOST_PARTS]
    names = [f"{fit.plan.candidates[c]!r} {share / total:.0%}" for c, share in listed]
    text = ", ".join(words.clean(name) for name in names) if len(shares) > 1 else ""
    if math.isfinite(fit.effective):
        text += f"{'; ' if text else ''}the data determine {_effective(fit)}"
    return text


def _effective(fit: NetworkFit) -> str:
    count = number(fit.effective, 3)
    return f"{count} parameter{'' if count == '1' else 's'}"


def _noise(fit: NetworkFit) -> str:
    if not fit.spreads:
        return "of 0/1 observations: logistic"
    if not fit.noise_known:
        return "not known, and so no error: the networks pass through all observations"
    if fit.absolute_sigma:
        return "known: sigma was given in the units of y"
    kinds = []
    for spread in fit.spreads:
        tail = "normal" if spread.dof >= 1e5 else f"Student's t, {number(spread.dof, 3)} dof"
        kinds.append(f"{'depends on the input' if spread.varies else 'uniform'}, {tail}")
    typical = f"{with_unit(fit.noise, 3, words.value_unit(fit))} where a member is typical"
    if fit.sigma is not None:
        typical += ", in proportion to sigma"
    return f"{typical}; {' | '.join(dict.fromkeys(kinds))}"


def _inputs(fit: NetworkFit) -> str:
    """Inputs by how far they reach: the inverse of the prior that the evidence gave them."""
    labels = fit.table.columns
    if labels == fit.observations.names:  # a matrix has one name, and no units
        labels = tuple(words.clean(words.variable_label(fit, i)) for i in range(len(labels)))
    return "" if len(labels) == 1 else f"{len(labels)} ({words.shortened(', '.join(labels), 60)})"


def _trainer(fit: NetworkFit) -> str:
    solver = fit.plan.solver
    if solver is None:
        return f"Levenberg-Marquardt with evidence ({fit.plan.reason})"
    return f"{solver_name(solver)} ({fit.plan.reason})"


def solver_name(solver: Any) -> str:
    """Of a solver, or of one whose name alone is known from a file."""
    return solver if isinstance(solver, str) else type(solver).__name__
