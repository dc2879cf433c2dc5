"""What stands at the axes of pictures: whole numbers, and the names of what was observed."""

from __future__ import annotations

import inspect
from importlib import import_module

import numpy as np
import pytest

import residua as rs
import residua.teaching as teach
from residua.atoms import figures
from residua.report.pictures import blank, figure_class

X = np.linspace(1.0, 2.0, 12)
Y = np.exp(-X) + 0.01 * np.cos(20 * X)


def offsets(figure):
    """Texts in the corners of the panels that are drawn, once it is drawn."""
    figure.canvas.draw()
    axes = [panel for panel in figure.axes if panel.axison]
    return [axis.get_offset_text().get_text() for p in axes for axis in (p.xaxis, p.yaxis)]


def test_energies_far_from_zero_have_whole_labels():
    figure = rs.fit("murnaghan", *rs.example("volume_energy").values()).plot()
    assert set(offsets(figure)) == {""}
    labels = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert all(text.startswith(("−39", "−40")) for text in labels)
    assert len(set(labels)) == len(labels)


def test_a_plane_and_several_datasets_have_whole_labels_too():
    u, v = X, np.cos(9 * X)
    plane = rs.fit(
        "e + a*u + b*v", {"u": u, "v": v}, -400 + 0.3 * u + 0.2 * v + 1e-3 * np.sin(40 * u)
    )
    assert set(offsets(plane.plot())) == {""}
    both = rs.fit("e + a*x", [(X, Y - 400), (X, 2 * Y - 400)], local=["e"])
    assert set(offsets(both.plot())) == {""}


def test_labels_of_too_many_digits_keep_the_offset():
    figure = blank((4.0, 3.0))
    axes = figure.subplots()
    axes.plot([0, 1], [1.0, 1.0 + 1e-11])
    assert offsets(figure)[1] != ""


def test_axes_of_the_caller_have_whole_labels():
    figure = figure_class().__base__(figsize=(5, 4))
    axes = figure.subplots(2, 1)
    rs.fit("murnaghan", *rs.example("volume_energy").values()).plot(axes=axes)
    assert set(offsets(figure)) == {""}


def labels(fit):
    return [panel.get_ylabel() for panel in fit.plot().axes if panel.axison]


SLOPE = {"of": lambda f: f.derivative("x")}
NAMED = [rs.dataset(X, Y, name="energy"), rs.dataset(X, -Y, name="slope", **SLOPE)]
COLUMNS = [
    rs.dataset("x", "E", data={"x (Å)": X, "E (eV)": Y}),
    rs.dataset("x", "F", data={"x (Å)": X, "F (eV/Å)": -Y}, **SLOPE),
]


@pytest.mark.parametrize(
    ("sets", "expected"),
    [
        (NAMED, ["energy", "slope"]),
        (COLUMNS, ["E (eV)", "F (eV/Å)"]),
        ({"cold": (X, Y), "hot": (X, 2 * Y)}, ["y", "y"]),  # samples of one y
        ([NAMED[0], rs.dataset(X, -Y, **SLOPE)], ["energy", "derivative(a*exp(-x) + b, x)"]),
    ],
)
def test_each_dataset_is_called_by_what_it_observes(sets, expected):
    assert labels(rs.fit("a*exp(-x) + b", sets, independent="x")) == expected


def test_datasets_of_a_network_are_called_so_too():
    plain = [(X, Y), rs.dataset(X, -Y, **SLOPE)]
    for sets, expected in ((NAMED, ["energy", "slope"]), (plain, ["y", "dy/dx"])):
        fit = rs.fit(rs.MLP([2]), sets, members=1, independent="x")
        assert labels(fit) == expected
        assert fit.parts[0].units["x"] is None


LINE, START = teach.line_data(), teach.LINE_START
ENERGIES, SIZES = ([-0.1, -0.2], [-0.11, -0.19]), [25.0, 30.0]

# Every public function that draws, with a call of it.
PICTURES = {
    "fit": lambda: rs.fit("a*x + b", X, Y).plot(),
    "joint": lambda: rs.fit("a*x + b", [(X, Y), (X, 2 * Y)], local=["b"]).plot(),
    "sensitivity": lambda: rs.sensitivity("a*x", {"x": X}, {"a": 1.0}).plot(),
    "parity": lambda: figures.parity(*ENERGIES),
    "residuals": lambda: figures.residuals(*ENERGIES, SIZES),
    "energy_histogram": lambda: figures.energy_histogram(ENERGIES[1]),
    "overview": lambda: figures.overview(ENERGIES, SIZES),
    "activation_table": lambda: teach.activation_table(["tanh"]),
    "decision_map": lambda: teach.decision_map(lambda p: p[:, 0], *teach.xor_data()),
    "descent_path": lambda: teach.descent_path(teach.repeat(START, *LINE, steps=5), *LINE),
    "learning_rates": lambda: teach.learning_rates(START, *LINE, steps=2),
    "lines": lambda: teach.lines(*LINE, {"start": START}),
    "loss_surface": lambda: teach.loss_surface(START, *LINE),
    "network_diagram": lambda: teach.network_diagram([1, 2, 1]),
    "traces": lambda: teach.traces(teach.repeat(START, *LINE, steps=5)),
}


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_shows_itself(name):
    figure = PICTURES[name]()
    assert type(figure) is figure_class()
    assert figure._repr_png_().startswith(b"\x89PNG")


def test_no_public_picture_is_missing():
    rooms = [import_module(name) for name in ("residua.teaching", "residua.atoms.figures")]
    drawn = {
        name
        for room in rooms
        for name, item in vars(room).items()
        if inspect.isfunction(item) and "A matplotlib Figure" in (item.__doc__ or "")
    }
    assert drawn <= set(PICTURES)
    assert len(drawn) == 12
