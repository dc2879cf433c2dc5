"""What the arguments of most peaks mean, said once."""

from __future__ import annotations

from typing import Annotated

from residua.doc.marks import Doc, unit
from residua.science.estimates import Array

X = Annotated[Array, Doc("independent variable, any shape")]
Area = Annotated[float, Doc("area under the peak; negative for a dip"), unit("[y][x]")]
Center = Annotated[float, Doc("position of the peak"), unit("[x]")]
