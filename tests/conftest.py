"""The strict test room: shared paths, one thread for small matrices, reproducible draws."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# Before NumPy is imported: small factorizations on many threads are slower, and noisy.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# A run that was started in the background inherits an ignored Ctrl-C, and some tests press it.
signal.signal(signal.SIGINT, signal.default_int_handler)
# Tests leave nothing in the user's cache directory.
os.environ.setdefault("RESIDUA_CACHE", "0")

HERE = Path(__file__).parent
for folder in (HERE, HERE / "nist", HERE / "autodiff"):
    sys.path.insert(0, str(folder))


@pytest.fixture(autouse=True, scope="module")
def nothing_remembered() -> Iterator[None]:
    """Every module of tests begins like a new process: no model has been fitted before, so none is
    promoted to the compiled engine because another test has fitted the same formula.
    """
    from residua.fitting import warm

    for account in (warm._texts, warm._spent, warm._known):
        account.clear()
    compiled = sys.modules.get("residua.fitting.compiled")
    if compiled is not None:
        compiled._programs.clear()
    # What JAX keeps lives as long as the process: looking through it for garbage again and again
    # slows thousands of tests down.
    gc.collect()
    gc.freeze()
    yield
