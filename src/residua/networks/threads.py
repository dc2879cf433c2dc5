"""Members trained side by side, each by one thread of BLAS.

Matrices of a few hundred rows are slower on two threads of BLAS than on one (ten times, where the
cores are shared), so BLAS keeps to one and the members take the cores. What a member finds does not
depend on how many run beside it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import cache
from threading import Event
from typing import Any, TypeVar

from threadpoolctl import ThreadpoolController

Job = TypeVar("Job")
Found = TypeVar("Found")
MOST_WORKERS = 8


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()  # looking for the libraries takes milliseconds


def workers() -> int:
    """How many members run at once: the cores that this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return min(MOST_WORKERS, len(allowed(0)) if allowed else os.cpu_count() or 1)


def one_blas_thread() -> Any:
    """A context in which BLAS keeps to one thread."""
    return _controller().limit(limits=1, user_api="blas")


@cache
def _helpers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max(1, workers() - 1), "residua")  # kept: starting costs 0.3 ms


if hasattr(os, "register_at_fork"):  # threads do not follow into a forked process
    os.register_at_fork(after_in_child=_helpers.cache_clear)


def share(call: Callable[[Sequence[Job]], object], jobs: Sequence[Job]) -> None:
    """`call` with every core's share of the jobs; the caller does the first share itself."""
    hands = min(workers(), len(jobs))
    with one_blas_thread():
        others = [_helpers().submit(call, jobs[i::hands]) for i in range(1, hands)]
        try:
            call(jobs[::hands] if hands else jobs)
        finally:
            wait(others)
        for other in others:
            other.result()


def run_each(
    call: Callable[[Job], Found],
    jobs: Sequence[Job],
    stop: Event | None = None,
    side_by_side: bool = True,
) -> list[Found]:
    """What `call` gives for every job, in order; the first error is raised.

    An interrupt sets `stop`, at which the jobs are expected to come to an end; what they have found
    by then is given all the same. Without `stop` the interrupt is raised.
    """
    if not side_by_side:  # compiled programs have threads of their own, and want the main one
        return [call(job) for job in jobs]
    futures: list[Future[Found] | None] = [None] * len(jobs)
    with one_blas_thread(), ThreadPoolExecutor(max(1, min(workers(), len(jobs)))) as pool:
        try:
            for i, job in enumerate(jobs):
                futures[i] = pool.submit(call, job)
            wait(future for future in futures if future is not None)
        except KeyboardInterrupt:
            if stop is None:
                raise
            stop.set()  # those that have not begun yet come to their end at once
        return [
            (pool.submit(call, job) if future is None else future).result()
            for job, future in zip(jobs, futures)
        ]
