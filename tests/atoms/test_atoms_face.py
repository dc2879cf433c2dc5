"""The public face of residua.atoms, and what it starts."""

from __future__ import annotations

import subprocess
import sys

import pytest

import residua.atoms


def test_every_public_name_exists_and_is_documented():
    for name in residua.atoms.__all__:
        assert (getattr(residua.atoms, name).__doc__ or "").strip(), name
    with pytest.raises(AttributeError, match="nothing_like_this"):
        residua.atoms.nothing_like_this  # noqa: B018


def test_opening_the_room_starts_nothing_heavy():
    """Structures need neither ASE nor JAX until something is read or computed."""
    code = """
import sys
from residua.atoms import Structure, Structures
rows = Structures([Structure([[0, 0, 0], [0, 0, 3.7]], [18, 18], energy=-0.01, group="a")])
print(*[name for name in ("ase", "jax", "vesin", "matplotlib") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
