"""Runs the program as a user does and compares what it says with what is stored.

Each file of cases/ is one case:

    $ auger estimate llama-3.1-8b h100-sxm
    exit 0
    --- stdout
    ...
    --- stderr
    ...

Commands run in files/, `auger` is $AUGER, AUGER_DATA is the source tree's data. In JSON, `run` is left out of the comparison.
`{file}` sections, "--- file NAME", hold what the command wrote there. `run.py --bless` rewrites the stored answers; the
difference is then reviewed.

usage: run.py [--bless] [--threads] [--part K/N] [--long | --short] [--without CASE]... [CASE...]
       environment: AUGER, the program
       --threads: only the cases in which threads may work side by side
       --part: every N-th case, from the K-th one on (1/2 and 2/2 are all)
       --long, --short: those that take a second and more, which are searches of whole studies and large groups, or all but those
"""
import argparse
import os
import re
import shlex
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
CASES = os.path.join(HERE, "cases")
ROOT = os.path.dirname(os.path.dirname(HERE))
LONG = ("design-agents", "design-equal-loss", "map-fuse-convolutions")
WITH_THREADS = ("compare", "design", "map")


def settle(text: str) -> str:
    """Takes out what differs between runs and machines: seconds, threads, the place of the source tree."""
    text = re.sub(r'"run": \{[^}]*\}', '"run": {...}', text)
    return text.replace(ROOT, "ROOT")


def run(command: str) -> str:
    words = shlex.split(command)
    assert words[0] == "auger", command
    with tempfile.TemporaryDirectory() as scratch:
        environment = dict(os.environ, AUGER_DATA=os.path.join(ROOT, "data"), OUT=scratch, LC_ALL="C")
        words = [word.replace("$OUT", scratch) for word in words]
        words[0] = os.environ["AUGER"]
        answer = subprocess.run(words, cwd=os.path.join(HERE, "files"), env=environment, stdin=subprocess.DEVNULL,
                                capture_output=True, timeout=120, check=False)
        parts = [f"$ {command}\nexit {answer.returncode}\n--- stdout\n", answer.stdout.decode("utf-8", "replace"),
                 "--- stderr\n", answer.stderr.decode("utf-8", "replace")]
        for name in sorted(os.listdir(scratch)):
            with open(os.path.join(scratch, name), encoding="utf-8") as written:
                parts += [f"--- file {name}\n", written.read()]
        return settle("".join(parts).replace(scratch, "$OUT"))


def check(name: str, bless: bool) -> bool:
    path = os.path.join(CASES, name)
    with open(path, encoding="utf-8") as case:
        stored = case.read()
    found = run(stored.split("\n", 1)[0][2:])
    if found == stored:
        return True
    if bless:
        with open(path, "w", encoding="utf-8") as case:
            case.write(found)
        print(f"# rewritten: {name}")
        return True
    import difflib
    difference = difflib.unified_diff(stored.splitlines(), found.splitlines(), "stored", "found", lineterm="", n=1)
    for line in list(difference)[:40]:
        print(f"# {line}")
    return False


def starts_threads(name: str) -> bool:
    with open(os.path.join(CASES, name), encoding="utf-8") as case:
        words = shlex.split(case.readline()[2:])[1:]
    return bool(words) and (words[0] in WITH_THREADS or "--mapped" in words)


def main() -> int:
    os.environ["AUGER"] = os.path.abspath(os.environ["AUGER"])
    parser = argparse.ArgumentParser()
    parser.add_argument("--bless", action="store_true")
    parser.add_argument("--threads", action="store_true")
    parser.add_argument("--part", default="1/1")
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--without", action="append", default=[])
    parser.add_argument("cases", nargs="*")
    asked = parser.parse_args()
    names = [name for name in asked.cases or sorted(os.listdir(CASES))
             if name not in asked.without and (not asked.threads or starts_threads(name))
             and not (asked.long and name not in LONG) and not (asked.short and name in LONG)]
    part, parts = map(int, asked.part.split("/"))
    names = names[part - 1::parts]
    failed = 0
    print(f"1..{len(names)}")
    for number, name in enumerate(names, 1):
        good = check(name, asked.bless)
        failed += not good
        print(f"{'ok' if good else 'not ok'} {number} - {name}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
