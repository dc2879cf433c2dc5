"""Potentials fitted to energies, forces and stresses of structures."""
