"""Documentation beside each argument: `Annotated[float, Doc("temperature"), unit("K"), Gt(0)]`.

`documented` makes a NumPy docstring of it and hands the same function back; `arguments(f)` gives
the record; `check` finds contradictions between text and signature. `residua.doc.sphinx` and
`residua.doc.griffe` show it in documentation sites, `residua.doc.hy` is for Hy.
"""

from residua.doc.checking import check as check
from residua.doc.checking import problems as problems
from residua.doc.constraints import Bounds as Bounds
from residua.doc.decorator import DocumentationWarning as DocumentationWarning
from residua.doc.decorator import documented as documented
from residua.doc.describe import arguments as arguments
from residua.doc.marks import Doc as Doc
from residua.doc.marks import Ge as Ge
from residua.doc.marks import Gt as Gt
from residua.doc.marks import Le as Le
from residua.doc.marks import Lt as Lt
from residua.doc.marks import shape as shape
from residua.doc.marks import unit as unit
from residua.doc.record import Argument as Argument
from residua.doc.record import Arguments as Arguments
