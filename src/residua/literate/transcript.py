"""Examples as a prompt shows them, and as a document records them.

A document records the bare output where it can only have come from the last statement. Otherwise it
records the whole transcript, prompts and all: that is then woven as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from residua.literate.statements import Statement
from residua.literate.wants import shortened, want


class Example(NamedTuple):
    """Code of one prompt, and the lines expected after it."""

    source: str
    want: str = ""
    flags: frozenset[str] = frozenset()
    comment: bool = False


def recorded(pieces: Sequence[Statement], outputs: Sequence[str]) -> str:
    """What the document keeps of the outputs of a block.

    Args:
        pieces: its statements. outputs: of each, "" where it printed nothing.

    Returns:
        The output of the last statement, if the others are silent; else a transcript.

    >>> recorded([Statement("a = 1"), Statement("a")], ["", "1\\n"])
    '1\\n'
    >>> recorded([Statement("1"), Statement("2")], ["1\\n", "2\\n"])
    '>>> 1\\n1\\n>>> 2\\n2\\n'
    """
    speaking = [i for i, output in enumerate(outputs) if output]
    last = max((i for i, piece in enumerate(pieces) if not piece.comment), default=-1)
    if speaking in ([], [last]) and not any(want(output).flags for output in outputs):
        return outputs[last] if speaking else ""
    examples = [
        Example(piece.source, *want(output), piece.comment)
        for piece, output in zip(pieces, outputs)
    ]
    return transcript(examples)


def examples_of(pieces: Sequence[Statement], text: str, ours: bool) -> list[Example]:
    """The examples that a block and its recorded output make.

    Args:
        pieces: the statements of the block. text: what is recorded. ours: whether a hash says that
            it was recorded here; tracebacks from elsewhere still have their stack.

    Returns:
        One Example for each prompt.
    """
    if text.startswith(">>> "):
        return parsed(text)
    last = max((i for i, piece in enumerate(pieces) if not piece.comment), default=-1)
    said = want(text if ours else shortened(text))
    return [
        Example(piece.source, *(said if i == last else want("")), piece.comment)
        for i, piece in enumerate(pieces)
    ]


def transcript(examples: Iterable[Example], flags: frozenset[str] = frozenset()) -> str:
    """The examples behind prompts, with `flags` as directives of each.

    >>> transcript([Example("f(1)", "1\\n")], frozenset({"+ELLIPSIS"}))
    '>>> f(1)  # doctest: +ELLIPSIS\\n1\\n'
    """
    return "".join(_shown(example, flags) for example in examples)


def _shown(example: Example, flags: frozenset[str]) -> str:
    source = example.source
    wanted = {f"+{flag}" for flag in example.flags} | flags
    if wanted and not example.comment:
        directive = f"# doctest: {', '.join(sorted(wanted))}"
        # Behind code on one line; elsewhere a string or a comment might swallow it.
        plain = "\n" not in source and "#" not in source
        source = f"{source}  {directive}" if plain else f"{source}\n{directive}"
    first, *more = source.split("\n")
    lines = [f">>> {first}", *(f"... {line}" if line else "..." for line in more)]
    return "\n".join(lines) + "\n" + example.want


def parsed(text: str) -> list[Example]:
    """The examples of a transcript, as doctest would read them.

    >>> parsed(">>> f(1,\\n...   2)\\n3\\n>>> # end\\n")[0]
    Example(source='f(1,\\n  2)', want='3\\n', flags=frozenset(), comment=False)
    """
    found: list[Example] = []
    wanting = True
    for line in text.split("\n")[:-1]:
        if line.startswith(">>>"):
            source = line[4:]
            found.append(Example(source, comment=source.lstrip().startswith("#")))
            wanting = False
        elif found and not wanting and line.startswith("..."):
            found[-1] = found[-1]._replace(source=f"{found[-1].source}\n{line[4:]}")
        elif found:
            found[-1] = found[-1]._replace(want=f"{found[-1].want}{line}\n")
            wanting = True
    return found
