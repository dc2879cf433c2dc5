"""The player's page around its pictures: policy, controls, words, numbers and script."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from residua.teaching.player_parts import SCRIPT, STYLE


def assembled(
    title: str,
    panels: Sequence[str],
    scene: Mapping[str, Any],
    traces: Mapping[str, Any],
    frames: Mapping[str, Any],
) -> str:
    """The whole page; everything that a name says is escaped, and nothing from outside may run."""
    numbers = json.dumps(scene, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
    policy = (
        f"default-src 'none'; script-src '{_hash(SCRIPT)}'; style-src '{_hash(STYLE)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    end = scene["traces"][0]["words"][-1]
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>"
        f'<h1>{escape(title)}</h1><output id="now" aria-live="polite">{escape(end)}</output>'
        f"{_controls(scene)}<noscript><p>This is the end of the training; playing it needs scripts."
        f'</p></noscript><div id="panels">{"".join(panels)}</div>'
        f'<p class="dim">{_thinned(traces, frames)}</p>{_tables(scene)}</main>'
        f'<script type="application/json" id="scene">{numbers}</script>'
        f"<script>{SCRIPT}</script></body></html>\n"
    )


def _controls(scene: Any) -> str:
    held = scene["traces"]
    options = "".join(
        f'<option value="{i}">{escape(one["name"])}</option>' for i, one in enumerate(held)
    )
    choice = (
        f'<select id="choice" aria-label="Training">{options}</select>' if len(held) > 1 else ""
    )
    last = len(held[0]["steps"]) - 1
    return (
        f'<div id="controls" class="controls" hidden>{choice}<button id="play">Play</button>'
        '<button id="back" aria-label="One step back">◀ Step</button>'
        '<button id="next" aria-label="One step on">Step ▶</button>'
        f'<input id="slider" type="range" min="0" max="{last}" value="{last}" aria-label="Step">'
        "</div>"
    )


def _thinned(traces: Any, frames: Any) -> str:
    counts = [(len(frames[name]), len(one.steps)) for name, one in traces.items()]
    if all(shown == every for shown, every in counts):
        return "Every step is shown."
    return "Shown: " + ", ".join(f"{shown} of {every} steps" for shown, every in counts) + "."


def _tables(scene: Any) -> str:
    """The frames in words, for those who read instead of looking."""
    parts = []
    for one in scene["traces"]:
        lines = "".join(f"<li>{escape(said)}</li>" for said in one["words"])
        head = f"Every shown step of {escape(one['name'])} in words"
        parts.append(f'<details><summary>{head}</summary><ul class="scroll">{lines}</ul></details>')
    return "".join(parts)


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
