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


def main():
    auger, bad = sys.argv[1], 0
    for words in CASES:
        with tempfile.TemporaryDirectory() as folder:
            for fault in faults(auger, words, folder):
                print(f"{' '.join(words)}: the page {fault}")
                bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
