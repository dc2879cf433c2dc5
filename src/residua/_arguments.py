"""What the arguments of functions in several rooms have in common, said once."""

from __future__ import annotations

from typing import Annotated

from residua._types import PathLike
from residua.doc import Doc

EngineName = Annotated[
    str, Doc('"auto", "eager" (NumPy), "compiled" (JAX) or "numeric" (finite differences)')
]
Picture = Annotated[PathLike | None, Doc("where to save: .png, .pdf or .svg; None saves nothing")]
Overwrite = Annotated[bool, Doc("False refuses to replace a file")]
