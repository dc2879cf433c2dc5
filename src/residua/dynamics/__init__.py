"""Rate laws: models that are solutions of ordinary differential equations."""
