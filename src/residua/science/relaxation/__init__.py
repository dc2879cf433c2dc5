"""Relaxation: decays, magnetic resonance, dielectrics."""
