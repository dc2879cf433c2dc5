"""Curves: lines, polynomials, splines, exponentials, powers, waves, steps."""
