"""Where rows live and how tables become arrays. Floor 2."""
