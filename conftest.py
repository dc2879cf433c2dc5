"""Documentation of a room is run as tests where its library is installed."""

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("torch") else ["src/residua/torch/*.py"]
collect_ignore_glob += [] if find_spec("hy") else ["src/residua/doc/hy/*.py"]
