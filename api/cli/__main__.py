"""`python -m api.cli` is `arvoverkko`."""

from api.cli.commands import main

main(prog_name="arvoverkko")
