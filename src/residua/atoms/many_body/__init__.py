"""Potentials of many bodies: local densities (Gupta, Finnis-Sinclair, EAM), and angles."""
