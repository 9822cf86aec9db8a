"""Fails unless a file holds exactly what a command prints. usage: compare.py FILE COMMAND..."""
import subprocess
import sys

with open(sys.argv[1], "rb") as file:
    stored = file.read()
if subprocess.run(sys.argv[2:], capture_output=True, check=True).stdout != stored:
    print(f"{sys.argv[1]} is not what '{' '.join(sys.argv[2:])}' prints: './check --bless' rewrites it")
    sys.exit(1)
