"""Benchmarks beside named peers, in one run: `python -m benchmarks --help`.

Threads are limited here because this file is read before any benchmark imports NumPy, and BLAS
reads its settings only once. On small matrices many threads cost far more than they give.
"""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"
