"""Compiled energy, forces and virial of three kinds of potentials: pair, density and local."""
