"""The same documents tangled by Org itself, where Emacs is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from residua.literate.tangle import tangle

EMACS = shutil.which("emacs")
# Documents that both can tangle: no doctests, which Org does not know.
DOCUMENTS = {
    "files": """#+PROPERTY: header-args:python :tangle one.py
* First
#+begin_src python
a = 1
#+end_src
#+begin_src python :padline no


b = 2

#+end_src
* Second
:PROPERTIES:
:header-args:python: :tangle two.py
:END:
#+begin_src python :tangle "one.py"
c = 3
#+end_src
#+begin_src python
d = 4
#+end_src
#+begin_src sh :tangle three.sh
echo
#+end_src
* COMMENT Third
#+begin_src python :tangle one.py
e = 5
#+end_src
""",
    "noweb": """#+begin_src python :tangle one.py :noweb yes
def f():
    <<body>>
# <<body>>
x = <<value>>
#+end_src
#+name: body
#+begin_src python :noweb yes
if True:
    <<inner>>
#+end_src
#+name: inner
#+begin_src python
return 1
#+end_src
#+begin_src python :noweb-ref value
1
#+end_src
#+begin_src python :tangle two.py
a = "<<value>>"
#+end_src
""",
    "strip": """#+begin_src python :tangle three.py :noweb strip-tangle
b = 1
<<inner>>
#+end_src
#+name: inner
#+begin_src python
return 1
#+end_src
""",
    "commas": """- item
  #+begin_src python :tangle one.py
    a = '''
    ,* not a heading
    ,#+begin_src
    ,,* comma
    '''

    b = 1
  #+end_src
""",
}

# The first Org that knows what a document uses; older ones leave it as it stands.
SINCE = {"strip": (9, 6)}


@pytest.mark.skipif(EMACS is None, reason="emacs is not installed")
@pytest.mark.parametrize("name", DOCUMENTS)
def test_org_writes_the_same(name: str, tmp_path: Path) -> None:
    """Up to blanks at the ends of lines, which Org leaves behind prefixes of empty lines."""
    if org_version() < SINCE.get(name, (0,)):
        pytest.skip(f"Org {org_version()} does not know what {name!r} uses")
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for folder in (ours, theirs):
        folder.mkdir()
        (folder / "a.org").write_text(DOCUMENTS[name])
    tangle(ours / "a.org")
    code = '(progn (require (quote ob-tangle)) (org-babel-tangle-file "a.org"))'
    emacs(code, theirs)
    assert written(ours) == written(theirs)


def org_version() -> tuple[int, ...]:
    text = emacs("(progn (require (quote org)) (princ (org-version)))", Path())
    return tuple(int(part) for part in re.findall(r"\d+", text)[:2])


def emacs(code: str, folder: Path) -> str:
    command = [str(EMACS), "-Q", "--batch", "--eval", code]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def written(folder: Path) -> dict[str, list[str]]:
    return {
        item.name: [line.rstrip() for line in item.read_text().splitlines()]
        for item in folder.iterdir()
        if item.suffix in (".py", ".sh")
    }


@pytest.mark.parametrize("name", DOCUMENTS)
def test_ours_are_tangled_whether_emacs_is_there_or_not(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.org").write_text(DOCUMENTS[name])
    assert {file.name for file in tangle(tmp_path / "a.org").files} == set(written(tmp_path))
