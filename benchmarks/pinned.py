"""Part of a benchmark in a process of its own, held to one core before anything starts threads.

XLA makes as many threads as there are cores when it starts, and LAMMPS' loops share nothing: only a
process that has one core compares one core with one core.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import import_module
from typing import Any


def pinned(function: str, *arguments: Any) -> Any:
    """What `module:function` returns for these arguments on one core; all of it must be JSON."""
    command = [sys.executable, "-m", "benchmarks.pinned", function, json.dumps(arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def _here(function: str, arguments: str) -> None:
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    module, name = function.split(":")
    print("\n" + json.dumps(getattr(import_module(module), name)(*json.loads(arguments))))


if __name__ == "__main__":
    _here(*sys.argv[1:])
