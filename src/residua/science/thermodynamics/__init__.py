"""Thermodynamics: activity, vapor pressure, heat capacity."""
