"""Neural potentials: smooth invariants of an atom's neighbors, weighed by a line and a network."""
