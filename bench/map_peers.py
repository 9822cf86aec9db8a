#!/usr/bin/env python3
"""The mapper beside other tools, on the cases of theirs that are stored in tests/differential.

    build/bench$ ../../bench/map_peers.py ../cli/auger

For each case and objective: CPU time of the whole command with its proof, and how many times as long AccelForge took, or how
far from the optimum Timeloop's search was after a minute (best_t1_60s: algorithm random, one thread).
"""
import json
import pathlib
import resource
import sys

DIFFERENTIAL = pathlib.Path(__file__).resolve().parent.parent / "tests" / "differential"
sys.path.insert(0, str(DIFFERENTIAL))
import mapper_accelforge_test as accelforge  # noqa: E402
import mapper_timeloop_test as timeloop  # noqa: E402


def children_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def timed(run):
    before = children_seconds()
    answer = run()
    return answer, max(children_seconds() - before, 1e-6)


def against_accelforge(auger):
    for folder in sorted(accelforge.CASES.glob("s*")):
        case = accelforge.stored.Case(folder)
        best = json.loads((folder / "expected.json").read_text())["results"]
        for objective, (name, key, own) in accelforge.KEYS.items():
            answer, seconds = timed(lambda: accelforge.answer(auger, case, objective))
            print(f"{folder.name:22} {objective:8} {1e3 * seconds:9.1f} ms  AccelForge took {best[name]['cpu_s'] / seconds:6.0f} times as "
                  f"long, its value is {best[name][key] / answer[own]:.4f} of this one", flush=True)


def against_timeloop(auger):
    for folder in sorted(path for path in timeloop.CASES.iterdir() if path.is_dir()):
        objective = folder.name.split("_")[-1]
        files = [str(folder / name) for name in ("arch.yaml", "problem.yaml")]
        search = ("map", "--timeloop", *files, str(folder / "constraints.yaml"), "--objective", objective, "--perfect")
        answer, seconds = timed(lambda: timeloop.figures(auger, *search))
        for stored in sorted(folder.glob("best_t1_60s*.yaml")):
            key = timeloop.FIGURE[objective]
            other = timeloop.figures(auger, "evaluate", "--timeloop", *files, str(stored))[key]
            print(f"{folder.name:22} {objective:8} {1e3 * seconds:9.1f} ms  Timeloop's best after 60 s of CPU time is "
                  f"{other / answer[key]:.3f} times the optimum", flush=True)


if __name__ == "__main__":
    against_accelforge(sys.argv[1])
    against_timeloop(sys.argv[1])
