"""Documents whose code blocks become modules, with doctests that were really run. Floor 6.5."""
