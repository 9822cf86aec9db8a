#!/usr/bin/env python3
"""Searches stored cases of Timeloop's mapper with their constraints: the proven optimum of tiles that divide is at or
below every mapping that was found before, as `evaluate --timeloop` counts it.

usage: mapper_timeloop_test.py AUGER [--without CASE] [CASE...]      prints TAP; exit 1 where a stored mapping is better
"""
import json
import pathlib
import subprocess
import sys
import tempfile

CASES = pathlib.Path(__file__).parent / "timeloop_searches"
FIGURE = {"energy": "energy_pj", "latency": "cycles", "edp": "edp_pj_cycles"}


def figures(auger, *arguments):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "answer.json"
        done = subprocess.run([auger, *arguments, "--json", str(path)], capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr or done.stdout)
        return json.loads(path.read_text())


def differences(auger, case):
    objective = case.name.split("_")[-1]
    files = [str(case / name) for name in ("arch.yaml", "problem.yaml")]
    found = figures(auger, "map", "--timeloop", *files, str(case / "constraints.yaml"), "--objective", objective,
                    "--perfect", "--threads", "2")
    value = found[FIGURE[objective]]
    for stored in sorted(case.glob("best_*.yaml")):
        other = figures(auger, "evaluate", "--timeloop", *files, str(stored))[FIGURE[objective]]
        if value > other * (1 + 1e-9):
            yield f"{stored.name}: {other:.9g}, proven optimum {value:.9g} is above it"


def main():
    auger, names = sys.argv[1], sys.argv[2:]
    left_out = [names.pop(1) for _ in names[:1] if names[0] == "--without"]
    names = [name for name in names if name != "--without"]
    cases = [CASES / name for name in names] or sorted(path for path in CASES.iterdir()
                                                       if path.is_dir() and path.name not in left_out)
    failed = 0
    print(f"1..{len(cases)}")
    for number, case in enumerate(cases, 1):
        try:
            lines = list(differences(auger, case))
        except RuntimeError as error:
            lines = [str(error).strip()]
        failed += bool(lines)
        print(f"{'not ok' if lines else 'ok'} {number} - {case.name}")
        for line in lines:
            print(f"# {line}")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
