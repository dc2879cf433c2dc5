"""The triangle and what is read from it. Floor 0."""
