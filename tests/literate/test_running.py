"""Sessions: a prompt in a process of its own, which sees no secrets and ends in time."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from residua._errors import DataError
from residua.literate.running import Work, run_session, spawn
from residua.literate.tangle import tangle


def ran(folder: Path, *statements: str, limit: float = 60.0, name: str = "made") -> list[str]:
    work = [Work("block 'b'", statements)]
    (answers,) = run_session(work, name, folder / f"{name}.py", folder, limit)
    return [answer.output + answer.raised for answer in answers]


def test_a_session_answers_as_a_prompt_does(tmp_path: Path) -> None:
    """Compared with `python -i`, which is the prompt itself."""
    statements = [
        "a = 1",
        "a; a + 1",
        "None",
        "'x\\n'",
        "_",
        "print('no newline', end='')",
        "for i in range(2):\n    i\n    print(i)\n",
        "from __future__ import annotations",
        "def f(x: undefined): return x\n",
        "f.__annotations__",
        "[[], {}][0]",
    ]
    prompt = subprocess.run(
        [sys.executable, "-i", "-q", "-c", "import sys; sys.ps1 = sys.ps2 = ''"],
        input="\n".join(statements) + "\n",
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    # A prompt puts the next output behind a missing newline; doctest, and so a session, ends it.
    assert "".join(ran(tmp_path, *statements)).replace("no newline\n", "no newline") == (
        prompt.stdout
    )


def test_exceptions_are_named_as_in_the_module(tmp_path: Path) -> None:
    said = ran(
        tmp_path,
        "class Own(Exception):\n    pass",
        "raise Own('a\\nb')",
        "import json; json.loads('{')",
        "eval('1 +')",
        "raise SystemExit(3)",
        "raise KeyboardInterrupt",
        "print('still here')",
        "__name__, __file__.endswith('made.py')",
        "import dataclasses, typing",
        "@dataclasses.dataclass\nclass D:\n    x: 'typing.ClassVar[int]' = 1",
        "D()",
    )
    assert said[1] == "made.Own: a\nb\n"
    assert said[2].startswith("json.decoder.JSONDecodeError: Expecting property name")
    assert said[3] == "SyntaxError: invalid syntax\n"
    assert said[4:8] == [
        "SystemExit: 3\n",
        "KeyboardInterrupt\n",
        "still here\n",
        "('made', True)\n",
    ]
    assert said[-1] == "D()\n"


def test_a_session_sees_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = {
        "AWS_SECRET_ACCESS_KEY": "x",
        "GITHUB_TOKEN": "x",
        "MY_PASSWORD": "x",
        "PYTHONSTARTUP": "x",
    }
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    seen = set(ran(tmp_path, "import os; print(*os.environ)")[0].split())
    assert "PATH" in seen and not seen & set(secrets)
    assert seen <= {*os.environ, "NO_COLOR", "PYTHONDONTWRITEBYTECODE", "PYTHONIOENCODING"}


def test_a_session_lives_in_the_folder_of_the_document(tmp_path: Path) -> None:
    (tmp_path / "beside.py").write_text("value = 3")
    said = ran(tmp_path, "import os, beside", f"os.getcwd() == {str(tmp_path)!r}, beside.value")
    assert said == ["", "(True, 3)\n"]


def test_what_is_written_past_python_does_not_disturb(tmp_path: Path) -> None:
    said = ran(
        tmp_path,
        "import os, sys",
        '_ = os.write(1, b\'{"output": "false"}\\n\')',
        "_ = os.system('echo aside; echo aside 1>&2')",
        "sys.stdout = None",
        "sys.displayhook = print",
        "'seen'",
        "sys.stdin.read()",
        "print('\\ud800 \\x00 é')",
        "sys.stderr.write('aside') and None",
    )
    assert said == ["", "", "", "", "", "'seen'\n", "''\n", "\ud800 \x00 é\n", ""]


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("while True: pass", "did not end within 0.5 s"),
        ("import time; time.sleep(60)", "did not end within 0.5 s"),
        ("import os; os._exit(7)", "ended with code 7"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "ended with code -9"),
        ("while True: print('x' * 1000)", "printed more than 1000000 characters"),
    ],
)
def test_code_that_does_not_end_well(tmp_path: Path, statement: str, words: str) -> None:
    limit = 0.5 if "0.5" in words else 60.0
    with pytest.raises(DataError, match=rf"block 'b'.*{words}"):
        ran(tmp_path, "1", statement, limit=limit)


def test_nothing_that_a_session_started_is_left(tmp_path: Path) -> None:
    """Neither a thread nor a process that holds the streams makes anyone wait; both are ended."""
    said = ran(
        tmp_path,
        "import subprocess, threading, time",
        "p = subprocess.Popen(['sleep', '600'])",
        "threading.Thread(target=time.sleep, args=(600,)).start()",
        "p.pid",
    )
    pid = int(said[-1])
    for _ in range(100):
        if not _runs(pid):
            break
        time.sleep(0.05)
    assert not _runs(pid)


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_what_a_program_says_is_kept_apart(tmp_path: Path) -> None:
    code = "import sys; print(sys.stdin.read()); print('b', file=sys.stderr); sys.exit(4)"
    ended = spawn([sys.executable, "-c", code], "é", tmp_path, 60.0)
    assert (ended.code, ended.out.strip(), ended.err.strip()) == (4, "é", "b")


DOCUMENT = """#+begin_src python :tangle made.py :session one :noweb yes
def f():
    '''
    <<doctest("a")>>
    '''
    print("once")
    raise ValueError("x")
#+end_src

#+name: a
#+begin_src python :session one
f()
#+end_src

#+begin_src python :session two
f()
#+end_src

#+begin_src python
f()
#+end_src

#+begin_src python :eval no
raise SystemExit
#+end_src
"""


def test_sessions_are_apart_and_what_is_odd_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.org"
    path.write_text(DOCUMENT)
    report = tangle(path, run=True)
    assert report.ok and report.warnings == [
        "block 'a' printed before it raised; a doctest cannot say both",
        "the block at line 15 raised NameError: name 'f' is not defined",
        "the block at line 19 raised NameError: name 'f' is not defined",
    ]
    assert "ValueError: x\n    '''" in (tmp_path / "made.py").read_text()


def test_nothing_is_written_when_a_block_fails_to_run(tmp_path: Path) -> None:
    path = tmp_path / "a.org"
    path.write_text(DOCUMENT.replace(":eval no\nraise", "\nimport os; os._exit(1) #"))
    with pytest.raises(DataError, match="line 23: the block at line 23 was not run"):
        tangle(path, run=True)
    assert [item.name for item in tmp_path.iterdir()] == ["a.org"]
