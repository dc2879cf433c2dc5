"""The strict test room: shared paths, one thread for small matrices, reproducible draws."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# Before NumPy is imported: small factorizations on many threads are slower, and noisy.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

HERE = Path(__file__).parent
for folder in (HERE, HERE / "nist", HERE / "autodiff"):
    sys.path.insert(0, str(folder))
