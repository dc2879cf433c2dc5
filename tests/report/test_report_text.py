"""The text report: verdict first, numbers equal to the fit's, failures that look like failures."""

from dataclasses import replace

import numpy as np
import pytest
from report_fits import KINDS, decay, made

import residua as rs
from residua._outcomes import Finding, Outcome
from residua.report.rounding import format_value, number
from residua.report.text import describe


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_prints_within_88_columns(kind):
    fit = made(kind)
    lines = describe(fit).splitlines()
    assert max(map(len, lines)) <= 88
    assert str(fit) == repr(fit) == describe(fit)
    assert lines[0].startswith("FAILED") == (not fit.ok)


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_is_said_in_the_first_lines(outcome):
    fit = made("function")
    text = describe(replace(fit, verdict=replace(fit.verdict, outcome=outcome)))
    head = " ".join(text.partition("\n\n")[0].split())
    assert outcome.sentence in head
    assert text.startswith("FAILED") == (not outcome.ok)
    assert ("not to be trusted" in text) == (not outcome.ok)
    assert ("value ± stderr" in text) == outcome.ok


@pytest.mark.parametrize("kind", ["formula", "function", "bounded", "relative", "energy"])
def test_numbers_are_those_of_the_fit(kind):
    fit = made(kind)
    lines = {line.split()[0]: line for line in describe(fit).splitlines() if line.strip()}
    for name, value in fit.params.items():
        assert format_value(value, fit.stderr[name]) in lines[name]
    text = describe(fit)
    assert f"residual standard error {number(fit.residual_standard_error, 4)}" in text
    assert f"{fit.dof} degrees of freedom" in text
    assert f"AIC {fit.aic:.1f}" in text
    assert f"BIC {fit.bic:.1f}" in text


def test_the_interval_is_the_confidence_interval():
    fit = made("formula")
    low, high = fit.confidence_intervals()["a"]
    row = next(line for line in describe(fit).splitlines() if line.startswith("  a "))
    shown = row[row.index("[") + 1 : row.index("]")].split(",")
    assert abs(float(shown[0]) - low) < 0.5e-3
    assert abs(float(shown[1]) - high) < 0.5e-3


def test_every_finding_is_printed_as_a_warning():
    fit = made("at_bound")
    assert len(fit.findings) >= 2
    flat = " ".join(describe(fit).split())
    for _, sentence in fit.findings:
        assert f"! {sentence}" in flat
    warned = replace(made("formula"), notes=((Finding.MODEL, "be careful " * 40),))
    assert max(map(len, describe(warned).splitlines())) <= 88


def test_words_stand_where_there_is_no_error_bar():
    assert "(at its lower bound)" in describe(made("at_bound"))
    assert "bounds: c >= 0" in describe(made("at_bound"))
    assert describe(made("valley")).count("(not determined)") == 2
    assert "0.5 (fixed)" in describe(made("fixed"))
    assert "error not known" in describe(made("no_dof"))
    assert "no degree of freedom is left" in describe(made("no_dof"))
    assert "bounds: a in [0, 9], b <= 5" in describe(made("bounded"))


def test_the_noise_convention_is_said():
    assert "noise: estimated from the residuals" in describe(made("formula"))
    assert "sigma was given and taken as absolute" in describe(made("function"))
    assert "chi²" in describe(made("function"))
    assert "sigma was given and taken as relative" in describe(made("relative"))
    assert "covariance matrix was given and taken as absolute" in describe(made("covariance"))


def test_engine_and_reason_are_said():
    fit = made("compiled")
    assert f"engine: {fit.engine} ({fit.engine_reason})" in describe(fit)


def test_many_rows_are_counted_not_printed():
    text = describe(made("array"))
    assert "w[28]" in text
    assert "w[29]" not in text
    assert "... 11 more in fit.params and fit.stderr" in text


def test_strong_correlations_are_named_at_most_five():
    x = np.linspace(100, 101, 40)
    y = 2 * x + np.random.default_rng(0).normal(size=40)
    fit = rs.fit("a*x+b", x, y)
    assert "strongly correlated: a and b (-0.999" in describe(fit)
    assert "(-1.000)" not in describe(fit)  # it is not 1
    many = rs.fit(rs.model("polynomial", degree=5), x - 95, y)
    text = describe(many).partition("strongly correlated")[2].partition("\n\n")[0]
    line = " ".join(text.split())
    assert line.count(" and c") == 5
    assert "more pairs" in line
    assert "strongly" not in describe(made("array"))


def test_an_exact_fit_says_so():
    assert "the model meets every point" in " ".join(describe(made("exact")).split())


def test_names_and_formulas_cannot_steer_the_terminal():
    fit = made("function")
    hostile = replace(
        fit.model, text="\x1b[2Jm.de\u202ecay\n" + "x" * 300, kind="shelf", equation="\x07"
    )
    text = describe(replace(fit, model=hostile))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\x07" not in text
    assert max(map(len, text.splitlines())) <= 88
    assert "x" * 50 in text.replace("\n    ", "")


def test_a_long_formula_is_printed_whole_below():
    formula = "+".join(f"a{i}*cos({i}*x)" for i in range(9))
    text = describe(rs.fit(formula, np.linspace(0, 3, 30), np.sin(np.linspace(0, 3, 30))))
    assert text.splitlines()[0].startswith("a0*cos(0*x)+")
    assert formula in "".join(text.split())


def test_a_lambda_has_a_plain_name():
    fit = rs.fit(lambda x, a: a * x, [1.0, 2, 3], [1.0, 2.1, 2.9])
    assert describe(fit).startswith("lambda   3 points, 1 parameter: converged")
    assert describe(rs.fit(decay, *np.random.default_rng(0).random((2, 20)))).find("decay") < 9
