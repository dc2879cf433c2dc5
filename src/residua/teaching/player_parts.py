"""The script and the style of the player: small, our own, and the same in every page."""

from __future__ import annotations

STYLE = """
:root{color-scheme:light dark;--ink:#111;--paper:#fff;--dim:#666;--faint:#ddd;--curve:#0072B2;
--mark:#D55E00}
@media(prefers-color-scheme:dark){:root{--ink:#eee;--paper:#16181c;--dim:#a0a4aa;--faint:#3a3e45;
--curve:#56B4E9;--mark:#E69F00}}
body{margin:1rem auto;max-width:72rem;padding:0 1rem;font:16px/1.45 system-ui,sans-serif;
color:var(--ink);background:var(--paper)}
h1{font-size:1.25rem;margin:.2rem 0}
#panels{display:flex;flex-wrap:wrap;gap:.5rem}
svg{flex:1 1 20rem;min-width:0;max-width:32rem;height:auto}
svg text{fill:var(--ink);font-size:13px}
.dim{color:var(--dim)}
.axis{stroke:var(--dim);fill:none}.tick{stroke:var(--faint)}
.data{fill:var(--ink)}.curve{stroke:var(--curve);fill:none;stroke-width:2.5}
.line{stroke:var(--curve);fill:none;stroke-width:2}
.other{stroke:var(--dim);fill:none;stroke-dasharray:4 4}
.contour{stroke:var(--dim);fill:none;opacity:.55}
.mark{fill:var(--mark);stroke:var(--paper)}
.controls{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;margin:.6rem 0}
.controls[hidden]{display:none}
button,select{font:inherit;padding:.25rem .7rem;min-height:2.4rem;color:inherit;
background:transparent;border:1px solid var(--dim);border-radius:.4rem}
select option{color:#111;background:#fff}
[aria-disabled=true]{opacity:.5}
button:hover{border-color:var(--curve)}
:focus-visible{outline:3px solid var(--mark);outline-offset:2px}
input[type=range]{flex:1 1 12rem;min-height:2.4rem;accent-color:var(--curve)}
output{display:block;font-variant-numeric:tabular-nums;min-height:1.5em}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
.scroll{max-height:20rem;overflow:auto}
th,td{text-align:right;padding:.1rem .8rem .1rem 0}
@media print{.controls{display:none}}
"""

# D: the scene (see scene.py); t: the trace, k: the frame shown.
SCRIPT = """
"use strict";
(() => {
  const $ = id => document.getElementById(id);
  const D = JSON.parse($("scene").textContent);
  let t = 0, k = D.traces[0].steps.length - 1, timer = null;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const path = (xs, ys) => xs.map((x, i) => (i ? "L" : "M") + x + " " + ys[i]).join("");
  const put = (id, name, value) => { const e = $(id); if (e) e.setAttribute(name, value); };
  function show() {
    const T = D.traces[t], last = T.steps.length - 1;
    k = Math.max(0, Math.min(k, last));
    const slider = $("slider");
    slider.max = last;
    slider.value = k;
    slider.setAttribute("aria-valuetext", T.words[k]);
    put("curve", "d", path(D.xs, T.curves[k]));
    put("lossline", "d", path(T.lossx, T.lossy));
    put("lossmark", "cx", T.lossx[k]);
    put("lossmark", "cy", T.lossy[k]);
    if (T.wayx) {
      put("way", "d", path(T.wayx.slice(0, k + 1), T.wayy));
      put("waymark", "cx", T.wayx[k]);
      put("waymark", "cy", T.wayy[k]);
    }
    $("now").textContent = T.words[k];
    put("back", "aria-disabled", k === 0);
    put("next", "aria-disabled", k === last);
  }
  function stop() {
    clearInterval(timer);
    timer = null;
    $("play").textContent = "Play";
    $("now").setAttribute("aria-live", "polite");
  }
  function play() {
    if (timer !== null) return stop();
    const last = D.traces[t].steps.length - 1;
    if (k >= last) k = 0;
    $("play").textContent = "Pause";
    $("now").setAttribute("aria-live", "off");
    show();
    timer = setInterval(() => { k += 1; show(); if (k >= last) stop(); }, still ? 600 : 90);
  }
  function go(to) { stop(); k = to; show(); }
  $("play").addEventListener("click", play);
  $("back").addEventListener("click", () => go(k - 1));
  $("next").addEventListener("click", () => go(k + 1));
  $("slider").addEventListener("input", e => go(Number(e.target.value)));
  const choice = $("choice");
  if (choice) choice.addEventListener("change", e => {
    const share = k / Math.max(1, D.traces[t].steps.length - 1);
    t = Number(e.target.value);
    go(Math.round(share * (D.traces[t].steps.length - 1)));
  });
  $("controls").hidden = false;
  show();
})();
"""
