"""The page that plays a training: complete, closed to the outside, and true to the numbers."""

import base64
import hashlib
import io
import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

import residua.teaching as teach
from residua import DataError, FileError
from residua.teaching.player_parts import SCRIPT, STYLE
from residua.teaching.scene import MOST_FRAMES, across, chosen, loss_range, padded, upward

X, Y = teach.line_data()
TRACES = {
    f"rate {rate:g}": teach.repeat(teach.LINE_START, X, Y, rate, 300) for rate in (0.01, 0.08, 0.1)
}
PAGE = teach.page(TRACES, X, Y, title="A line <b> & more")
VOID = {"meta", "input", "circle", "path", "rect", "br"}


def scene(page):
    return json.loads(re.search(r'id="scene">(.*?)</script>', page, re.DOTALL)[1])


class Elements(HTMLParser):
    """Every element with its attributes; the stack must be empty at the end."""

    def __init__(self, text):
        super().__init__()
        self.found, self.stack = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag

    def named(self, name):
        return next((tag, attrs) for tag, attrs in self.found if attrs.get("id") == name)


def test_the_page_is_whole_and_closed_to_the_outside():
    page = Elements(PAGE)
    assert page.stack == []
    assert (
        "http:" not in PAGE and "https:" not in PAGE and "url(" not in PAGE.replace("url(#c-", "")
    )
    assert not any(
        name.startswith("on") or name in ("src", "href", "style")
        for _, attrs in page.found
        for name in attrs
    )
    policy = next(attrs["content"] for tag, attrs in page.found if "http-equiv" in attrs)
    for kind, text in (("script", SCRIPT), ("style", STYLE)):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
        assert f"<{kind}>{text}</{kind}>" in PAGE
    assert policy.startswith("default-src 'none'")
    assert len(SCRIPT.encode()) < 10_000
    assert "innerHTML" not in SCRIPT and "eval" not in SCRIPT


def test_the_page_can_be_used_by_keyboard_and_read_aloud():
    page = Elements(PAGE)
    assert (
        page.named("slider")[1]["type"] == "range"
        and page.named("slider")[1]["aria-label"] == "Step"
    )
    assert [page.named(name)[0] for name in ("play", "back", "next", "choice", "now")] == [
        "button", "button", "button", "select", "output",
    ]  # fmt: skip
    pictures = [attrs for tag, attrs in page.found if tag == "svg"]
    assert len(pictures) == 3
    for attrs in pictures:
        assert attrs["role"] == "img" and page.named(attrs["aria-labelledby"])[0] == "title"
    assert "prefers-color-scheme:dark" in STYLE and "prefers-reduced-motion" in SCRIPT
    items = PAGE.count("<li>")
    assert items == sum(len(one["steps"]) for one in scene(PAGE)["traces"])
    assert "controls" in PAGE and "hidden" in page.named("controls")[1]  # until the script runs


def test_the_curves_of_the_page_are_the_predictions():
    held = scene(PAGE)
    grid = np.linspace(*padded(X), len(held["xs"]))
    up, right = upward(*padded(Y, 0.35)), across(*padded(X))
    np.testing.assert_array_equal(held["xs"], right(grid))
    slow, trace = held["traces"][0], TRACES["rate 0.01"]
    for frame, step in enumerate(slow["steps"]):
        begin, end = up.pixels
        heights = up.low + (np.array(slow["curves"][frame]) - begin) / (end - begin) * (
            up.high - up.low
        )
        expected = teach.predict(trace.at(step), grid)
        # A tenth of a pixel.
        np.testing.assert_allclose(
            heights, expected, atol=0.051 * (up.high - up.low) / (begin - end)
        )
        assert f"loss {trace.loss[step]:.6g}" in slow["words"][frame]
    assert slow["steps"][-1] == 300 and len(slow["steps"]) <= MOST_FRAMES
    assert f"{len(slow['steps'])} of 301 steps" in PAGE


def test_the_loss_and_the_way_are_those_of_the_trace():
    slow, trace = scene(PAGE)["traces"][0], TRACES["rate 0.01"]
    steps = slow["steps"]
    low, high = np.log(loss_range(TRACES))
    begin, end = upward(0, 1).pixels
    found = low + (np.array(slow["lossy"]) - begin) / (end - begin) * (high - low)
    tenth = 0.051 * (high - low) / (begin - end)  # of a pixel
    np.testing.assert_allclose(found, np.log(trace.loss[steps]), atol=tenth)
    for pixels, name, sign in ((slow["wayx"], "weight", 1), (slow["wayy"], "bias", -1)):
        corr = np.corrcoef(pixels, trace.parameters[name][steps])[0, 1]
        assert sign * corr > 1 - 1e-5


def test_a_training_that_runs_off_stays_json():
    wild = teach.repeat(teach.LINE_START, X, Y, 1.0, 1000)
    assert not np.isfinite(wild.loss[-1])
    held = scene(teach.page(wild, X, Y))
    numbers = np.concatenate(
        [np.ravel(held["traces"][0][key]) for key in ("curves", "lossy", "wayx")]
    )
    assert np.isfinite(numbers).all() and np.abs(numbers).max() <= 4000


def test_names_stay_text():
    evil = '</script><img src=x onerror="alert(1)">'
    page = teach.page({evil: TRACES["rate 0.01"], "b": TRACES["rate 0.01"]}, X, Y, title=evil)
    assert not any(tag == "img" for tag, _ in Elements(page).found)
    assert scene(page)["traces"][0]["name"] == evil


def test_a_network_has_no_contours_and_several_inputs_no_page():
    x, y = teach.parabola_data()
    trace = teach.repeat(teach.random_start([1, 4, 1]), x, y, 0.1, 20, "relu")
    page = teach.page(trace, x, y)
    assert page.count("<svg") == 2 and 'id="choice"' not in page and "Every step is shown." in page
    assert page == teach.page(trace, x[:, np.newaxis], y)
    with pytest.raises(DataError, match="one input"):
        teach.page(trace, np.ones((5, 2)), np.ones(5))
    with pytest.raises(DataError, match="no trace"):
        teach.page({}, x, y)


@pytest.mark.parametrize("count", [1, 2, 119, 121, 1001, 500_001])
def test_frames_begin_and_end_where_the_training_does(count):
    frames = chosen(count)
    assert frames[0] == 0 and frames[-1] == count - 1
    assert len(frames) <= MOST_FRAMES and (np.diff(frames) > 0).all()


@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (-0.03, 1.03), (1e-7, 3e-7), (-5e5, 2e6), (3.0, 3.7)]
)
def test_ticks_are_round_and_inside(low, high):
    ticks = upward(low, high).ticks
    assert 3 <= len(ticks) <= 8
    assert low <= min(ticks) + 1e-12 * high and max(ticks) <= high * (1 + 1e-12)
    assert all(len(f"{tick:g}") <= 8 for tick in ticks)


def test_animations_are_saved_by_their_suffix(tmp_path):
    image = pytest.importorskip("PIL.Image")
    trace = teach.repeat(teach.LINE_START, X, Y, 0.01, 4)
    page = teach.animation(trace, X, Y, tmp_path / "line.html", title="T")
    assert page.read_text(encoding="utf-8") == teach.page(trace, X, Y, "T")
    film = image.open(io.BytesIO(teach.animation(trace, X, Y, tmp_path / "line.gif").read_bytes()))
    assert (film.format, film.n_frames) == ("GIF", 5)
    with pytest.raises(FileError, match="saved as"):
        teach.animation(trace, X, Y, tmp_path / "line.mp4")
    with pytest.raises(FileError, match="exists already"):
        teach.animation(trace, X, Y, page, overwrite=False)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["line.gif", "line.html"]
