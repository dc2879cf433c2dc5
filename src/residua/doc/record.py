"""`arguments(f)`: what is known of each argument of a function, read from where it stands."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from residua.doc.constraints import Bounds, Constraint, bounds_of, plain
from residua.doc.marks import spelled

STARS = {"VAR_POSITIONAL": "*", "VAR_KEYWORD": "**"}


class Argument(NamedTuple):
    """One argument, or one result, with its documentation.

    Parameters
    ----------
    name : str
        As in the signature; "" for a result.
    kind : str, default ''
        The word of `inspect.Parameter` for how it is passed.
    type : Any, optional
        The bare type, or its text where it cannot be evaluated.
    type_words : str, default ''
        The type as a docstring writes it.
    doc : str, default ''
        The text.
    unit : str or None, optional
        None where nothing is said, "" for no unit.
    shape : tuple[int or str, ...] or None, optional
        Numbers and names.
    default : Any, default `inspect.Parameter.empty`
        What is taken when it is left out; the default's default says that it is required.
    constraints : tuple[Constraint, ...], default ()
        Bounds and lengths, such as ("gt", 0).

    Examples
    --------
    >>> Argument("T", unit="K", doc="temperature").label
    'T (K)'
    """

    name: str
    kind: str = ""
    type: Any = None
    type_words: str = ""
    doc: str = ""
    unit: str | None = None
    shape: tuple[int | str, ...] | None = None
    default: Any = inspect.Parameter.empty
    constraints: tuple[Constraint, ...] = ()

    @property
    def required(self) -> bool:
        """Whether a call must give it."""
        return self.default is inspect.Parameter.empty and self.kind not in STARS

    @property
    def bounds(self) -> Bounds | None:
        """The interval of its values, (low, high, low_open, high_open); None without bounds."""
        return bounds_of(self.constraints)

    @property
    def starred(self) -> str:
        """The name with the stars of *args and **kwargs."""
        return STARS.get(self.kind, "") + self.name

    @property
    def label(self) -> str:
        """What to write on an axis: the name and its unit.

        >>> Argument("T", unit="K").label, Argument("n").label
        ('T (K)', 'n')
        """
        return f"{self.name} ({self.unit})" if self.unit else self.name

    @property
    def limits(self) -> str:
        """The unit and the constraints in words.

        >>> Argument("T", unit="K", constraints=(Constraint("gt", 0),)).limits
        'in K; greater than 0'
        """
        bounds = self.bounds
        said = [f"in {self.unit}"] if self.unit else []
        rest = [str(each) for each in self.constraints]
        if bounds and sorted(each.rule for each in self.constraints) == ["ge", "le"]:
            rest = [f"from {plain(bounds.low)} to {plain(bounds.high)}"]
        return "; ".join([*said, " and ".join(rest)] if rest else said)

    @property
    def documented(self) -> bool:
        """Whether anything stands beside it that a signature does not say."""
        return bool(self.doc or self.unit or self.shape is not None or self.constraints)

    @property
    def spelled_shape(self) -> str:
        """The shape as it is written, such as (n, 3); "" where nothing is said."""
        return "" if self.shape is None else spelled(self.shape)


class Arguments(Mapping[str, Argument]):
    """The arguments of a function by name, in the order of its signature.

    `before` is the docstring as its author wrote it, `after` as it was written anew.

    Parameters
    ----------
    entries : Mapping[str, Argument]
        The arguments.
    returns : tuple[Argument, ...], default ()
        What comes back, one entry or one for each of a tuple.
    problems : tuple[str, ...], default ()
        What is wrong with the documentation, in words.
    missing : tuple[str, ...], default ()
        Marks beside types that could not be evaluated.

    Examples
    --------
    >>> list(Arguments({"T": Argument("T", unit="K")}))
    ['T']
    """

    def __init__(
        self,
        entries: Mapping[str, Argument],
        returns: tuple[Argument, ...] = (),
        problems: tuple[str, ...] = (),
        missing: tuple[str, ...] = (),
    ) -> None:
        self._entries = dict(entries)
        self.returns = returns
        self.problems = problems
        self.missing = missing
        self.before: str | None = None
        self.after: str | None = None

    def __getitem__(self, name: str) -> Argument:
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        rows = [
            (each.starred, each.type_words, each.spelled_shape, each.limits, each.doc)
            for each in self.values()
        ]
        used = [i for i in range(5) if any(row[i] for row in rows)]
        widths = {i: max(len(row[i]) for row in rows) for i in used}
        return "\n".join("  ".join(f"{row[i]:<{widths[i]}}" for i in used).rstrip() for row in rows)
