#!/usr/bin/env python3
"""Pages hold the JSON of the same answer, fetch nothing and stay small: page_test.py AUGER."""
import json
import os
import re
import subprocess
import sys
import tempfile

LIMIT = 600 * 1000
CASES = [
    ["estimate", "llama-3.1-8b", "h100-sxm"],
    ["compare", "llama-3.1-8b", "h100-sxm,a100-80g"],
    ["design", "machines-for-llama"],
    ["list", "models"],
]


# A front of thousands of points: all are best in something.
LONG = """auger: study/1
name: long
question: How long may a front be?
model: llama-3.1-8b
machine: h100-sxm
scenario: {in: {range: [64, 4096], step: 64}, out: 128, batch: {range: [1, 64], step: 1}}
minimize: [ttft_s, tpot_s]
maximize: [memory_bytes, latency_s]
"""


def without_clock(document):
    document = json.loads(document)
    document.pop("run", None)
    return document


def read(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return file.read()


def faults(auger, words, folder):
    paths = {kind: os.path.join(folder, "answer." + kind) for kind in ("json", "html")}
    command = [auger, *words, "--json", paths["json"], "--html", paths["html"]]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=60)
    page, answer = read(folder, "answer.html"), read(folder, "answer.json")
    held = re.search(r'<script type="application/json" id="answer">\n(.*?)</script>', page, re.S)
    if not held or held.group(1) != answer.replace("<", "\\u003c"):
        yield "does not hold the JSON"
    elif without_clock(held.group(1)) != without_clock(answer):
        yield "holds another answer"
    shell = page.replace(held.group(1), "") if held else page
    if re.search(r'\b(src|href)\s*=|url\(|@import|\bfetch\(|XMLHttpRequest', shell):
        yield "fetches something"
    if len(page.encode()) >= LIMIT:
        yield f"has {len(page.encode())} bytes"


def faults_of_long(auger, folder):
    """A page that cannot hold all rows says so, and holds the first of them."""
    study = os.path.join(folder, "long.yaml")
    with open(study, "w", encoding="utf-8") as file:
        file.write(LONG)
    paths = {kind: os.path.join(folder, "long." + kind) for kind in ("json", "html")}
    subprocess.run([auger, "design", study, "--json", paths["json"], "--html", paths["html"]], check=True, stdout=subprocess.DEVNULL, timeout=60)
    page, answer = read(folder, "long.html"), json.loads(read(folder, "long.json"))
    held = json.loads(re.search(r'<script type="application/json" id="answer">\n(.*?)</script>', page, re.S).group(1))
    cut = held.pop("cut", [{}])[0]
    if len(answer["front"]) < 1000:
        yield f"has a front of {len(answer['front'])} points, too short to test"
    if len(page.encode()) >= LIMIT:
        yield f"has {len(page.encode())} bytes"
    if cut != {"list": "front", "rows": len(answer["front"]), "shown": len(held["front"])}:
        yield f"says {cut}"
    wanted = {json.dumps(point) for point in answer["front"]}
    if held["front"][0] != answer["front"][0] or not all(json.dumps(point) in wanted for point in held["front"]):
        yield "holds other points"
    if {key: value for key, value in held.items() if key not in ("front", "run")} != {key: value for key, value in answer.items() if key not in ("front", "run")}:
        yield "changes more than the front"


def main():
    auger, bad = sys.argv[1], 0
    for words in CASES:
        with tempfile.TemporaryDirectory() as folder:
            for fault in faults(auger, words, folder):
                print(f"{' '.join(words)}: the page {fault}")
                bad += 1
    with tempfile.TemporaryDirectory() as folder:
        for fault in faults_of_long(auger, folder):
            print(f"a long front: the page {fault}")
            bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
