"""A certified problem as an objective on the host, at its second start."""

from __future__ import annotations

import numpy as np

from problems import problems
from residua.autodiff.eager import jacobian
from residua.data.arrays import Arrays
from residua.data.dataset import Block
from residua.objective import Objective
from residua.problem.gather import gather
from residua.problem.model import from_function
from residua.solvers.levenberg_marquardt import EPS


def posed(name: str):
    problem = problems()[name]
    model = from_function(problem.model, None)
    parameters = gather(model.parameters, {}, {}, start=list(problem.start2))
    block = Block((np.asarray(problem.x, dtype=float),), problem.y)
    objective = Objective(model, parameters, Arrays(block), jacobian)
    floor = 4 * EPS * float(np.linalg.norm(problem.y))
    return problem, model, parameters, block, objective, floor
