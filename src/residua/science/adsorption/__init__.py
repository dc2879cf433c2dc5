"""Adsorption isotherms."""
