"""Ask-and-tell solvers on the triangle, and the drivers that own the loop. Floor 3."""
