"""Kinetics: rate laws in concentration, time and temperature."""
