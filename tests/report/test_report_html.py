"""The notebook report: well-formed, escaped, with the same words and numbers as the text."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from report_fits import KINDS, made

from residua._outcomes import Finding, Outcome
from residua.report.html import describe
from residua.report.rounding import format_value


def tree(html):
    return ET.fromstring(html.replace("&nbsp;", " ").replace("<br>", "<br/>"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_well_formed(kind):
    fit = made(kind)
    root = tree(describe(fit))
    text = "".join(root.itertext())
    assert fit.outcome.sentence in text
    assert ("FAILED" in text) == (not fit.ok)
    assert fit._repr_html_() == describe(fit)
    rows = [["".join(cell.itertext()) for cell in row] for row in root.iter("tr")]
    assert rows[1][0] == next(iter(fit.parameters.leaves)).labels[0]


def test_numbers_are_those_of_the_fit():
    fit = made("formula")
    cells = ["".join(cell.itertext()) for cell in tree(describe(fit)).iter("td")]
    for name, value in fit.params.items():
        assert cells[cells.index(name) + 1] == format_value(value, fit.stderr[name])


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_is_said(outcome):
    fit = made("function")
    html = describe(replace(fit, verdict=replace(fit.verdict, outcome=outcome)))
    first = "".join(next(tree(html).iter("p")).itertext())
    assert outcome.sentence in first
    assert first.startswith("FAILED") == (not outcome.ok)
    assert ("not to be trusted" in html) == (not outcome.ok)


def test_hostile_texts_stay_text():
    bad = '<script>alert("x")</script>&<img src=x onerror=1>'
    fit = made("function")
    model = replace(fit.model, kind="shelf", text=bad, equation=bad)
    notes = ((Finding.MODEL, bad),)
    html = describe(replace(fit, model=model, notes=notes, engine_reason=bad))
    assert "<script" not in html
    assert "<img" not in html
    assert "".join(tree(html).itertext()).count("<script>") == 4


def test_long_tables_are_cut():
    fit = made("array")
    assert describe(fit).count("<tr>") == 1 + len(fit.labels)
    from residua.report import html

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(html, "MOST_ROWS", 10)
        assert describe(fit).count("<tr>") == 1 + 10 + 1
        assert "... 30 more" in describe(fit)
