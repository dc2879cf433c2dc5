"""A Sphinx extension: writes the pages of the reference before Sphinx looks for pages.

One page for each public module with tables of its names, one for each name, the shelf of models by
field, and the help of the command line. A page is written only where it changed, so that a site is
built again quickly.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from reference_commands import command_pages
from reference_groups import GROUPS, MODULES, NEEDS
from reference_names import name_page, page_of
from reference_shelf import shelf_pages
from reference_text import BETWEEN, put_plain, title


def setup(app: Any) -> dict[str, Any]:
    """What Sphinx calls when it loads an extension."""
    # Pages are found after this event, and before builder-inited.
    app.connect("config-inited", lambda app, config: write(Path(app.srcdir) / "reference"))
    app.connect("autodoc-process-docstring", put_plain, priority=BETWEEN)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write(reference: Path) -> None:
    """Write the generated pages into `generated/` of this folder; remove those of gone names."""
    folder = reference / "generated"
    folder.mkdir(parents=True, exist_ok=True)
    pages = {**module_pages(), **shelf_pages(), **command_pages()}
    for name, text in pages.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    for path in folder.glob("*.rst"):
        if path.name not in pages:
            path.unlink()


def module_pages() -> dict[str, str]:
    """A page for each public module that can be imported here, and for each of its names."""
    pages = {}
    for module, groups in GROUPS.items():
        if module in NEEDS and find_spec(NEEDS[module]) is None:
            continue
        pages[f"{module}.rst"] = module_page(module, groups)
        for names in groups.values():
            pages |= {f"{page_of(module, name)}.rst": name_page(module, name) for name in names}
    pages["modules.rst"] = modules_page([module for module in GROUPS if f"{module}.rst" in pages])
    return pages


def module_page(module: str, groups: dict[str, list[str]]) -> str:
    """What the module says of itself, then a table for each group of its names."""
    lines = [*title(module, "="), f".. automodule:: {module}", ""]
    for heading, names in groups.items():
        lines += [*title(heading, "-"), ".. autosummary::", "   :nosignatures:", ""]
        lines += [f"   {name}" for name in names] + [""]
    lines += [".. toctree::", "   :hidden:", ""]
    lines += [f"   {page_of(module, name)}" for names in groups.values() for name in names]
    return "\n".join([*lines, ""])


def modules_page(modules: list[str]) -> str:
    """All public modules, each with its line."""
    lines = [*title("Modules", "="), ".. list-table::", "   :widths: 25 75", ""]
    for module in modules:
        said = MODULES[module].replace("`", "``")
        lines += [f"   * - :doc:`{module} <{module}>`", f"     - {said}"]
    lines += ["", ".. toctree::", "   :hidden:", ""]
    return "\n".join([*lines, *(f"   {module}" for module in modules), ""])
