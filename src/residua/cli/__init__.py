"""The command line: one thin module per command. Floor 7."""
