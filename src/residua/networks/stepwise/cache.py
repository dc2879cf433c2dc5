"""Compiled programs kept between processes: JAX's persistent cache, for network training alone.

Programs are kept in the user's cache directory: $XDG_CACHE_HOME or ~/.cache on Linux,
~/Library/Caches on macOS, %LOCALAPPDATA% on Windows, and there in residua/programs. The environment
variable RESIDUA_CACHE=0 switches it off; RESIDUA_CACHE=/path keeps them there instead.

A cached program is machine code, so a directory that others may write to is not used, and each
kind of processor has a directory of its own. A cache that the user has configured in JAX is left
alone and serves instead; the setting is made only while a program is compiled, and taken back.
"""

from __future__ import annotations

import hashlib
import os
import platform
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import jax
from jax.experimental.compilation_cache import compilation_cache

SWITCH = "RESIDUA_CACHE"
_OFF = ("0", "off", "no", "false")
# Compiling for less than this is not worth a file; more than these are not worth their space.
SHORTEST = 0.1
MOST_BYTES = 256 * 2**20

_DIRECTORY = "jax_compilation_cache_dir"
_THRESHOLD = "jax_persistent_cache_min_compile_time_secs"
_LOCK = threading.RLock()


def directory() -> Path | None:
    """Where programs are kept; None when they are not.

    Returns:
        A directory that only the user can write to, made if need be; None when it is switched off,
        or cannot be made, or is not the user's alone.

    Example:
        >>> import os
        >>> before = os.environ.get("RESIDUA_CACHE")
        >>> os.environ["RESIDUA_CACHE"] = "0"
        >>> directory() is None
        True
        >>> _ = os.environ.pop("RESIDUA_CACHE")
        >>> if before is not None: os.environ["RESIDUA_CACHE"] = before
    """
    word = os.environ.get(SWITCH, "").strip()
    if word.lower() in _OFF:
        return None
    try:
        base = Path(word).expanduser() if word else _user_cache() / "residua" / "programs"
        path = base / _processor()
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path if _private(path) else None
    except (OSError, RuntimeError):  # no home, a read-only disk, a file in the way
        return None


@contextmanager
def persistent() -> Iterator[None]:
    """Programs compiled inside the block are read from the cache, and written to it."""
    with _LOCK:
        mine = None if getattr(jax.config, _DIRECTORY) else directory()
        if mine is None:
            yield
            return
        before = getattr(jax.config, _THRESHOLD)
        _use(str(mine), SHORTEST)
        try:
            yield
        finally:
            _use(None, before)
            _prune(mine)


def _use(path: str | None, threshold: float) -> None:
    """Point JAX to a directory; it remembers the last one until it is told to forget."""
    jax.config.update(_DIRECTORY, path)
    jax.config.update(_THRESHOLD, threshold)
    compilation_cache.reset_cache()


def _user_cache() -> Path:
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return Path(local) if local else Path.home() / "AppData" / "Local"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return named if named.is_absolute() else Path.home() / ".cache"


@cache
def _processor() -> str:
    """A name for this kind of processor: homes are shared between machines that differ."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        features = next(line for line in lines if line.startswith(("flags", "Features")))
    except (OSError, StopIteration):
        features = platform.processor()
    words = " ".join([platform.machine(), *sorted(features.split())])
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def _private(path: Path) -> bool:
    if not hasattr(os, "getuid"):
        return True
    status = path.stat()
    return status.st_uid == os.getuid() and not status.st_mode & 0o022


def _prune(path: Path) -> None:
    """Throw away the oldest programs when there are too many."""
    try:
        files = sorted(path.iterdir(), key=lambda file: file.stat().st_mtime, reverse=True)
        kept = 0
        for file in files:
            kept += file.stat().st_size
            if kept > MOST_BYTES:
                file.unlink(missing_ok=True)
    except OSError:  # another process is pruning too
        return
