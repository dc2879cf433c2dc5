"""Numbers for readers: rounded to what their errors support, in plain or scientific notation."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import NamedTuple

# Outside this range of decimal exponents a number is easier to read with a power of ten.
PLAIN = range(-3, 6)
# A float64 holds 15 decimal digits; more would be invented.
DIGITS = 15


class Rounded(NamedTuple):
    """A value and its error as text, times ten to `exponent`; `place` is the last digit's."""

    value: str
    error: str
    exponent: int = 0
    place: int | None = None


def number(value: float, digits: int = 6) -> str:
    """`value` with at most `digits` significant digits and no trailing zeros.

    >>> number(450.0, 2), number(0.00012345, 3), number(13.0)
    ('450', '1.23e-4', '13')
    """
    value = float(value)
    if not math.isfinite(value):
        return f"{value:g}"
    mantissa, _, power = f"{value:.{digits - 1}e}".partition("e")
    exponent = int(power)
    if value == 0 or exponent in PLAIN:
        plain = f"{Decimal(mantissa).scaleb(exponent):f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    return f"{mantissa.rstrip('0').rstrip('.') if '.' in mantissa else mantissa}e{exponent}"


def percent(share: float) -> str:
    """A share in percent with two digits, `-` when there is none."""
    share = abs(float(share)) * 100
    if not math.isfinite(share):
        return "-"
    return "> 1000 %" if share > 1000 else f"{number(share, 2)} %"


def rounded(value: float, error: float) -> Rounded:
    """Round an error to two significant digits, and the value to the same decimal place.

    An error far above the value would round it away, and one below its 15th digit would invent
    digits: both are then shown on their own.
    """
    value, error = float(value), float(error)
    if not (math.isfinite(value) and math.isfinite(error)):
        return Rounded(number(value), number(error, 2))
    if error == 0:
        return Rounded(number(value), "0")
    place = _exponent(error, 2) - 1
    own = _exponent(value, DIGITS)
    top = max(own, place + 1)
    if (value and own < place) or top - place >= DIGITS:
        digits = 3 if own < place else DIGITS
        return Rounded(number(value, digits), number(error, 2))
    exponent = 0 if top in PLAIN else top
    return Rounded(
        at_place(value, place, exponent), at_place(error, place, exponent), exponent, place
    )


def at_place(value: float, place: int, exponent: int) -> str:
    """`value`/10**exponent, rounded at the digit of 10**place."""
    digits = Decimal(repr(float(value))).scaleb(-place).to_integral_value()
    # Adding zero turns a rounded -0 into 0.
    return f"{(digits + 0).scaleb(place - exponent):f}"


def format_value(value: float, error: float) -> str:
    """A value with its error, as a scientist would write it.

    Args:
        value: any number.
        error: its standard error: NaN where none is known, inf where nothing is determined.

    Returns:
        Text such as `2.077 ± 0.031`, `(1.234 ± 0.056)e13` or `0.5 (not determined)`.

    Example:
        >>> format_value(2.07712, 0.0313), format_value(1.2341e13, 5.6e11)
        ('2.077 ± 0.031', '(1.234 ± 0.056)e13')
    """
    if math.isnan(error):
        return f"{number(value)} (no error bar)"
    if math.isinf(error):
        return f"{number(value)} (not determined)"
    found = rounded(value, error)
    if found.exponent:
        return f"({found.value} ± {found.error})e{found.exponent}"
    return f"{found.value} ± {found.error}"


def format_interval(value: float, error: float, low: float, high: float) -> str:
    """`[low, high]`, rounded as the value with this error is."""
    found = rounded(value, error)
    if found.place is None or not (math.isfinite(low) and math.isfinite(high)):
        ends = f"{number(low, 3)}, {number(high, 3)}" if error else f"{found.value}, {found.value}"
        return f"[{ends}]"
    ends = ", ".join(at_place(end, found.place, found.exponent) for end in (low, high))
    return f"[{ends}]" + (f"e{found.exponent}" if found.exponent else "")


def _exponent(value: float, digits: int) -> int:
    """Decimal exponent of the leading digit once rounded to `digits`; that of zero is very low."""
    if value == 0:
        return -400
    return int(f"{value:.{digits - 1}e}".partition("e")[2])
