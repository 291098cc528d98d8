"""Numbers as XPath and JavaScript have them: what can't be is NaN, what is too large infinite; nothing raises.

Rounding takes halves up, towards positive infinity (XPath 1.0, section 4.4). Twin: `pwa/src/forms/mathematics.ts`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")

LARGEST_SEED = 2**31 - 1
_STEP = 16_807


def rounded(value: float) -> float:
    """The nearest whole number, of two the greater."""
    if not math.isfinite(value):
        return value
    low = float(math.floor(value))
    return low if value - low < 0.5 else low + 1


def _round(values: list[float]) -> float:
    """The nearest whole number; with decimals, or tens where they are negative, halves go away from zero."""
    if len(values) == 1:
        return rounded(values[0])
    value, scale = values[0], _power(10.0, values[1])
    nearest = math.copysign(rounded(abs(value) * scale), value)
    return nearest / scale if scale else math.nan


def _whole(value: float, how: Callable[[float], int]) -> float:
    return float(how(value)) if math.isfinite(value) else value


def _careful(work: Callable[..., float], *values: float) -> float:
    """NaN outside of what the function is made for, infinity beyond what a number can be."""
    try:
        return float(work(*values))
    except ValueError:
        return math.nan
    except OverflowError:
        return math.inf


def _logarithm(work: Callable[[float], float], value: float) -> float:
    return -math.inf if value == 0 else _careful(work, value)


def _power(base: float, exponent: float) -> float:
    if exponent == 0:
        return 1.0
    if math.isnan(exponent) or (abs(base) == 1 and math.isinf(exponent)):
        return math.nan
    odd = exponent.is_integer() and math.fmod(exponent, 2) != 0
    if base == 0 and exponent < 0:
        return math.copysign(math.inf, base) if odd else math.inf
    try:
        return math.pow(base, exponent)
    except ValueError:
        return math.nan
    except OverflowError:
        return -math.inf if base < 0 and odd else math.inf


FUNCTIONS: dict[str, Callable[[list[float]], float]] = {
    "number": lambda values: values[0],
    "int": lambda values: _whole(values[0], math.trunc),
    "floor": lambda values: _whole(values[0], math.floor),
    "ceiling": lambda values: _whole(values[0], math.ceil),
    "round": _round,
    "abs": lambda values: abs(values[0]),
    "acos": lambda values: _careful(math.acos, values[0]),
    "asin": lambda values: _careful(math.asin, values[0]),
    "atan": lambda values: _careful(math.atan, values[0]),
    "atan2": lambda values: _careful(math.atan2, *values),
    "cos": lambda values: _careful(math.cos, values[0]),
    "sin": lambda values: _careful(math.sin, values[0]),
    "tan": lambda values: _careful(math.tan, values[0]),
    "exp": lambda values: _careful(math.exp, values[0]),
    "exp10": lambda values: _power(10.0, values[0]),
    "log": lambda values: _logarithm(math.log, values[0]),
    "log10": lambda values: _logarithm(math.log10, values[0]),
    "pi": lambda _values: math.pi,
    "pow": lambda values: _power(*values),
    "sqrt": lambda values: _careful(math.sqrt, values[0]),
    # only a phone has chance
    "random": lambda _values: 0.5,
}


def shuffled(items: Sequence[Item], seed: int) -> list[Item]:
    """ODK's order for a seed: Fisher and Yates' shuffle inside out, with Park and Miller's numbers."""
    state = abs(seed) % LARGEST_SEED * (1 if seed > 0 else -1)
    if state <= 0:
        state += LARGEST_SEED - 1
    found: list[Item] = []
    for place, item in enumerate(items):
        state = state * _STEP % LARGEST_SEED
        other = math.floor((state - 1) / (LARGEST_SEED - 1) * (place + 1))
        found.append(item)
        found[place], found[other] = found[other], item
    return found
