"""The lists that the cross-product tests walk: every shelf model with data that determine it.

SHELF has exactly one row for each model (tests/science/test_shelf_registry.py checks that none is
missing). VARIANTS are the same models in the other shapes, signs and scales people bring. The rows
are in one file for each field.
"""

from __future__ import annotations

import cases_adsorption
import cases_curves
import cases_dose_response
import cases_equations_of_state
import cases_growth
import cases_kinetics
import cases_lineshapes
import cases_peaks
import cases_potentials
import cases_relaxation
import cases_sigmoids
import cases_thermodynamics
from shelf_case import ShelfCase

FIELDS = (
    cases_adsorption,
    cases_curves,
    cases_dose_response,
    cases_equations_of_state,
    cases_growth,
    cases_kinetics,
    cases_lineshapes,
    cases_peaks,
    cases_potentials,
    cases_relaxation,
    cases_sigmoids,
    cases_thermodynamics,
)

SHELF: tuple[ShelfCase, ...] = tuple(row for field in FIELDS for row in field.SHELF)
VARIANTS: tuple[ShelfCase, ...] = tuple(row for field in FIELDS for row in field.VARIANTS)
