"""The model of a saved fit: read again from its text, given again by the caller, or absent."""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np

from residua._errors import FileError, ModelError, ResiduaError
from residua.dynamics.reactions import from_record
from residua.fitting.residual_rows import as_model as residual_model
from residua.fitting.residual_rows import calling
from residua.fitting.result import Fit
from residua.problem.model import Model, from_formula, from_shelf, with_count
from residua.problem.model import model as as_model
from residua.report.composed_model import composed_model, options
from residua.report.encoding import Node

# Another machine's libraries round differently by a few ulp; a different model is far off. The
# absolute part is for predictions near zero that are differences of large numbers.
SAME, SAME_NEAR_ZERO = 1e-9, 1e-12
# Kinds of models that are Python code, which a file cannot hold, and all kinds.
CODE = ("function", "residuals")
KINDS = (*CODE, "formula", "shelf", "reactions", "composed")


def saved_model(root: Node, given: Any) -> Model:
    """The model to use: `given` when there is one, else what the file's text says.

    A Python function that was not given becomes a model that explains itself when it is called.
    """
    node = root["model"]
    kind, text = node["kind"].text(), node["text"].text()
    independent = tuple(item.name() for item in node["independent"])
    parameters = tuple(item.name() for item in node["parameters"])
    if kind not in KINDS or len(set(parameters)) < len(parameters):
        node.fail("is of no known kind")
    if given is not None and kind == "residuals":
        return _given_residuals(given, parameters, node["whole"].flag())
    if given is not None:
        return _given(given, independent, parameters)
    if holds_code(node):
        return _absent(kind, text, independent, parameters, root.source)
    try:
        if kind == "formula":
            model = from_formula(text, independent)
        elif kind == "shelf":
            model = from_shelf(text, **options(node["options"]))
        elif kind == "reactions":
            model = from_record(text, options(node["options"]))
        else:
            model = composed_model(node["recipe"])
    except ResiduaError as error:
        raise FileError(
            f"{root.source} holds the model {text!r}, which cannot be read: {error.what}",
            causes=["the file was edited", "it was written by a newer residua"],
        ) from error
    if (model.independent, model.parameters) != (independent, parameters):
        node.fail("has other variables and parameters than its text says")
    return model


def check_predictions(fit: Fit, root: Node, given: Any) -> None:
    """The model must predict at the stored data what it predicted when the fit was saved."""
    fitted = root["fitted"].array(shape=fit.y.shape)
    if given is None and holds_code(root["model"]):
        # No model to ask: the predictions that were stored stand in for it.
        fit.__dict__["fitted"] = fitted
        if "units" in root.value:
            fit.__dict__["units"] = _units(fit, root["units"])
        return
    if given is None:
        _refuse_outer_product(fit, root)
    try:
        with np.errstate(all="ignore"):
            found = fit.fitted
    except Exception as error:  # a model may raise anything
        raise ModelError(
            f"the model {fit.model.text} cannot be evaluated at the saved data: {error}"
        ) from error
    near_zero = SAME_NEAR_ZERO * np.abs(fitted).max(initial=0.0, where=np.isfinite(fitted))
    if np.allclose(found, fitted, rtol=SAME, atol=near_zero, equal_nan=True):
        return
    if given is None:
        root["fitted"].fail("does not hold what the model of the file predicts")
    raise ModelError(
        f"the model {fit.model.text} predicts other numbers than the one that was saved",
        causes=["it was changed since", "it is another function with the same parameters"],
    )


def _units(fit: Fit, node: Node) -> dict[str, str | None]:
    names = (*fit.observations.names, fit.observations.y_name, *fit.model.parameters)
    if not isinstance(node.value, dict) or not set(node.value) <= set(names):
        node.fail("are not texts by name")
    return {name: None if node[name].missing else node[name].text() for name in node.value}


def holds_code(node: Node) -> bool:
    """Whether the model is a Python function, or is composed of one."""
    kind = node["kind"].text()
    return kind in CODE or (kind == "composed" and node["recipe"].missing)


def _given(given: Any, independent: tuple[str, ...], parameters: tuple[str, ...]) -> Model:
    try:
        model = as_model(given, independent=independent)
    except ModelError:  # its variables have other names now; that does not matter
        model = as_model(given)
    if model.options.get("variadic"):
        model = with_count(model, len(parameters))
    if model.parameters != parameters or len(model.independent) != len(independent):
        raise ModelError(
            f"the model given has the parameters {', '.join(model.parameters)}, but the saved one "
            f"has {', '.join(parameters)}",
            causes=["it is another model", "its arguments were renamed or reordered since"],
        )
    return model


def _given_residuals(given: Any, parameters: tuple[str, ...], whole: bool) -> Model:
    """A residual function, called with one vector, by names or with a mapping, as when fitted."""
    call = calling(given, () if whole else {}, parameters, (), {})
    return residual_model(given, call)


def _absent(
    kind: str, text: str, independent: tuple[str, ...], parameters: tuple[str, ...], source: str
) -> Model:
    name = text.rpartition(".")[2]
    if not name.isidentifier():
        name = f"lambda {', '.join((*independent, *parameters))}: ..."

    def absent(*args: Any, **named: Any) -> NoReturn:
        raise ModelError(
            f"this fit was loaded without its model, the Python function {text}, "
            "which a file cannot hold",
            next=f"residua.load({source!r}, model={name})",
        )

    return Model(kind, text, absent, independent, parameters)


def _refuse_outer_product(fit: Fit, root: Node) -> None:
    """Two short columns, one lying and one standing, could ask a formula for a huge table."""
    values = [np.shape(value) for value in fit.params.values()]
    shapes = [column.shape for column in fit.observations.block.x] + values
    try:
        size = int(np.prod(np.broadcast_shapes(*shapes), dtype=float))
    except ValueError:
        return  # they do not broadcast, so the formula will say so itself
    if size > max(fit.n, *(int(np.prod(shape)) for shape in shapes)):
        root["observations"].fail("has columns that do not belong to its y")
