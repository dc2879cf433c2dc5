"""A pause in following a model: for code on the way that differentiates something of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from . import constructors, eager


@contextmanager
def suspended() -> Iterator[None]:
    """Inside the block this thread is not followed eagerly: np.array is NumPy's own, and another
    function may be followed. Carriers of the outer model must not be used there.
    """
    thread = constructors._ident()
    hook: Any = constructors._hooks.get(thread)
    if hook is None:
        yield
        return
    running = eager._running
    inside = getattr(running, "inside", False)
    # An empty hook, not none: the constructors stay installed for when the block ends.
    with constructors.Carrying(_Nobody()):
        running.inside = False
        try:
            yield
        finally:
            running.inside = inside


class _Nobody:
    """A hook without carriers: every constructor answers as NumPy does."""

    __slots__ = ()

    def is_carrier(self, x: Any) -> bool:
        return False

    def stack_nested(self, nested: Any) -> Any:
        raise AssertionError("there are no carriers to stack")

    def constant(self, array: Any) -> Any:
        return array
