"""Peaks, lineshapes and resonances."""
