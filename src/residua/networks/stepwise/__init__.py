"""Training step by step: whole epochs in one compiled program, by the rules of optax."""
