"""The register of the shelf: every model by name, imported only when it is asked for."""

from __future__ import annotations

import difflib
import inspect
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from residua._errors import ModelError

Bounds = Mapping[str, tuple[float, float]]

# One row per model, by field (a folder of this room): name -> "module:attribute". The attribute is
# a ShelfModel, or a function that makes one from the options given to `get`.
_FIELDS: dict[str, dict[str, str]] = {
    "curves": {
        "biexponential": "exponentials:BIEXPONENTIAL",
        "chirp": "waves:CHIRP",
        "constant": "lines:CONSTANT",
        "damped_sine": "waves:DAMPED_SINE",
        "exponential": "exponentials:EXPONENTIAL",
        "line": "lines:LINE",
        "polynomial": "lines:polynomial",
        "power": "power:POWER",
        "rectangle": "steps:rectangle",
        "sine": "periodic:SINE",
        "spline": "spline:spline",
        "step": "steps:step",
    },
    "peaks": {
        "damped_harmonic_oscillator": "scattering:DAMPED_HARMONIC_OSCILLATOR",
        "damped_oscillator": "resonances:DAMPED_OSCILLATOR",
        "doniach": "doniach:DONIACH",
        "exponential_gaussian": "exponential_gaussian:EXPONENTIAL_GAUSSIAN",
        "fano": "resonances:FANO",
        "gaussian": "gaussian_lorentzian:GAUSSIAN",
        "gaussian2d": "two_variables:GAUSSIAN2D",
        "lognormal": "lognormal:LOGNORMAL",
        "lorentzian": "gaussian_lorentzian:LORENTZIAN",
        "moffat": "heavy_tails:MOFFAT",
        "pearson4": "pearson4:PEARSON4",
        "pearson7": "heavy_tails:PEARSON7",
        "pseudo_voigt": "pseudo_voigt:PSEUDO_VOIGT",
        "sech2": "pulses:SECH2",
        "skewed_gaussian": "skewed:SKEWED_GAUSSIAN",
        "skewed_voigt": "skewed:SKEWED_VOIGT",
        "split_gaussian": "split:SPLIT_GAUSSIAN",
        "split_lorentzian": "split:SPLIT_LORENTZIAN",
        "students_t": "heavy_tails:STUDENTS_T",
        "thermal": "thermal:thermal",
        "voigt": "voigt:VOIGT",
    },
    "kinetics": {
        "arrhenius": "rates:ARRHENIUS",
        "competitive_inhibition": "enzyme:COMPETITIVE_INHIBITION",
        "consecutive": "mechanisms:consecutive",
        "eyring": "temperature:EYRING",
        "first_order": "reactions:FIRST_ORDER",
        "michaelis_menten": "rates:MICHAELIS_MENTEN",
        "mixed_inhibition": "enzyme:MIXED_INHIBITION",
        "modified_arrhenius": "temperature:modified_arrhenius",
        "noncompetitive_inhibition": "enzyme:NONCOMPETITIVE_INHIBITION",
        "nth_order": "reactions:NTH_ORDER",
        "reversible": "mechanisms:REVERSIBLE",
        "second_order": "reactions:SECOND_ORDER",
        "substrate_inhibition": "enzyme:SUBSTRATE_INHIBITION",
        "uncompetitive_inhibition": "enzyme:UNCOMPETITIVE_INHIBITION",
        "vogel_fulcher_tammann": "temperature:VOGEL_FULCHER_TAMMANN",
        "wlf": "temperature:wlf",
        "zero_order": "reactions:ZERO_ORDER",
    },
    "growth": {
        "brain_cousens": "dose_response:BRAIN_COUSENS",
        "five_parameter_logistic": "dose_response:FIVE_PARAMETER_LOGISTIC",
        "four_parameter_logistic": "dose_response:FOUR_PARAMETER_LOGISTIC",
        "gompertz": "growth:GOMPERTZ",
        "hill": "sigmoids:HILL",
        "log_dose_response": "dose_response:LOG_DOSE_RESPONSE",
        "logistic": "sigmoids:LOGISTIC",
        "logistic_growth": "growth:LOGISTIC_GROWTH",
        "monomolecular": "growth_limited:MONOMOLECULAR",
        "richards": "growth:RICHARDS",
        "ssasymp": "selfstart:SSASYMP",
        "ssasympoff": "selfstart:SSASYMPOFF",
        "ssasymporig": "selfstart:SSASYMPORIG",
        "ssbiexp": "selfstart:SSBIEXP",
        "ssfol": "selfstart:SSFOL",
        "ssfpl": "selfstart_sigmoids:SSFPL",
        "ssgompertz": "selfstart_sigmoids:SSGOMPERTZ",
        "sslogis": "selfstart_sigmoids:SSLOGIS",
        "ssmicmen": "selfstart:SSMICMEN",
        "ssweibull": "selfstart_sigmoids:SSWEIBULL",
        "von_bertalanffy": "growth_limited:VON_BERTALANFFY",
        "weibull_growth": "growth_limited:WEIBULL_GROWTH",
        "zwietering": "growth:ZWIETERING",
    },
    "relaxation": {
        "cole_cole": "dielectric:cole_cole",
        "debye_relaxation": "dielectric:debye_relaxation",
        "havriliak_negami": "dielectric:havriliak_negami",
        "inversion_recovery": "magnetic_resonance:INVERSION_RECOVERY",
        "power_law_decay": "stretched:POWER_LAW_DECAY",
        "saturation_recovery": "magnetic_resonance:SATURATION_RECOVERY",
        "spin_echo": "magnetic_resonance:SPIN_ECHO",
        "stretched_exponential": "stretched:STRETCHED_EXPONENTIAL",
    },
    "adsorption": {
        "bet": "layers:bet",
        "dual_site_langmuir": "sites:DUAL_SITE_LANGMUIR",
        "dubinin_radushkevich": "layers:dubinin_radushkevich",
        "freundlich": "isotherms:FREUNDLICH",
        "henry": "isotherms:HENRY",
        "langmuir": "isotherms:LANGMUIR",
        "redlich_peterson": "sites:REDLICH_PETERSON",
        "sips": "sites:SIPS",
        "temkin": "isotherms:TEMKIN",
        "toth": "sites:TOTH",
    },
    "thermodynamics": {
        "antoine": "vapor_pressure:antoine",
        "clausius_clapeyron": "vapor_pressure:clausius_clapeyron",
        "debye_heat_capacity": "heat_capacity_solids:DEBYE",
        "einstein_heat_capacity": "heat_capacity_solids:EINSTEIN",
        "margules": "activity_polynomial:MARGULES2",
        "margules1": "activity_polynomial:MARGULES1",
        "nasa7": "heat_capacity:nasa7",
        "nrtl": "activity_local:NRTL",
        "redlich_kister": "activity_polynomial:redlich_kister",
        "shomate": "heat_capacity:shomate",
        "uniquac": "activity_uniquac:uniquac",
        "van_laar": "activity_polynomial:VAN_LAAR",
        "wagner": "vapor_pressure:wagner",
        "wilson": "activity_local:WILSON",
    },
    "equations_of_state": {
        "anton_schmidt": "exponential:ANTON_SCHMIDT",
        "birch_murnaghan": "finite_strain:BIRCH_MURNAGHAN",
        "birch_murnaghan2": "finite_strain:BIRCH_MURNAGHAN2",
        "birch_murnaghan4": "finite_strain:BIRCH_MURNAGHAN4",
        "murnaghan": "finite_strain:MURNAGHAN",
        "poirier_tarantola": "logarithmic:POIRIER_TARANTOLA",
        "poirier_tarantola2": "logarithmic:POIRIER_TARANTOLA2",
        "poirier_tarantola4": "logarithmic:POIRIER_TARANTOLA4",
        "sjeos": "cubic:SJEOS",
        "tait": "exponential:TAIT",
        "taylor": "cubic:TAYLOR",
        "vinet": "exponential:VINET",
    },
}
_FIELD_OF: dict[str, str] = {name: field for field, rows in _FIELDS.items() for name in rows}

# Other words people type for the same model.
_ALIASES: dict[str, str] = {
    "4pl": "four_parameter_logistic",
    "5pl": "five_parameter_logistic",
    "andrews": "substrate_inhibition",
    "anton-schmidt": "anton_schmidt",
    "antonschmidt": "anton_schmidt",
    "bateman": "consecutive",
    "becquerel": "power_law_decay",
    "bigaussian": "split_gaussian",
    "birch": "birch_murnaghan",
    "birch_murnaghan3": "birch_murnaghan",
    "birchmurnaghan": "birch_murnaghan",
    "breit_wigner": "fano",
    "breit_wigner_fano": "fano",
    "brunauer_emmett_teller": "bet",
    "cauchy": "lorentzian",
    "clapeyron": "clausius_clapeyron",
    "cubic_spline": "spline",
    "damped_sinusoid": "damped_sine",
    "debye_solid": "debye_heat_capacity",
    "dho": "damped_harmonic_oscillator",
    "doniach_sunjic": "doniach",
    "dose_response": "four_parameter_logistic",
    "double_exponential": "biexponential",
    "dual_langmuir": "dual_site_langmuir",
    "dubinin": "dubinin_radushkevich",
    "einstein_solid": "einstein_heat_capacity",
    "emax": "hill",
    "emg": "exponential_gaussian",
    "exp": "exponential",
    "expgaussian": "exponential_gaussian",
    "exponentially_modified_gaussian": "exponential_gaussian",
    "expsine": "damped_sine",
    "first_order_compartment": "ssfol",
    "gaussian_2d": "gaussian2d",
    "haldane": "substrate_inhibition",
    "hormesis": "brain_cousens",
    "kohlrausch": "stretched_exponential",
    "kooij": "modified_arrhenius",
    "kww": "stretched_exponential",
    "langmuir_freundlich": "sips",
    "linear": "line",
    "log_normal": "lognormal",
    "margules2": "margules",
    "mitscherlich": "monomolecular",
    "modified_gompertz": "zwietering",
    "nasa": "nasa7",
    "nasa_polynomial": "nasa7",
    "natural_spline": "spline",
    "normal": "gaussian",
    "p3": "taylor",
    "parabola": "polynomial",
    "parabolic": "polynomial",
    "pearson_iv": "pearson4",
    "pearson_vii": "pearson7",
    "poirier_tarantola3": "poirier_tarantola",
    "porter": "margules1",
    "pourier_tarantola": "poirier_tarantola",
    "pouriertarantola": "poirier_tarantola",
    "power_law": "power",
    "powerlaw": "power",
    "pvoigt": "pseudo_voigt",
    "quadratic": "polynomial",
    "radioactive_decay": "first_order",
    "rose_vinet": "vinet",
    "sech_squared": "sech2",
    "sigmoid": "logistic",
    "sigmoidal_dose_response": "log_dose_response",
    "sinusoid": "sine",
    "sj": "sjeos",
    "SSasymp": "ssasymp",
    "SSasympOff": "ssasympoff",
    "SSasympOrig": "ssasymporig",
    "SSbiexp": "ssbiexp",
    "SSfol": "ssfol",
    "SSfpl": "ssfpl",
    "SSgompertz": "ssgompertz",
    "SSlogis": "sslogis",
    "SSmicmen": "ssmicmen",
    "SSweibull": "ssweibull",
    "skew_normal": "skewed_gaussian",
    "stabilized_jellium": "sjeos",
    "straight_line": "line",
    "student": "students_t",
    "studentst": "students_t",
    "t1_recovery": "saturation_recovery",
    "t2_decay": "spin_echo",
    "thermal_distribution": "thermal",
    "three_suffix_margules": "margules",
    "top_hat": "rectangle",
    "two_suffix_margules": "margules1",
    "vanlaar": "van_laar",
    "verhulst": "logistic_growth",
    "vft": "vogel_fulcher_tammann",
    "vtf": "vogel_fulcher_tammann",
    "weibull_decay": "stretched_exponential",
    "williams_landel_ferry": "wlf",
    "zeroth_order": "zero_order",
}


@dataclass(frozen=True)
class Quantity:
    """Something that follows from a model, and is derived from it rather than typed.

    Either `of`, an operator: given the model, as a function of (independent..., parameters...), it
    returns a function of the same arguments (of `independent` in place of the model's own, where
    that is given); or `value`, a function of parameters by name. `undo(x, ..., y)` turns data of
    the quantity into rough data of the model itself, from which a fit to the quantity can start.
    """

    equation: str
    unit: str
    of: Callable[[Any], Callable[..., Any]] | None = None
    value: Callable[..., Any] | None = None
    independent: tuple[str, ...] = ()
    undo: Callable[..., Any] | None = None


@dataclass(frozen=True)
class ShelfModel:
    """A model with what a fit and a reader need to know about it.

    `function(x, ..., **parameters)` is plain NumPy; `start(x, y)` reads a first guess of every
    parameter off the data; `symbols` gives each parameter's meaning with a hint of its unit;
    `quantities` are what follows from the model by differentiation, integration or algebra.
    """

    name: str
    function: Callable[..., Any]
    start: Callable[..., dict[str, float]]
    equation: str
    symbols: Mapping[str, str]
    independent: tuple[str, ...]
    source: str
    bounds: Bounds = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    quantities: Mapping[str, Quantity] = field(default_factory=dict)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameter names, in the order the function takes them."""
        taken = inspect.signature(self.function).parameters
        return tuple(name for name in taken if name not in self.independent)

    def __str__(self) -> str:
        width = max(map(len, (*self.symbols, *self.quantities)))
        lines = [self.name, f"  {self.equation}", ""]
        for name, meaning in self.symbols.items():
            bounds = self.bounds.get(name)
            within = "" if bounds is None else f"  [{bounds[0]:g}, {bounds[1]:g}]"
            lines.append(f"  {name:<{width}}  {meaning}{within}")
        if self.quantities:
            lines += ["", "  what follows from it (model.quantity, fit.quantity):"]
            for name, found in self.quantities.items():
                lines.append(f"  {name:<{width}}  {found.equation}, in {found.unit or 'no unit'}")
        if self.aliases:
            lines += ["", f"  also called {', '.join(self.aliases)}"]
        return "\n".join([*lines, "", f"  {self.source}"])

    @property
    def aliases(self) -> tuple[str, ...]:
        """The other names under which `get` finds this model."""
        return tuple(alias for alias, name in _ALIASES.items() if name == self.name)


def names() -> tuple[str, ...]:
    """The names of all models on the shelf, sorted.

    >>> "gaussian" in names()
    True
    """
    return tuple(sorted(_FIELD_OF))


def get(name: str, **options: Any) -> ShelfModel:
    """Take one model from the shelf by its name or an alias.

    Args:
        name: one of `names()`, or an alias such as "linear" for "line".
        options: for models that come in several sizes, such as `degree=3` for "polynomial".

    Returns:
        The ShelfModel: its function, automatic start, equation, symbols, source and bounds.

    Raises:
        ModelError: no model has this name, or it does not take these options.

    Source: the shelf of residua; each model cites its own.

    >>> get("line").equation
    'y = slope * x + intercept'
    >>> get("polynomial", degree=3).parameters
    ('c0', 'c1', 'c2', 'c3')
    """
    key = _ALIASES.get(name, name)
    if key not in _FIELD_OF:
        raise _unknown(name)
    field_name = _FIELD_OF[key]
    module, _, attribute = _FIELDS[field_name][key].partition(":")
    found = getattr(import_module(f"residua.science.{field_name}.{module}"), attribute)
    if isinstance(found, ShelfModel):
        if options:
            raise ModelError(
                f"The model {key!r} takes no options, but got {', '.join(sorted(options))}.",
                causes=("parameters are given to fit, not to get",),
                next=f"rs.model({key!r})",
            )
        return found
    return _made(key, found, options)


def describe() -> Catalog:
    """One row for each model: name, field, equation, parameters and source, ready for a table.

    >>> [row["equation"] for row in describe() if row["name"] == "line"]
    ['y = slope * x + intercept']
    """
    models = [get(name) for rows in _FIELDS.values() for name in rows]
    return Catalog(
        {
            "name": model.name,
            "field": _FIELD_OF[model.name].replace("_", " "),
            "equation": model.equation,
            "parameters": ", ".join(model.parameters),
            "source": model.source,
        }
        for model in models
    )


def models(name: str | None = None, **options: object) -> Catalog | ShelfModel:
    """The library of models as a printable table, or one model by name.

    Args:
        name: a model's name or alias; None for the whole list.
        options: choices of that model, such as `degree=3` for "polynomial".

    Returns:
        A sequence of rows (dicts with name, field, equation, parameters, source) that prints as a
        table; or the ShelfModel of that name, which prints its equation, symbols and quantities.

    Raises:
        ModelError: no library model has that name (near matches are offered).

    Example:
        >>> import residua as rs
        >>> "gaussian" in str(rs.models())
        True
        >>> rs.models("line").equation
        'y = slope * x + intercept'
    """
    return describe() if name is None else get(name, **options)


class Catalog(tuple[dict[str, str], ...]):
    """Rows of `describe()` that print as a table, one heading for each field."""

    __slots__ = ()

    def __str__(self) -> str:
        width = max(len(row["name"]) for row in self)
        lines = []
        for heading, rows in itertools.groupby(self, key=lambda row: row["field"]):
            lines.append(heading)
            lines += [f"  {row['name']:<{width}}  {row['equation']}" for row in rows]
        return "\n".join(lines)

    __repr__ = __str__


def _made(key: str, maker: Callable[..., ShelfModel], options: Mapping[str, Any]) -> ShelfModel:
    takes = inspect.signature(maker).parameters
    if strange := sorted(set(options) - set(takes)):
        raise ModelError(
            f"The model {key!r} does not take {', '.join(strange)}.",
            causes=(f"its options are: {', '.join(takes)}",),
            next=f"rs.model({key!r}, {next(iter(takes))}=...)",
        )
    return maker(**options)


def _unknown(name: str) -> ModelError:
    near = difflib.get_close_matches(str(name).lower(), [*_FIELD_OF, *_ALIASES], n=3)
    causes = (f"a slip of the pen: did you mean {' or '.join(map(repr, near))}?",) if near else ()
    suggestion = near[0] if near else names()[0]
    return ModelError(
        f"No model on the shelf is called {name!r}. The shelf holds: {', '.join(names())}.",
        causes=causes,
        next=f"rs.model({suggestion!r})",
    )
