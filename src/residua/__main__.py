"""`python -m residua` is the command line `residua`."""

from residua.cli import main

main()
