"""Pair potentials by name: one class each, with its usual cutoff and mixing rules."""
