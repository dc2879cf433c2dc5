"""What the gallery needs to run `examples/` as their readers do: with a folder for pictures."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from sphinx_gallery.scrapers import figure_rst

FOLDER = Path(tempfile.mkdtemp(prefix="residua-gallery-"))


def picture_folder(gallery_conf: dict[str, Any], script_vars: dict[str, Any]) -> list[str]:
    """The arguments of an example: an empty folder of its own."""
    return [str(_folder(Path(script_vars["src_file"])))]


def _folder(script: Path) -> Path:
    folder = FOLDER / script.stem
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def pictures(block: Any, block_vars: dict[str, Any], gallery_conf: dict[str, Any]) -> str:
    """The pictures an example wrote, as the gallery shows them."""
    folder = FOLDER / Path(block_vars["src_file"]).stem
    shown = []
    for made in sorted(folder.glob("*.png")) if folder.exists() else []:
        target = next(block_vars["image_path_iterator"])
        shutil.move(made, target)
        shown.append(target)
    return figure_rst(shown, gallery_conf["src_dir"]) if shown else ""
