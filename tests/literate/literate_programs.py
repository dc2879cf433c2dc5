"""Programs that nobody would write, drawn for tests: statements, printed text, exceptions."""

from __future__ import annotations

from hypothesis import strategies as st

# Text that doctest, Org, Markdown or a docstring may trip over, among any other characters.
AWKWARD = [
    ">>> x",
    "  >>> x",
    "... x",
    "<BLANKLINE>",
    "<BLANKLINE>  ",
    "Traceback (most recent call last):",
    'a """ b',
    "''' \\",
    "\\n \\x41 \\",
    "* heading",
    "#+end_src",
    "#+end_example",
    ",* comma",
    ": colon",
    "```",
    "~~~~",
    "# doctest: +SKIP",
    "<<name>>",
    "\t\ttabs\t",
    "  indented",
    "trailing  ",
    "True",
    "1",
    "...",
    "é ∂ 漢字 😀",
]
LINES = st.one_of(
    st.sampled_from(AWKWARD), st.sampled_from(["", " ", "\t", "\x0c"]), st.text(max_size=12)
)
# As they may be printed: several lines, ended or not, empty ones anywhere.
TEXTS = st.lists(LINES, max_size=4).map("\n".join)
LITERALS = st.one_of(
    TEXTS.map(repr),
    st.integers(-9, 10**20).map(repr),
    st.booleans().map(repr),
    st.none().map(repr),
    st.lists(TEXTS, max_size=3).map(repr),
    st.binary(max_size=6).map(repr),
)
NAMES = st.sampled_from(["a", "b", "longer_name", "größe"])
ERRORS = st.sampled_from(["ValueError", "KeyError", "SyntaxError", "SystemExit", "Exception"])


def _written(text: str) -> str:
    """A string over several lines of code, if the text lets it be."""
    plain = "".join(c for c in text if c.isprintable() or c == "\n")
    # A directive inside a string is an error, tested elsewhere.
    plain = plain.replace("doctest:", "")
    body = plain.replace("\\", "\\\\").replace('"', '\\"')
    return f'"""{body}"""'


SIMPLE = st.one_of(
    st.builds("{} = {}".format, NAMES, LITERALS),
    LITERALS,
    NAMES,
    st.builds("print({})".format, LITERALS),
    st.builds("print({}, end='')".format, LITERALS),
    st.builds("print({})".format, TEXTS.map(_written)),
    st.builds("raise {}({})".format, ERRORS, TEXTS.map(repr)),
    st.builds("print({}); print({})".format, LITERALS, LITERALS),
    st.builds("{} = {}; \\\nprint({})".format, NAMES, LITERALS, LITERALS),
    st.builds("print({}); raise ValueError({})".format, LITERALS, LITERALS),
    st.sampled_from(
        [
            "1 / 0",
            "import sys",
            "1 + \\\n    1",
            "eval('1 +')",
            "f = lambda: None",
            "_ = 3",
            "print()",
            "print(' ')",
            "''",
            "# a comment",
            "pass  # doctest: +ELLIPSIS",
            "compile('a\\n b', 'x', 'exec')",
            "e = ValueError('a'); e.add_note('b\\n\\n>>> c'); raise e",
            "class Own(Exception):\n    pass",
            "raise Own('mine')",
            "raise ExceptionGroup('many', [ValueError(1)])",
        ]
    ),
)


def _indented(code: str) -> str:
    # Only lines of code, not of strings over several lines, may be indented.
    return f"    {code}" if "\n" not in code and not code.startswith("#") else "    pass"


INSIDE = SIMPLE.map(_indented)
COMPOUND = st.one_of(
    st.builds("for i in range(2):\n{}\n\n{}".format, INSIDE, INSIDE),
    st.builds("def f():\n{}\n    \n    return 1".format, INSIDE),
    st.builds("try:\n{}\nexcept ValueError as e:\n{}".format, INSIDE, INSIDE),
    st.builds("def same(x):\n    return x\n\n@same\n# kept\n@same\nclass C:\n{}".format, INSIDE),
    st.builds("if True:\n{}\nelse:\n{}".format, INSIDE, INSIDE),
)
STATEMENTS = st.one_of(SIMPLE, COMPOUND)
PROGRAMS = st.lists(STATEMENTS, min_size=1, max_size=5).map("\n\n".join)
