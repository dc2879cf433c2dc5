"""Derivatives of plain NumPy functions: the eager carrier, the compiled carrier, their rules."""
