"""The exception tree: every error says what happened, why it may have, and what to type next."""

from __future__ import annotations

from collections.abc import Sequence


class ResiduaError(Exception):
    """Base of every error raised on purpose by residua."""

    def __init__(self, what: str, causes: Sequence[str] = (), next: str = "") -> None:
        self.what = what
        self.causes = tuple(causes)
        self.next = next
        super().__init__(self._text())

    def _text(self) -> str:
        lines = [self.what]
        if len(self.causes) == 1:
            lines.append(f"Likely cause: {self.causes[0]}")
        elif self.causes:
            lines.append("Likely causes:")
            lines += [f"  {i}. {cause}" for i, cause in enumerate(self.causes, 1)]
        if self.next:
            lines.append(f"Try: {self.next}")
        return "\n".join(lines)


class DataError(ResiduaError, ValueError):
    """The data cannot be used as they are."""


class ParameterError(ResiduaError, ValueError):
    """A start, bound or fixed value cannot be used as it is."""


class ModelError(ResiduaError, ValueError):
    """The model raised, or returned something that is not a prediction of y."""


class FormulaError(ResiduaError, ValueError):
    """A formula string is not one residua can read."""


class NotDifferentiable(ResiduaError, TypeError):
    """A carrier of derivatives met code that it cannot follow."""


class FileError(ResiduaError, ValueError):
    """A saved fit or a table cannot be read or written."""


class DocumentationError(ResiduaError, ValueError):
    """The documentation of a function and its signature contradict each other."""


class MissingLibrary(ResiduaError, ImportError):
    """An optional library is not installed; the message gives the line that installs it."""
