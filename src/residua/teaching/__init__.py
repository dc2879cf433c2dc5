"""Training taught by hand: the five steps as plain functions, and a picture of each idea.

>>> import residua.teaching as teach
>>> x, y = teach.line_data()
>>> params = teach.LINE_START
>>> round(teach.loss(params, x, y), 4)
4.7714
>>> gradient = teach.gradient(params, x, y)
>>> {name: round(slope, 4) for name, slope in gradient.items()}
{'weight': -13.9623, 'bias': -4.2524}
>>> params = teach.update(params, gradient, rate=0.01)
>>> {name: round(value, 4) for name, value in params.items()}
{'weight': 0.1321, 'bias': 0.579}
"""

from residua.teaching.activation_figure import activation_table
from residua.teaching.activations import ACTIVATIONS, Activation, activation
from residua.teaching.animation import animation
from residua.teaching.curvature import hessian, stable_limit
from residua.teaching.data import LINE_START, line_data, parabola_data, xor_data
from residua.teaching.decision import decision_map, lines
from residua.teaching.diagram import network_diagram
from residua.teaching.parameters import flat, labels, layers, random_start, shaped, sizes
from residua.teaching.player import page
from residua.teaching.rates import descent_path, learning_rates
from residua.teaching.steps import gradient, loss, predict, repeat, update
from residua.teaching.surface import loss_surface
from residua.teaching.trace import Trace
from residua.teaching.trace_figure import traces

__all__ = [
    "ACTIVATIONS",
    "LINE_START",
    "Activation",
    "Trace",
    "activation",
    "activation_table",
    "animation",
    "decision_map",
    "descent_path",
    "flat",
    "gradient",
    "hessian",
    "labels",
    "layers",
    "learning_rates",
    "line_data",
    "lines",
    "loss",
    "loss_surface",
    "network_diagram",
    "page",
    "parabola_data",
    "predict",
    "random_start",
    "repeat",
    "shaped",
    "sizes",
    "stable_limit",
    "traces",
    "update",
    "xor_data",
]
