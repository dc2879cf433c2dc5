"""Types of arguments that Python has no short name for, and what a reader is told of them.

Python 3.11 forgets the name of an alias; the documentation reads it from the source instead
(`residua.doc.types_in_words`), so an alias stands in annotations by its bare name. `Any` is said
where a type would need a library that may not be there, or would be too narrow.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

PathLike: TypeAlias = str | os.PathLike[str]
# What a model is made of. A Model is called like a function.
ModelLike: TypeAlias = Callable[..., Any] | str
TableLike: TypeAlias = Any
VariablesLike: TypeAlias = Any
BoundsLike: TypeAlias = Any
ParamsLike: TypeAlias = Any
RootValue: TypeAlias = Any
HiddenLike: TypeAlias = Any
ActivationLike: TypeAlias = Any
WordValue: TypeAlias = Any
AnyObject: TypeAlias = Any
RandomLike: TypeAlias = Any
SolverLike: TypeAlias = Any
TorchModuleLike: TypeAlias = Any
TraceLike: TypeAlias = Any
PredictorLike: TypeAlias = Any
# Parameters of a network or a line, each by its name.
ArraysByName: TypeAlias = Mapping[str, Any]
TieLike: TypeAlias = Mapping[str, str | Callable[..., Any]] | str | Sequence[str]
AtomsLike: TypeAlias = Any
StructuresLike: TypeAlias = Any
# Parameters of potentials; JAX traces them where they are fitted.
NumberByPair: TypeAlias = float | Mapping[Any, Any]
NumberByElement: TypeAlias = float | Mapping[str, Any]

# What the documentation says for a name. What has none is shown by its name.
TYPE_WORDS = {
    "PathLike": "path_like",
    "ModelLike": "Model or callable or str",
    "TableLike": "mapping or DataFrame or structured array",
    "VariablesLike": "array_like or mapping or DataFrame or tuple",
    "BoundsLike": "mapping or pair or scipy Bounds",
    "ParamsLike": "mapping or array_like or Fit",
    "RootValue": "float or ndarray or dict",
    "HiddenLike": "int or sequence of int",
    "ActivationLike": "str or Activation",
    "WordValue": "float or str or mapping",
    "AnyObject": "object",
    "SolverLike": "SGD or Adam or AdamW or LBFGS",
    "RandomLike": "int or RandomState or Generator",
    "TorchModuleLike": "torch.nn.Module",
    "TraceLike": "Trace or object",
    "PredictorLike": "mapping or Fit or estimator or callable",
    "TieLike": "mapping or str or sequence of str",
    "ArraysByName": "mapping of arrays",
    "AtomsLike": "Atoms or Structure",
    "StructuresLike": "path_like or Atoms or Structure or iterable of them",
    "NumberByPair": "float or mapping by element or pair",
    "NumberByElement": "float or mapping by element",
}
