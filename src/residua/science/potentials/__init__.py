"""Pair potentials: the energy of two atoms against their distance."""
