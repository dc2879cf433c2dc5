"""Units of a fit: from the headings of the data and from beside the arguments of the model.

Nothing is converted. Where data and model are known to disagree, the fit says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from residua._outcomes import Finding
from residua.data.observations import Note, Observations
from residua.data.tables import is_names, unit_of_column
from residua.problem.model import Model
from residua.problem.units import VALUE, documented_units, resolved_units

if TYPE_CHECKING:
    from residua.fitting.result import Fit


def units_of_data(names: tuple[str, ...], x: Any, y: Any, data: Any) -> dict[str, str]:
    """The units that headings say, of variables by name and of y under `_value`."""
    table = data if x is None or is_names(x) else x
    found = {name: _unit(table, name) for name in names}
    found[VALUE] = _unit(data, y) if isinstance(y, str) else _unit(y, "")
    return {name: unit for name, unit in found.items() if unit is not None}


def _unit(table: Any, name: str) -> str | None:
    if isinstance(table, Mapping) or hasattr(table, "columns"):
        return unit_of_column(table, name)
    heading = getattr(table, "name", None)  # a Series knows what it is called
    return unit_of_column({heading: None}, heading) if isinstance(heading, str) else None


def unit_of_sigma(sigma: Any, data: Any) -> str | None:
    """The unit that the heading of sigma says, of a column by name or of a Series."""
    return _unit(data, sigma) if isinstance(sigma, str) else _unit(sigma, "")


def with_units(
    observations: Observations, told: Mapping[str, str], model: Model, of_sigma: str | None = None
) -> Observations:
    """The observations with these units, and a note for each that contradicts another."""
    if not told:
        return observations
    inside = dict(zip((*observations.names, VALUE), (*model.independent, VALUE)))
    notes = (
        *observations.notes,
        *contradictions(observations, told, model, inside),
        *_contradicting_sigma(observations.y_name, told.get(VALUE), of_sigma),
    )
    return observations._replace(units=dict(told), notes=notes)


def contradictions(
    observations: Observations, told: Mapping[str, str], model: Model, names: Mapping[str, str]
) -> list[Note]:
    """A note for each unit that the model takes otherwise; names: of the data, in the model."""
    from residua.problem.unit_words import contradict

    documented = documented_units(model)
    notes: list[Note] = []
    for name, inside in names.items():
        unit, wanted = told.get(name), documented.get(inside)
        if unit is None or wanted is None or "[" in wanted or not contradict(unit, wanted):
            continue
        called = observations.y_name if name == VALUE else name
        verb = "gives it" if name == VALUE else "takes it"
        title = model.text.rpartition(".")[2] if model.kind == "function" else model.text
        sentence = (
            f"{called} is in {unit or 'no unit'} in the data, and {title} {verb} "
            f"{f'in {wanted}' if wanted else 'without a unit'}: nothing was converted"
        )
        notes.append((Finding.UNITS, sentence))
    return notes


def _contradicting_sigma(y_name: str, unit: str | None, of_sigma: str | None) -> list[Note]:
    """A note where observations and their standard deviations are in different units."""
    from residua.problem.unit_words import contradict

    if not unit or not of_sigma or not contradict(unit, of_sigma):
        return []
    sentence = f"{y_name} is in {unit}, and its sigma in {of_sigma}: nothing was converted"
    return [(Finding.UNITS, sentence)]


def units_of(fit: Fit) -> dict[str, str | None]:
    """The unit of every variable, of y and of every parameter; "" for none, None if not known."""
    seen, told = _told(fit)
    of_model = dict(zip(seen.names, fit.model.independent))
    known = {of_model.get(name, name): unit for name, unit in told.items()}
    documented: dict[str, str | None] = dict.fromkeys((*fit.model.independent, VALUE))
    documented |= documented_units(fit.model)
    found = {**known, **resolved_units(documented, known)}
    units: dict[str, str | None] = {seen.y_name: found.get(VALUE)}
    units |= {name: found.get(inside) for name, inside in of_model.items()}
    return units | {name: found.get(name) for name in fit.model.parameters}


def _told(fit: Fit) -> tuple[Observations, Mapping[str, str]]:
    """What the data say; of several datasets, what all say that observe the model itself."""
    parts = [part for part in getattr(fit, "datasets", ()) if part.model is fit.model]
    if not parts:
        return fit.observations, fit.observations.units
    first, *others = (part.observations for part in parts)
    agreed = {
        name: unit
        for name, unit in first.units.items()
        if all(other.units.get(name) == unit for other in others)
    }
    return first, agreed
