"""How the site is built: `python -m sphinx -W docs site`, without any network.

Pages are Markdown whose code cells run while the site is built (myst-nb); the gallery runs
`examples/`; the reference reads the package. A cell, an example or a link that fails, fails the
build.
"""

from __future__ import annotations

import os
import sys
from importlib.metadata import version as version_of
from importlib.util import find_spec
from pathlib import Path

from jupyter_client.manager import KernelManager

TOOLS = Path(__file__).parent / "tools"
sys.path.insert(0, str(TOOLS))
# The cells run in processes of their own, in temporary folders, and are told where the tools of the
# pages and these files are.
os.environ["PYTHONPATH"] = os.pathsep.join([str(TOOLS), os.environ.get("PYTHONPATH", "")])
os.environ["RESIDUA_DOCS"] = str(Path(__file__).parent.resolve())
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# What is sent to those processes is encrypted where Jupyter can: else each of them warns.
if hasattr(KernelManager, "transport_encryption"):
    KernelManager.transport_encryption.default_value = "auto"

project = "residua"
author = "The residua developers"
copyright = "the residua developers, MIT license"  # noqa: A001
release = version = version_of("residua")

extensions = [
    "myst_nb",
    "numpydoc",
    "residua.doc.sphinx",
    "sphinx.ext.autosummary",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
    "gallery_subjects",
    "spread",
    "reference",
]
exclude_patterns = ["gallery/*.ipynb", "literate", "tools", "**/README.*"]

# Pages
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
nb_execution_mode = "force"
nb_execution_timeout = 120
nb_execution_raise_on_error = True
nb_execution_in_temp = True
nb_execution_show_tb = True
nb_merge_streams = True

# Gallery
sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "gallery",
    "filename_pattern": r"\.py$",
    "ignore_pattern": r"__init__|conftest" if find_spec("torch") else r"__init__|conftest|torch_",
    "within_subsection_order": "gallery_subjects.Order",
    "parallel": True,  # as many as `-j` says
    "image_scrapers": ("gallery.pictures",),
    "reset_argv": "gallery.picture_folder",
    "abort_on_example_error": True,
    "download_all_examples": False,
    "min_reported_time": 1e9,
    "show_memory": False,
    "write_computation_times": False,
    "show_signature": False,
    "copyfile_regex": r".*\.(csv|db)$",
}

# Reference
numpydoc_show_class_members = False
autosummary_generate = False
autodoc_typehints = "none"
autodoc_member_order = "bysource"
# `fit.predict` in a docstring is a link where there is such a name, and code where not.
default_role = "py:obj"

# Looks
html_theme = "pydata_sphinx_theme"
html_title = "residua"
html_static_path = ["static"]
html_css_files = ["residua.css"]
html_copy_source = False
html_show_sourcelink = False
# Pages without pages below them have nothing to list beside the text.
FLAT = ("start", "choose", "limits", "benchmarks", "architecture")
html_sidebars: dict[str, list[str]] = {page: [] for page in FLAT}
html_theme_options = {
    "logo": {"text": "residua"},
    "show_toc_level": 2,
    "header_links_before_dropdown": 5,
    "navigation_with_keys": False,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
}
# Words such as :T: in the tables of docutils are not wanted; the index of Python modules is.
nitpicky = False
