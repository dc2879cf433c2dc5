"""Which examples stand together in the gallery, and in which order.

A test compares the table with `examples/`: a new example goes into one subject.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

SUBJECTS: dict[str, list[str]] = {
    "Fits and error bars": [
        "murnaghan", "cube_root", "peaks_on_a_baseline", "shared_decay", "sklearn_pipeline",
    ],
    "Derivatives, roots, sensitivities": [
        "pressure", "mixed_partials", "roots", "sensitivities",
    ],
    "Physics and chemistry": [
        "equations_of_state", "energy_and_pressure", "activity_coefficients",
        "reversible_kinetics",
    ],
    "Networks": [
        "network_cube_root", "calibrated_intervals", "cu_dimer_network",
        "energy_and_force_network", "xor", "minibatch_adam", "equinox_module", "torch_module",
    ],
    "Training by hand": ["teaching_line", "teaching_hidden_layer"],
    "Atoms": [
        "cu_dimer_forms", "lennard_jones_cluster", "argon_potential", "molecular_dynamics",
        "fit_gupta_copper",
    ],
}  # fmt: skip
PLACES = [name for names in SUBJECTS.values() for name in names]

OPEN = '\n.. raw:: html\n\n    <div class="sphx-glr-thumbnails">\n\n'
CLOSE = "\n.. raw:: html\n\n    </div>\n\n"


def setup(app: Any) -> dict[str, Any]:
    """What Sphinx calls when it loads an extension."""
    # After the gallery has written its index.
    app.connect("builder-inited", lambda app: _divide(Path(app.srcdir)), priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class Order:
    """The key by which the gallery sorts its examples; one that is in no subject goes last."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def __call__(self, name: str) -> tuple[int, str]:
        """The place in the table, then the name."""
        stem = Path(name).stem
        return (PLACES.index(stem) if stem in PLACES else len(PLACES)), stem


def _divide(docs: Path) -> None:
    index = docs / "gallery" / "index.rst"
    if index.exists():
        index.write_text(divided(index.read_text(encoding="utf-8")), encoding="utf-8")


def divided(text: str) -> str:
    """The page of all thumbnails, with a heading before the first of each subject."""
    begin = '\n.. raw:: html\n\n    <div class="sphx-glr-thumbcontainer"'
    head, *cards = text.split(begin)
    if any(f"\n{heading}\n---" in text for heading in SUBJECTS):
        return text
    shown: set[str] = set()
    for k, card in enumerate(cards):
        subject = _subject(card)
        new = subject is not None and subject not in shown
        cards[k] = (_heading(str(subject)) if new else "") + begin + card
        shown |= {str(subject)}
    return head + "".join(cards)


def _subject(card: str) -> str | None:
    """The subject of the example to which a thumbnail leads."""
    name = card.partition(":doc:`/gallery/")[2].partition("`")[0]
    return next((heading for heading, names in SUBJECTS.items() if name in names), None)


def _heading(text: str) -> str:
    return f"{CLOSE}{text}\n{'-' * len(text)}\n{OPEN}"
