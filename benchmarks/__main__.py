"""Run the benchmarks and print their tables."""

from __future__ import annotations

import argparse
import time
from importlib import import_module

from benchmarks.timing import environment, render

NAMES = {
    "nist": "accuracy on the 54 certified runs",
    "cold": "one fit in a fresh process; the command's help",
    "warm": "the same model fitted again and again",
    "linearize": "value and exact Jacobian of a small network",
    "ode": "a differential equation fitted again and again",
    "jacobian": "rs.jacobian of tanh networks, warm",
    "tanh_starts": "a nearly singular network from 100 random starts",
}


def main() -> None:
    """Parse the command line; run what was asked for."""
    listed = "\n".join(f"  {name:<12} {what}" for name, what in NAMES.items())
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="residua beside scipy, lmfit, optimistix and autograd, in one run.",
        epilog=f"names:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="which ones (default: all)")
    parser.add_argument("--quick", action="store_true", help="fewer repeats: under a minute")
    parser.add_argument("--markdown", action="store_true", help="tables in Markdown")
    args = parser.parse_args()
    if unknown := [name for name in args.names if name not in NAMES]:
        parser.error(f"no benchmark named {', '.join(unknown)}; there are {', '.join(NAMES)}")
    print(environment(), "\n", flush=True)
    for name in args.names or NAMES:
        begin = time.perf_counter()
        report = import_module(f"benchmarks.{name}").run(quick=args.quick)
        report.notes.append(f"({name}: {time.perf_counter() - begin:.1f} s)")
        print(render(report, args.markdown), flush=True)


if __name__ == "__main__":
    main()
