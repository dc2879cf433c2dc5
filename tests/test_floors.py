"""Who may import whom, and the public face."""

from __future__ import annotations

import ast
import functools
import subprocess
import sys
from pathlib import Path

import pytest

import residua
from residua.fitting.doors import DOORS

SOURCE = Path(residua.__file__).parent
FILES = sorted(SOURCE.rglob("*.py"))

# A module may import from its own room and from rooms of a lower number.
FLOORS = {
    "_errors": -2,
    "_face": -2,
    "_outcomes": -2,
    "_types": -2,
    "_words": -2,
    "doc": -1.5,
    "_arguments": -1.25,
    "autodiff": -1,
    "algebra": 0,
    "roots": 0.25,
    "science": 0.5,
    "problem": 1,
    "data": 2,
    "objective": 2.5,
    "solvers": 3,
    "dynamics": 3.5,
    "networks": 3.5,
    "fitting": 4,
    "inference": 5,
    "report": 6,
    "atoms": 6.5,
    "autograd": 6.5,
    "scipy": 6.5,
    "literate": 6.5,
    "sklearn": 6.5,
    "torch": 6.5,
    "teaching": 6.5,
    "cli": 7,
    "__main__": 8,
}
# Each outside library beyond numpy and jax is imported in one file, or in one room for scipy.
HOMES = {
    "pandas": {"report/frames.py"},
    "matplotlib": {"report/pictures.py"},
    "click": "cli/",
    "diffrax": {"dynamics/integrator.py"},
    "optax": {"networks/stepwise/optimizers.py"},
    "equinox": {"networks/foreign/modules.py"},
    "sklearn": "sklearn/",
    "torch": {"torch/functional.py"},
    "ase": {"atoms/ase.py"},
    "vesin": {"atoms/neighbors.py"},
    "sphinx": {"doc/sphinx.py"},
    "griffe": {"doc/griffe.py"},
    "hy": {"doc/hy/__init__.py"},
    "markdown_it": {"literate/markdown.py"},
    "jax": (
        "atoms/",
        "autodiff/",
        "dynamics/",
        "networks/",
        "algebra/control.py",
        "roots/traced.py",
        "solvers/traced.py",
        "solvers/scout.py",
        "fitting/compiled.py",
    ),
}
# Importing the package, or the modules a short eager fit needs, must not start these.
HEAVY = {
    "ase",
    "click",
    "equinox",
    "jax",
    "markdown_it",
    "matplotlib",
    "optax",
    "pandas",
    "scipy",
    "sklearn",
    "torch",
    "vesin",
}


def room(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return parts[0]


@functools.cache
def runtime_imports(path: Path) -> tuple[tuple[str, int], ...]:
    """(module, line) of every import that runs, TYPE_CHECKING blocks left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    hidden = {
        id(node)
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and "TYPE_CHECKING" in ast.dump(branch.test)
        for statement in branch.body
        for node in ast.walk(statement)
    }
    found: list[tuple[str, int]] = []
    for node in ast.walk(tree):
        if id(node) in hidden:
            continue
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append((node.module, node.lineno))
    return tuple(found)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_a_floor_imports_only_lower_floors(path):
    here = room(path)
    if here == "__init__":
        return
    assert here in FLOORS, f"{here} has no floor: add it to the table and to docs/architecture.md"
    for module, line in runtime_imports(path):
        if not module.startswith("residua."):
            continue
        there = module.split(".")[1]
        allowed = there == here or FLOORS[there] < FLOORS[here]
        # The shelf of models stands on autodiff alone, and the model asks for it by name.
        shelf = (here, there) == ("problem", "science")
        assert allowed or shelf, f"{path.name}:{line} ({here}) imports {module}"


@pytest.mark.parametrize("library", sorted(HOMES))
def test_outside_libraries_have_one_home(library):
    homes = HOMES[library]
    for path in FILES:
        name = str(path.relative_to(SOURCE))
        for module, line in runtime_imports(path):
            if module.split(".")[0] == library:
                at_home = name in homes if isinstance(homes, set) else name.startswith(homes)
                assert at_home, f"{name}:{line} imports {module}"


def test_every_public_name_exists_and_is_documented():
    for name in residua.__all__:
        assert (getattr(residua, name).__doc__ or "").strip(), name
    assert sorted(residua.__all__) == residua.__all__
    with pytest.raises(AttributeError, match="nothing_like_this"):
        residua.nothing_like_this  # noqa: B018


def test_every_door_opens():
    from importlib import import_module

    for door in DOORS.values():
        module, function = door.split(":")
        assert callable(getattr(import_module(module), function))


def started_by(script: str) -> set[str]:
    """Heavy libraries that a script leaves imported, seen in a fresh process."""
    code = f"{script}\nimport sys; print(*[m for m in {sorted(HEAVY)!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_package_starts_nothing_heavy():
    assert started_by("import residua; residua.fit") == set()


def test_an_eager_fit_starts_nothing_heavy():
    script = """
import numpy as np, residua as rs
def decay(t, a=1.0, b=1.0, c=0.0):
    return a * np.exp(-b * t) + c
t = np.linspace(0, 4, 50)
fit = rs.fit(decay, t, 2 * np.exp(-t) + 0.1 * np.sin(40 * t))
assert fit.ok and fit.stderr["a"] > 0
"""
    assert started_by(script) == set()


# What of SciPy a network fitted by Levenberg-Marquardt may start: LAPACK and Student's t.
LINEAR_ALGEBRA = {"scipy.linalg", "scipy.special"}
NETWORK = """
import numpy as np, residua as rs
x = np.linspace(-2, 2, 40)
fit = rs.fit(rs.MLP([4]), x, np.sin(2 * x) + 0.1 * np.cos(40 * x))
said = fit.predict([0.5, 9.0], interval="prediction")
assert fit.ok and said.extrapolates.tolist() == [False, True]
fit.derivative("x").predict([0.5]), said.log_density([0.8, 0.0]), str(fit), rs.trace(fit)
"""


def test_a_network_fit_starts_linear_algebra_alone():
    assert started_by(NETWORK) <= {"scipy"}
    code = f"{NETWORK}\nimport sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    rooms = {name for name in done.stdout.split() if name.count(".") == 1}
    assert {name for name in rooms if name.startswith("scipy.") and "._" not in name} <= (
        LINEAR_ALGEBRA | {"scipy.version"}
    )
