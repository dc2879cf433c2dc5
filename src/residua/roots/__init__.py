"""Roots of equations, with exact Jacobians and what they depend on."""
