"""Write a file whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path
from typing import Any

from residua._errors import FileError


def checked_path(path: Any, overwrite: bool) -> Path:
    """The file a path names (where a link points), refused when it may not be written.

    Raises FileError: not a path, a directory, or there already and `overwrite` is False.
    """
    try:
        target = Path(os.path.realpath(os.fspath(path)))
        taken = target.exists()
    except (TypeError, ValueError, OSError) as error:
        raise FileError(f"{path!r} is not a path: {error}") from error
    if target.is_dir():
        raise FileError(f"{target} is a directory", next=f'"{target / "decay.fit.json"}"')
    if not target.parent.is_dir():
        raise FileError(f"there is no directory {target.parent}")
    if taken and not overwrite:
        raise FileError(f"{target} exists already", next="overwrite=True, or another name")
    return target


def write_atomically(path: Any, content: bytes, overwrite: bool = True) -> None:
    """Write `content` beside the target, force it to disk, and only then take the target's place.

    Whatever fails on the way leaves an existing file as it was, and nothing behind.
    Raises FileError.
    """
    target = checked_path(path, overwrite)
    draft = target.with_name(f".{target.name[:100]}.{secrets.token_hex(6)}.part")
    try:
        with open(draft, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, draft)
        os.replace(draft, target)
    except OSError as error:
        raise FileError(f"{target} cannot be written: {error.strerror or error}") from error
    finally:
        draft.unlink(missing_ok=True)
