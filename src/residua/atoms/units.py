"""Units of pressure in eV/Å^3; everything else is in eV and Å already.

>>> round(0.5 / GPA, 4)
80.1088
"""

# CODATA 2014, as in ASE.
GPA = 1 / 160.21766208
KBAR = GPA / 10
