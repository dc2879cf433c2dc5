"""Several data sets in one fit: shared and local parameters, values and derivatives."""
