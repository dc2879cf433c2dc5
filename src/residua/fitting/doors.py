"""What is done with a Fit on higher floors: each method opens a door when it is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any

from numpy.typing import ArrayLike

from residua._arguments import Overwrite, Picture
from residua._types import AnyObject, PathLike, VariablesLike
from residua.doc import Doc, Ge, Gt, Lt, documented

if TYPE_CHECKING:
    from residua.inference.derive import Derived
    from residua.inference.function import FittedFunction
    from residua.inference.prediction import Prediction

# Methods that are doors to higher floors: name -> where the function of the Fit lives. The floors
# test reads this table; a door is opened when it is used.
DOORS = {
    "predict": "residua.inference.prediction:predict",
    "derive": "residua.inference.derive:derive",
    "derivative": "residua.inference.function:derivative",
    "quantity": "residua.inference.function:quantity",
    "root": "residua.inference.landmarks:fit_root",
    "minimum": "residua.inference.landmarks:fit_minimum",
    "maximum": "residua.inference.landmarks:fit_maximum",
    "integral": "residua.inference.landmarks:fit_integral",
    "tied_errors": "residua.inference.derive:tied_errors",
    "confidence_intervals": "residua.inference.intervals:confidence_intervals",
    "plot": "residua.report.figures:plot",
    "save": "residua.report.files:save",
    "text": "residua.report.text:describe",
    "html": "residua.report.html:describe",
    "joint_text": "residua.report.joint_text:describe",
    "part_text": "residua.report.joint_text:describe_part",
    "joint_html": "residua.report.joint_html:describe",
    "part_html": "residua.report.joint_html:describe_part",
    "joint_plot": "residua.report.joint_figures:plot",
    "to_frame": "residua.report.frames:parameter_frame",
    "network_columns": "residua.inference.networks:columns",
    "network_predict": "residua.inference.networks:predict",
    "network_derivative": "residua.inference.network_function:derivative",
    "network_text": "residua.report.network_text:describe",
    "network_html": "residua.report.network_text:describe_html",
}


def door(name: str) -> Callable[..., Any]:
    module, function = DOORS[name].split(":")
    opened: Callable[..., Any] = getattr(import_module(module), function)
    return opened


class Doors:
    """The methods of a Fit that lead to higher floors."""

    @documented
    def confidence_intervals(
        self, level: Annotated[float, Doc("nominal coverage"), Gt(0), Lt(1)] = 0.95
    ) -> dict[str, Any]:
        """Confidence interval of each parameter, by Student's t: `{name: (low, high)}`."""
        found: dict[str, Any] = door("confidence_intervals")(self, level)
        return found

    @documented
    def predict(
        self,
        /,
        *x: Annotated[
            VariablesLike,
            Doc(
                "independent variables in order, or one mapping or DataFrame by name; "
                "nothing means the fitted points"
            ),
        ],
        interval: Annotated[
            str | None,
            Doc('None, "confidence" (of the mean) or "prediction" (of one new observation)'),
        ] = None,
        level: Annotated[float, Doc("nominal coverage"), Gt(0), Lt(1)] = 0.95,
        **named: Annotated[
            ArrayLike,
            Doc(
                "independent variables by name; `sigma=` says the standard deviation of new "
                "observations"
            ),
        ],
    ) -> Prediction:
        """The model at new x with its uncertainty; see `residua.inference.prediction.predict`."""
        found: Prediction = door("predict")(self, *x, interval=interval, level=level, **named)
        return found

    @documented
    def derive(
        self,
        function: Annotated[
            Callable[..., Any] | str,
            Doc(
                'a function whose arguments are parameters, `lambda a, b: a/b`, or a formula, "a/b"'
            ),
        ],
        level: Annotated[float, Doc("nominal coverage of its interval"), Gt(0), Lt(1)] = 0.95,
    ) -> Any:
        """A quantity computed from the parameters, with its standard error by exact derivatives."""
        return door("derive")(self, function, level)

    @documented
    def derivative(
        self,
        *wrt: Annotated[
            str | int,
            Doc("variables or parameters, by name or position; the first variable by default"),
        ],
        order: Annotated[int, Doc("how often to differentiate"), Ge(1)] = 1,
    ) -> FittedFunction:
        """The exact derivative of the fitted model, as a function with error bars."""
        found: FittedFunction = door("derivative")(self, *wrt, order=order)
        return found

    @documented
    def quantity(
        self,
        name: Annotated[
            str, Doc('one of `fit.model`\'s quantities, such as "pressure" of an equation of state')
        ],
        level: Annotated[float, Doc("nominal coverage of its interval"), Gt(0), Lt(1)] = 0.95,
    ) -> Any:
        """What follows from a library model ("pressure", "half_life"), with its error bars."""
        return door("quantity")(self, name, level)

    @documented
    def root(
        self,
        target: Annotated[float, Doc("the value that the model takes there")] = 0.0,
        **options: Annotated[
            float | tuple[float, float] | Mapping[str, float] | None,
            Doc("of `residua.inference.landmarks.root`, such as `within=(low, high)`"),
        ],
    ) -> Derived:
        """Where the model takes the value `target`, with its standard error."""
        found: Derived = door("root")(self, target, **options)
        return found

    @documented
    def minimum(
        self,
        **options: Annotated[
            float | tuple[float, float] | Mapping[str, float] | None,
            Doc("of `residua.inference.landmarks.minimum`, such as `within=(low, high)`"),
        ],
    ) -> Any:
        """The lowest point within the fitted range: `.x` and `.value`, with standard errors."""
        return door("minimum")(self, **options)

    @documented
    def maximum(
        self,
        **options: Annotated[
            float | tuple[float, float] | Mapping[str, float] | None,
            Doc("of `residua.inference.landmarks.maximum`, such as `within=(low, high)`"),
        ],
    ) -> Any:
        """The highest point within the fitted range: `.x` and `.value`, with standard errors."""
        return door("maximum")(self, **options)

    @documented
    def integral(
        self,
        low: Annotated[float, Doc("where it begins, in units of the variable")],
        high: Annotated[float, Doc("where it ends")],
        **options: Annotated[
            float | tuple[float, float] | Mapping[str, float] | None,
            Doc("of `residua.inference.landmarks.integral`"),
        ],
    ) -> Derived:
        """The integral of the model from low to high, with its standard error."""
        found: Derived = door("integral")(self, low, high, **options)
        return found

    @documented
    def plot(
        self,
        path: Picture = None,
        **options: Annotated[AnyObject, Doc("of `residua.report.figures.plot`")],
    ) -> Any:
        """Data, fit, bands and residuals as a matplotlib figure, saved when a path is given."""
        return door("plot")(self, path, **options)

    @documented
    def save(
        self,
        path: Annotated[PathLike, Doc('where to, for example "decay.json"')],
        overwrite: Overwrite = True,
    ) -> None:
        """Write the fit as JSON, atomically; `residua.load` reads it back."""
        door("save")(self, path, overwrite=overwrite)

    def to_frame(self) -> Any:
        """The parameters as a pandas DataFrame, one row each."""
        return door("to_frame")(self)
