"""Run the benchmarks and print their tables."""

from __future__ import annotations

import argparse
import inspect
import time
from importlib import import_module
from typing import Any

from benchmarks.timing import environment, render

NAMES = {
    "nist": "accuracy on the 54 certified runs",
    "cold": "one fit in a fresh process; the command's help",
    "warm": "the same model fitted again and again",
    "linearize": "value and exact Jacobian of a small network",
    "ode": "a differential equation fitted again and again",
    "jacobian": "rs.jacobian of tanh networks, warm",
    "tanh_starts": "a nearly singular network from 100 random starts",
    "xor": "XOR by two hidden units from 100 seeds",
    "noisy_cubic": "a noisy curve by networks, beside PyTorch's Adam",
    "adam": "mini-batch Adam, step for step, beside loops of PyTorch",
    "extrapolation": "networks at twice the range of their data",
    "cu_dimer_network": "the energy of a copper dimer by ten tanh units",
    "predict_speed": "10 000 predictions of a network",
    "argon_fit": "Lennard-Jones fitted to a database, beside scipy's fmin over ASE's calculator",
    "argon_forms": "forms of pair potentials on argon: energies, forces, stresses",
    "documented": "one call of a function with documentation beside its arguments",
    "atoms_cluster": "13 atoms, alone and a thousand at once, beside ASE",
    "atoms_crystal": "energy and forces of argon crystals, beside LAMMPS, jax-md and ASE",
    "nve": "500 steps of dynamics, beside LAMMPS",
    "mlearn": "neural potentials of silicon and lithium, beside published errors (many minutes)",
    "uci": "calibrated regression on five sets (hours with Gaussian processes)",
}
# Options of single benchmarks: whichever has an argument of that name in its `run` gets it.
OPTIONS = {
    "sets": "of uci: names with commas (default: all)",
    "splits": "of uci: such as 0-9 (the default) or 3",
    "peers": "of uci: names with commas, residua among them (default: all)",
    "cache": "of uci: file of scores already measured (default: /tmp/residua_uci.jsonl)",
}


def main() -> None:
    """Parse the command line; run what was asked for."""
    listed = "\n".join(f"  {name:<17} {what}" for name, what in NAMES.items())
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="residua beside scipy, lmfit, optimistix and autograd, in one run.",
        epilog=f"names:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="which ones (default: all but uci)"
    )
    parser.add_argument("--quick", action="store_true", help="fewer repeats: under a minute")
    parser.add_argument("--markdown", action="store_true", help="tables in Markdown")
    for name, what in OPTIONS.items():
        parser.add_argument(f"--{name}", metavar="LIST" if name != "cache" else "FILE", help=what)
    args = parser.parse_args()
    if unknown := [name for name in args.names if name not in NAMES]:
        parser.error(f"no benchmark named {', '.join(unknown)}; there are {', '.join(NAMES)}")
    print(environment(), "\n", flush=True)
    for name in args.names or [name for name in NAMES if name != "uci"]:
        begin = time.perf_counter()
        run = import_module(f"benchmarks.{name}").run
        report = run(quick=args.quick, **_options(run, args))
        report.notes.append(f"({name}: {time.perf_counter() - begin:.1f} s)")
        print(render(report, args.markdown), flush=True)


def _options(run: Any, args: argparse.Namespace) -> dict[str, str]:
    """The options given on the command line that this benchmark knows."""
    given = {name: getattr(args, name) for name in inspect.signature(run).parameters}
    return {name: value for name, value in given.items() if name in OPTIONS and value}


if __name__ == "__main__":
    main()
