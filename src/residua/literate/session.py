"""What runs inside the process of a session: a prompt that answers in JSON.

The text of this file is given to `python -c`, so it knows only the standard library. Statements are
compiled and shown as doctest does it, so that what is recorded is what doctest will see.

Source: DocTestRunner in the doctest module of Python.
"""

import __future__

import io
import json
import os
import sys
import traceback
import types
from typing import Any

MOST_CHARACTERS = 1_000_000


class Heard(io.StringIO):
    """Standard output of the code; one object for the whole session, as in doctest."""

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.answer = answer

    def write(self, text: str) -> int:
        if self.tell() + len(text) > MOST_CHARACTERS:
            self.answer({"error": f"it printed more than {MOST_CHARACTERS} characters"})
            os._exit(1)
        return super().write(text)

    def taken(self) -> str:
        """What was printed since the last call, ended by a newline."""
        text = self.getvalue()
        self.seek(0)
        self.truncate()
        return text + "\n" if text and not text.endswith("\n") else text


def message(kind: type[BaseException], error: BaseException) -> str:
    """The message of an exception, without its stack and without the place of a SyntaxError."""
    lines = traceback.format_exception_only(kind, error)
    if issubclass(kind, SyntaxError):
        names = (f"{kind.__qualname__}:", f"{kind.__module__}.{kind.__qualname__}:")
        first = [i for i, line in enumerate(lines) if line.startswith(names)]
        lines = lines[first[0] :] if first else lines[-1:]
    return "".join(lines)


def take(source: str, scope: dict[str, Any], name: str) -> str:
    """Run one statement as a prompt does; the message of what it raised, "" if nothing."""
    flags = 0
    for feature in __future__.all_feature_names:
        if scope.get(feature) is getattr(__future__, feature):
            flags |= getattr(__future__, feature).compiler_flag
    try:
        exec(compile(source + "\n", f"<{name}>", "single", flags, True), scope)
    except BaseException as error:
        return message(type(error), error)
    return ""


def main() -> None:
    """Read the blocks from standard input, run them in order, answer after every statement."""
    request = json.loads(sys.stdin.buffer.read())
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    # From here on, code that writes to the bare files writes to standard error and reads nothing.
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)

    def answer(content: dict[str, Any]) -> None:
        answers.write(json.dumps(content) + "\n")
        answers.flush()

    module = types.ModuleType(request["module"])
    module.__file__ = request["file"]
    sys.modules[request["module"]] = module
    sys.argv = [""]
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = heard = Heard(answer)
    for block in request["blocks"]:
        for source in block["statements"]:
            # Code may have put something else in the place of standard output.
            sys.stdout = heard
            sys.displayhook = sys.__displayhook__
            raised = take(source, module.__dict__, block["name"])
            answer({"output": heard.taken(), "raised": raised})
    # Not sys.exit: threads that the code left running would hold the process.
    os._exit(0)


if __name__ == "__main__":
    main()
