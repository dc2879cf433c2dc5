"""The examples of the teaching room, run as a reader would run them."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINE = (
    "4.7714",
    "-13.9623",
    "-4.2524",
    "0.1321",
    "0.5790",
    "2.8808",
    "0.5280",
    "1.0080",
    "0.5037774",
)

# CI runs these scripts for the gallery of the site; what they print is compared before a release.
pytestmark = pytest.mark.slow
LINE_PICTURES = {"line.html", "line_network.png", "line_path.png", "line_rates.png"}
HIDDEN = ("31 parameters", "W1[9,0]", "b2[0]", "[ 1.  -2.   0.5  3. ]")
HIDDEN_PICTURES = {"activations.png", "hidden.gif", "hidden.html", "hidden_traces.png", "xor.png"}
CASES = [
    ("teaching_line.py", LINE, LINE_PICTURES),
    ("teaching_hidden_layer.py", HIDDEN, HIDDEN_PICTURES),
]


@pytest.mark.parametrize(("name", "words", "pictures"), CASES)
def test_examples_print_the_lesson_and_draw_when_asked(name, words, pictures, tmp_path):
    def run(*folder):
        command = [sys.executable, "-W", "error", str(ROOT / "examples" / name), *folder]
        return subprocess.run(
            command, capture_output=True, text=True, check=True, cwd=tmp_path
        ).stdout

    said = run()
    assert all(word in said for word in words)
    assert not list(tmp_path.iterdir())
    assert run(str(tmp_path)).startswith(said)
    assert pictures <= {path.name for path in tmp_path.iterdir()}
