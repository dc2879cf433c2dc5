"""Programs kept between processes: where, for whom, and that nobody else's settings change."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import jax
import jax.numpy as jnp
import pytest

from residua.networks.stepwise import cache

SCRIPT = """
import sys
import jax, numpy as np
if len(sys.argv) > 1:
    jax.config.update("jax_compilation_cache_dir", sys.argv[1])
from jax import monitoring
events = []
monitoring.register_event_listener(lambda name, **_: events.append(name.rsplit("/", 1)[-1]))
from residua.networks.stepwise.first_order import Adam
from residua.networks.stepwise.losses import squared_loss
from residua.networks.stepwise.stochastic import train
from residua.networks.dense import Dense
from residua.networks.activations import activation
net = Dense((1, 20, 20, 20, 20, 1), activation("tanh"))
x = np.linspace(-1, 1, 30)
rows = x[:, None], x**2, np.ones(30)
start = net.draw(np.random.default_rng(0))
found = train(squared_loss(net), start, rows, Adam(batch=7, steps=60), seed=0)
jax.jit(lambda x: x * 3 + 1)(2.0)
print(found.theta.tobytes().hex())
print(events.count("cache_hits"), jax.config.jax_compilation_cache_dir,
      jax.config.jax_persistent_cache_min_compile_time_secs)
"""


def fresh(*args, **environment):
    """Bits and other words that a fresh process prints."""
    env = {**os.environ, "RESIDUA_CACHE": "0", **environment}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *args], capture_output=True, text=True, check=True, env=env
    )
    return done.stdout.splitlines()


def programs(path):
    return sorted(p.name.split("-")[0] for p in Path(path).rglob("*-cache"))


def test_a_fresh_process_reads_the_program_and_computes_the_same_bits(tmp_path):
    bits, words = fresh(RESIDUA_CACHE=str(tmp_path))
    assert words == "0 None 1.0"
    assert "jit_run" in programs(tmp_path)
    written = programs(tmp_path)
    again, words = fresh(RESIDUA_CACHE=str(tmp_path))
    assert again == bits and int(words.split()[0]) == len(written) >= 1
    assert programs(tmp_path) == written


def test_the_users_cache_directory_is_where_it_is_by_default(tmp_path):
    if sys.platform in ("win32", "darwin"):
        pytest.skip("XDG_CACHE_HOME is a Linux convention")
    env = {"RESIDUA_CACHE": "", "XDG_CACHE_HOME": str(tmp_path)}
    fresh(**env)
    assert "jit_run" in programs(tmp_path / "residua" / "programs")


def test_zero_switches_it_off(tmp_path):
    fresh(XDG_CACHE_HOME=str(tmp_path))
    assert programs(tmp_path) == []


def test_a_directory_configured_by_the_user_is_left_alone(tmp_path):
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    _, words = fresh(str(theirs), RESIDUA_CACHE=str(mine))
    assert words == f"0 {theirs} 1.0"
    assert not mine.exists()


def test_a_directory_that_others_may_write_to_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setenv("RESIDUA_CACHE", str(tmp_path))
    found = cache.directory()
    assert found is not None and found.parent == tmp_path and not found.stat().st_mode & 0o077
    found.chmod(0o777)
    assert cache.directory() is None


def test_a_directory_that_cannot_be_made_is_none(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("RESIDUA_CACHE", str(tmp_path / "file"))
    assert cache.directory() is None
    with cache.persistent():
        assert jax.config.jax_compilation_cache_dir is None


def test_settings_are_taken_back_when_compiling_fails(tmp_path, monkeypatch):
    monkeypatch.setenv("RESIDUA_CACHE", str(tmp_path))
    with pytest.raises(LookupError), cache.persistent():
        assert jax.config.jax_compilation_cache_dir is not None
        raise LookupError
    assert jax.config.jax_compilation_cache_dir is None
    assert float(jax.jit(lambda x: jnp.sin(x) * 7)(0.0)) == 0.0
    assert programs(tmp_path) == []


def test_the_oldest_programs_go_first(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "MOST_BYTES", 250)
    for age, name in enumerate("abcd"):
        (tmp_path / name).write_bytes(b"x" * 100)
        os.utime(tmp_path / name, (1e9 - age, 1e9 - age))
    cache._prune(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "b"]
