"""The joint fit: one model and several datasets, from the words of `fit` to a JointFit."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from residua._errors import DataError, ModelError, ParameterError
from residua._words import counted
from residua.data.measured import Measured
from residua.fitting.check_model import protected
from residua.fitting.joint.engine import about
from residua.fitting.joint.gather import Words, gather_each
from residua.fitting.joint.result import JointFit
from residua.fitting.joint.solve import solve_jointly
from residua.fitting.joint.task import Part
from residua.fitting.joint.words import local_names, named_datasets
from residua.fitting.pose import USUAL, for_start, named_model, pose
from residua.fitting.task import Settings
from residua.problem.composition.identity import identity
from residua.problem.model import Model
from residua.problem.model import model as as_model


def fit_jointly(
    model: Any,
    x: Any,
    y: Any,
    words: Words,
    settings: Settings,
    *,
    data: Any = None,
    sigma: Any = None,
    absolute_sigma: bool = False,
    independent: str | Sequence[str] | None = None,
    missing: str = "raise",
    shared: Any = None,
    local: Any = None,
    by: Any = None,
    began: float | None = None,
) -> JointFit:
    """Fit several datasets at once; the words are those of `residua.fit`."""
    datasets = named_datasets(x, y, data, sigma, by)
    if by is not None and shared is None and local is None:
        raise ParameterError(
            f"by={by!r} makes {counted(len(datasets), 'dataset')}, and nothing says what "
            "they share",
            next='shared=["..."], or local=["..."]',
        )
    base = for_start(_base_model(model, datasets, independent, words, shared, local), words.start)
    parts = _parts(base, datasets, absolute_sigma, missing)
    names = tuple(dict.fromkeys(name for part in parts for name in part.model.parameters))
    own = local_names(names, shared, local, len(parts))
    layout = gather_each(tuple(p.name for p in parts), [p.model for p in parts], own, words)
    return solve_jointly(base, layout, parts, settings, began)


def _base_model(
    model: Any,
    datasets: Sequence[Measured],
    independent: Any,
    words: Words,
    shared: Any,
    local: Any,
) -> Model:
    """The model, told by the first dataset that observes it which of its names are columns."""
    first = next((one for one in datasets if one.of is None), None)
    if independent is None and isinstance(model, str):
        independent = _variable(model, first, words, shared, local)
    if independent is not None and not isinstance(model, Model):
        return as_model(model, independent=independent)
    if first is None:
        return as_model(model)
    with about(str(first.name), len(datasets) > 1):
        return named_model(model, first.x, first.data, independent, first.y, first.sigma)


def _variable(
    text: str, first: Measured | None, words: Words, shared: Any, local: Any
) -> str | None:
    """The variable of a formula without x, when one name alone is usual for one, and nothing that
    was said speaks of it as a parameter.
    """
    known = as_model(text)
    if known.kind != "formula" or known.independent:
        return None
    if first is not None and (first.data is not None or _has_names(first.x)):
        return None  # the columns have names
    said: set[str] = set()
    for word in (shared, local, words.start, words.bounds, words.fixed, words.tie):
        if isinstance(word, str):
            said.add(word)
        elif isinstance(word, (Mapping, list, tuple, set, frozenset)):
            said |= {item for item in word if isinstance(item, str)}
    free = [name for name in known.parameters if name not in said]
    found = [name for name in free if name in USUAL]
    return found[0] if len(found) == 1 else None


def _has_names(x: Any) -> bool:
    """Whether a column, or a table of them, says what it is called."""
    return isinstance(x, (str, Mapping)) or hasattr(x, "columns") or hasattr(x, "name")


def _parts(
    base: Model, datasets: Sequence[Measured], absolute: bool, missing: str
) -> tuple[Part, ...]:
    """Every dataset with the model that it observes, read and checked."""
    made: dict[Any, Model] = {None: base}
    parts = []
    for one in datasets:
        name = str(one.name)
        with about(name, len(datasets) > 1):
            found = made.get(one.of)
            if found is None:
                found = made[one.of] = _observed(base, one.of)
            _, observations = pose(found, one.x, one.y, one.data, one.sigma, None, missing)
        known = absolute if one.absolute_sigma is None else one.absolute_sigma
        if known and one.sigma is None:
            raise DataError(
                f"dataset {name!r}: absolute_sigma=True says that sigma is known, and none was "
                "given",
                next="rs.dataset(x, y, sigma=0.1)",
            )
        parts.append(
            Part(
                name,
                found,
                observations,
                protected(observations.block),
                _kind(found, base),
                bool(known),
            )
        )
    return tuple(parts)


def _observed(base: Model, of: Any) -> Model:
    """What a dataset observes: a quantity of the model, or what an operator makes of it."""
    if isinstance(of, str):
        return base.quantity(of)
    try:
        return base.apply(of)
    except (ModelError, ParameterError, DataError):
        raise
    except Exception as error:  # the operator is the user's
        raise ModelError(
            f"the operator of= raised {type(error).__name__}: {error}",
            causes=["it is called with the Model, and returns a Model or a function"],
            next='of=lambda E: -E.derivative("V")',
        ) from error


def _kind(found: Model, base: Model) -> Hashable:
    """Equal for datasets that observe the same thing of the model."""
    if found is base:
        return None
    same = None if found.recipe is None else identity(found.recipe)
    return id(found) if same is None else same
