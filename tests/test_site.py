"""What must hold of the site without building it: nothing left out, and its own checks check."""

from __future__ import annotations

import re
import sys
from importlib import import_module
from pathlib import Path

import pytest

import residua as rs

ROOT = Path(__file__).parent.parent
sys.path.append(str(ROOT / "docs" / "tools"))

from beside import beside  # noqa: E402
from gallery_subjects import PLACES, SUBJECTS, Order, divided  # noqa: E402
from links import main, problems  # noqa: E402
from reference_commands import command_pages  # noqa: E402
from reference_groups import GROUPS, MODULES, NEEDS  # noqa: E402
from reference_names import members  # noqa: E402
from reference_shelf import shelf_pages  # noqa: E402
from reference_text import escaped, with_blocks  # noqa: E402
from spread import dealt  # noqa: E402

# Every source from which residua grew, S1 to S11, as the beginning of its page's name.
SOURCES = ["s01", "s02", "s03a", "s03b", "s03c", "s03d", *(f"s{n:02}" for n in range(4, 12))]


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_has_a_page_with_its_numbers_beside_ours(source):
    pages = list((ROOT / "docs" / "tutorials").glob(f"{source}_*.md"))
    assert len(pages) == 1
    assert "\nbeside(" in pages[0].read_text(encoding="utf-8")


def test_text_has_no_tex_which_only_a_script_from_elsewhere_would_show():
    pages = [*(ROOT / "docs").glob("*.md"), *(ROOT / "docs").glob("[!lgs]*/*.md")]
    assert len(pages) > 30
    for page in pages:
        text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert "$$" not in text and "\\begin{" not in text, page.name


@pytest.mark.parametrize("module", GROUPS)
def test_every_public_name_is_in_one_group_of_the_reference(module):
    if module in NEEDS:
        pytest.importorskip(NEEDS[module])
    grouped = [name for names in GROUPS[module].values() for name in names]
    assert sorted(grouped) == sorted(import_module(module).__all__)
    assert module in MODULES


def test_classes_are_shown_with_the_methods_that_residua_wrote():
    shown = members(rs.Fit)
    assert {"params", "predict", "derive", "derivative", "quantity", "plot", "save"} <= set(shown)
    assert not any(name.startswith("_") for name in shown)


def test_every_model_and_every_command_is_in_the_reference():
    pages = shelf_pages()
    for row in rs.models():
        page = pages[f"shelf.{row['field'].replace(' ', '_')}.rst"]
        assert f"\n{row['name']}\n---" in page
    assert "\nresidua fit\n-----------\n" in command_pages()["commands.rst"]


def test_what_looks_like_markup_in_docstrings_is_shown_as_it_stands():
    text = [
        "The norm |x|, a*b, `f_ * |y|",
        "of x` and fit_ of",
        "",
        "    x = |y|",
        "",
        "*args : Any",
        ">>> 2*3",
    ]
    assert list(escaped(with_blocks(text))) == [
        "The norm \\|x\\|, a\\*b, `f_ * |y|",
        "of x` and fit\\_ of",
        "",
        "::",
        "",
        "    x = |y|",
        "",
        "*args : Any",
        ">>> 2*3",
    ]


def test_every_example_has_its_place_in_the_gallery():
    assert sorted(PLACES) == sorted(path.stem for path in (ROOT / "examples").glob("*.py"))
    names = ["unknown.py", "xor.py", "murnaghan.py"]
    assert sorted(names, key=Order("")) == ["murnaghan.py", "xor.py", "unknown.py"]


def test_the_gallery_has_a_heading_before_the_first_example_of_each_subject():
    card = '\n.. raw:: html\n\n    <div class="sphx-glr-thumbcontainer">\n:doc:`/gallery/{}`\n'
    page = divided("head" + "".join(map(card.format, PLACES)))
    assert [page.count(f"\n{heading}\n{'-' * len(heading)}\n") for heading in SUBJECTS] == [1] * 6
    assert page.index("\nAtoms\n") < page.index("cu_dimer_forms")
    assert divided(page) == page


GOOD = """<html><head><link rel="canonical" href="https://elsewhere.org/"></head>
<body id="top"><a href="b.html#here">b</a><a href="#top">up</a><a href="sub/">folder</a>
<a href="https://elsewhere.org/">out</a><img src="p.png"></body></html>"""
BROKEN = {
    '<a href="c.html">': "c.html: there is no such file",
    '<a href="b.html#gone">': "b.html#gone: there is no such anchor",
    '<img src="q.png">': "q.png: there is no such file",
    '<img srcset="p.png 1x, q.png 2x">': "q.png: there is no such file",
    '<a href="/b.html">': "/b.html: is absolute; the site must work in any folder",
    '<script src="https://cdn.org/x.js"></script>': "https://cdn.org/x.js: is on another host",
    '<link rel="stylesheet" href="//cdn.org/x.css">': "//cdn.org/x.css: is on another host",
}


@pytest.fixture
def site(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "index.html").write_text('<a href="../a.html">', encoding="utf-8")
    (tmp_path / "a.html").write_text(GOOD, encoding="utf-8")
    (tmp_path / "b.html").write_text('<p id="here">', encoding="utf-8")
    (tmp_path / "p.png").write_bytes(b"")
    return tmp_path


def test_a_site_whose_links_are_good_passes(site):
    assert problems(site) == [] and main(site) == 0


@pytest.mark.parametrize("line", BROKEN)
def test_a_broken_link_is_found(site, line, capsys):
    (site / "a.html").write_text(GOOD + line, encoding="utf-8")
    assert main(site) == 1
    assert capsys.readouterr().err.strip() == f"a.html: {BROKEN[line]}"


def test_a_style_sheet_from_another_host_is_found_and_an_empty_site_is_none(site, tmp_path):
    (site / "x.css").write_text("@import url('https://fonts.org/f.css');", encoding="utf-8")
    assert problems(site) == ["x.css: https://fonts.org/f.css: is on another host"]
    (tmp_path / "empty").mkdir()
    assert main(tmp_path / "empty") == 1


def test_numbers_that_agree_as_they_say_are_a_table():
    table = beside(
        ("loss", "4.7714", 4.77143, "as printed"),
        ("weight", "0.5038", 0.50377744, "4 digits"),
        ("runs", 5, 5, "equal"),
        ("error", 0.3, 0.2, "smaller"),
        ("elsewhere", "1.21 s", "0.1 s", "another machine"),
    )
    assert "4.7714" in table._repr_html_() and len(table.rows) == 5


@pytest.mark.parametrize(
    "row",
    [
        ("loss", "4.7714", 4.7716, "as printed"),
        ("weight", "0.5038", 0.5042, "4 digits"),
        ("runs", 5, 6, "equal"),
        ("error", 0.3, 0.4, "smaller"),
        ("rate", 0.3, 0.2, "larger"),
        ("loss", "4.7714", float("nan"), "as printed"),
    ],
)
def test_numbers_that_do_not_agree_stop_the_build(row):
    with pytest.raises(AssertionError, match=row[0]):
        beside(row)


def test_pages_that_run_cells_are_dealt_out_evenly():
    assert dealt(["a", "b"], ["1", "2", "3", "4"]) == ["1", "a", "2", "3", "b", "4"]
    assert dealt([], ["1", "2"]) == ["1", "2"]
