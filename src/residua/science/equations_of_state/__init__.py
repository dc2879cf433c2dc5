"""Equations of state: energy of a solid against its volume."""
