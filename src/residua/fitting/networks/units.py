"""Units of networks: of a formula beside one, of several datasets, of what each observes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from residua._outcomes import Finding
from residua.data.observations import Note, Observations
from residua.fitting.networks.table import Table
from residua.fitting.units import contradictions
from residua.networks.functional import Functional
from residua.networks.hybrid import Hybrid
from residua.problem.units import VALUE, Units

if TYPE_CHECKING:
    from residua.fitting.networks.several_result import NetworkJointFit
    from residua.fitting.networks.stack import Source


def judged_units(found: Table, architecture: Any, plain: bool = True) -> Table:
    """The table with a note for each unit that the formula beside a network takes otherwise.

    plain: whether the value itself was observed.
    """
    if not isinstance(architecture, Hybrid) or not found.observations.units:
        return found
    formula, seen = architecture.formula, found.observations
    names = {name: name for name in formula.independent} | ({VALUE: VALUE} if plain else {})
    notes = (*seen.notes, *contradictions(seen, seen.units, formula, names))
    return found._replace(observations=seen._replace(notes=notes))


def pooled_observations(
    seen: Observations, sources: Sequence[Source], values: Sequence[Source]
) -> Observations:
    """All values, with the units that datasets say and none contradicts, and all their notes."""
    units = _agreed(seen.names, sources) | _agreed((VALUE,), values)
    own = [note for note in seen.notes if note[0] is Finding.CONSTANT_DATA]
    return seen._replace(units=units, notes=(*own, *_notes(sources)))


def _notes(sources: Sequence[Source]) -> list[Note]:
    """What reading the datasets found; a column that is constant in one may vary in all."""
    return [
        (kind, f"{text} (dataset {one.name!r})")
        for one in sources
        for kind, text in one.observations.notes
        if kind is not Finding.CONSTANT_DATA
    ]


def _agreed(names: Sequence[str], sources: Sequence[Source]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names:
        said = {one.observations.units.get(name) for one in sources} - {None}
        if len(said) == 1:
            found[name] = str(said.pop())
    return found


def units_seen(fit: NetworkJointFit, one: Source) -> Units:
    """Units of what a dataset observes: as its headings say, else as they follow from the fit's."""
    seen, whole = one.observations, fit.units
    of_value = whole.get(fit.observations.y_name)
    units: Units = {name: seen.units.get(name) or whole.get(name) for name in seen.names}
    columns = {name: units.get(name) for name in one.table.columns}
    follows = seen_unit(one.functional, of_value, columns)
    units[seen.y_name] = seen.units.get(VALUE, follows)
    return units | {name: whole.get(name) for name in fit.model.parameters}


def seen_unit(what: Functional, value: str | None, columns: Units) -> str | None:
    """The unit of what is observed of a network; None where it is not known.

    A number in front may convert units, so nothing is known of 160.2 times a slope.

    Args:
        what: a number times the value, and numbers times slopes.
        value: the unit of the value.
        columns: units of the columns of x, in their order.

    >>> force = Functional(0.0, 0.0, (-1.0,))
    >>> seen_unit(force, "eV", {"r": "Å"}), seen_unit(force, "eV", {"r": None})
    ('eV/Å', None)
    >>> seen_unit(Functional(0.0, 0.0, (-160.2,)), "eV", {"V": "Å^3"})
    """
    from residua.doc.units import resolved

    numbers = (what.value, *what.slopes)
    if [abs(number) for number in numbers if number] != [1.0]:
        return None
    if what.value:
        return value
    x = next(name for name, number in zip(columns, what.slopes) if number)
    return resolved("[y]/[x]", {"y": value, "x": columns[x]})
