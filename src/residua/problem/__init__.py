"""What is fitted: parameters, models, formulas, noise, residual rows. Floor 1."""
