#!/usr/bin/env python3
"""Makes the tables of docs/studies/known-answers.md: balances of the best machines, distances of chips that exist from fronts.

    tools/known_answers.py                    prints the tables
    tools/known_answers.py --write            puts them into the page, between <!-- begin NAME --> and <!-- end NAME -->
    tools/known_answers.py --check            exit 1 where the page has others

The program is $AUGER, build/cli/auger where it is not set. Loads other than a study's own are the study with lines replaced, so that
every row can be made by hand: the table names what stands there instead.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "studies" / "known-answers.md"
AUGER = os.environ.get("AUGER", str(ROOT / "build" / "cli" / "auger"))

MODELS = ["llama-3.1-8b", "llama-3.1-70b", "mixtral-8x7b-v0.1", "qwen3-30b-a3b", "deepseek-v3"]
OBJECTIVES = {"USD/Mtok": "minimize: [usd_per_mtok]", "J/token": "minimize: [joules_per_token]",
              "tokens/s per chip": "maximize: [tokens_per_s_per_chip]"}

# What a row changes in a study: the first key of a line, and the line in its place.
PROMPTS = {"scenario": "scenario: {in: 4096, out: 1, batch: {choose: [1, 2, 8]}}"}
FEW = {"scenario": "scenario: {in: 16, out: 512, batch: {choose: [8, 32]}}"} # in flight: what is fast for each
ANSWERS = {"scenario": "scenario: {in: 16, out: 512, batch: {choose: [1, 4, 16, 64, 128, 256]}}"}
EIGHT = {"model": "model: {from: llama-3.1-70b, set: {weights: FORMAT}}", "plan": "plan: {chips: 8}"}
PICTURES = {"model": "model: resnet-50", "minimize": "minimize: [latency_s, joules_per_token]", "maximize": "maximize: [tokens_per_s]"}
SMALL = {"model": "model: {from: llama-3.1-8b, set: {weights: int8}}", "plan": "plan: {chips: {choose: [64, 72, 128, 144, 256, 288]}}"}
HALF_BANDWIDTH = {"references": "references: [{from: a100-80g, set: {levels.hbm.bandwidth: 1019 GB/s}}]"}
HALF_UNITS = {"references": "references: [{from: h100-sxm, set: {area: 814 mm2, power.limit: 700 W, power.static: 120 W, price: 28000 USD, levels.sm.fanout.x: 66, "
                            "levels.matrix.peak: {bf16: 494.5 TFLOP/s, fp8: 989 TFLOP/s, int8: 989 TFLOP/s}}}]"}


def eight(number_format):
    return {key: line.replace("FORMAT", number_format) for key, line in EIGHT.items()}


CHIPS = [
    ("A100", "known-a100", [("prompts and answers, 8B", {}), ("prompts alone", PROMPTS), ("answers alone", ANSWERS),
                            ("the mix, 70B on 8 chips", eight("bf16"))]),
    ("A100 beside arrays", "known-a100-arrays", [("prompts and answers, 8B", {}), ("prompts alone", PROMPTS), ("answers alone", ANSWERS)]),
    ("H100", "known-h100", [("prompts and answers, 8B", {}), ("prompts alone", PROMPTS), ("answers alone", ANSWERS),
                            ("the mix, 70B on 8 chips", eight("fp8"))]),
    ("TPU v4i", "known-tpu-v4i", [("a language model of 3B and ResNet-50", {}),
                                  ("3B alone", {"model": "model: llama-3.2-3b"}), ("ResNet-50 alone", PICTURES)]),
    ("Groq LPU", "known-groq-lpu", [("answers of 70B", {}), ("answers of 8B", SMALL)]),
    ("A100 with half its bandwidth", "known-a100", [("prompts and answers, 8B", HALF_BANDWIDTH)]),
    ("H100 die with half its cores", "known-h100", [("prompts and answers, 8B", HALF_UNITS)]),
]


def run(study, changes):
    """The answer of `auger design` to a shipped study with lines replaced."""
    text = (ROOT / "data" / "studies" / f"{study}.yaml").read_text(encoding="utf-8")
    for key, line in changes.items():
        text, count = re.subn(rf"^{key}:.*$", line, text, flags=re.M)
        assert count == 1, (study, key)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / f"{study}.yaml"
        path.write_text(text, encoding="utf-8")
        done = subprocess.run([AUGER, "design", str(path), "--json", "-"], capture_output=True, text=True, check=False,
                              env={**os.environ, "AUGER_DATA": str(ROOT / "data")})
    if done.returncode != 0:
        raise SystemExit(f"{study}: exit code {done.returncode}\n{done.stderr}")
    return json.loads(done.stdout)


def rows_of(heading, rows):
    cells = [heading, ["---"] * len(heading), *rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in cells) + "\n"


def balances():
    """Bytes per operation of the best machine for tokens and for prompts."""
    def cell(tokens, prompts):
        return f"{1e3 * tokens:.2f} / {1e3 * prompts:.2f} ({tokens / prompts:.1f})"

    def best(study, changes):
        return run(study, changes)["front"][0]["metrics"]["bytes_per_op"]

    rows = []
    for model in MODELS:
        row = [model]
        for line in OBJECTIVES.values():
            changes = {"model": f"model: {{from: {model}, set: {{weights: int8}}}}", "minimize": line}
            row.append(cell(best("known-decode", changes), best("known-prefill", changes)))
        rows.append(row)
    for chip, study in (("A100", "known-a100"), ("H100", "known-h100")):
        rows.append([f"llama-3.1-8b, cores of an {chip}"])
        for line in OBJECTIVES.values():
            rows[-1].append(cell(*(best(study, {"minimize": line, "references": "", **load}) for load in (FEW, PROMPTS))))
    return rows_of(["model", *OBJECTIVES], rows)


NAMES = {"usd_per_mtok": "USD", "joules_per_token": "J", "tokens_per_s_per_user": "speed per user", "tokens_per_s_per_chip": "tokens/s",
         "tokens_per_s": "pictures/s", "latency_s": "latency"}


def parts(reference):
    """What the machine at the nearest point has more or less of, in words."""
    own, front = reference["figures"], reference["nearest"]["figures"]
    names = {"peak_ops_per_s": "peak", "memory_bytes_per_s": "bandwidth", "sram_bytes": "SRAM", "area_mm2": "area", "power_watts": "power"}
    said = [f"{name} {front[key] / own[key]:.2f}" for key, name in names.items() if own[key] and front[key]]
    return ", ".join(said)


def distances():
    rows = []
    for chip, study, loads in CHIPS:
        for load, changes in loads:
            answer = run(study, changes)
            reference = answer["references"][0]
            where = ", ".join(f"{key.split('.')[-1]} {value}" for key, value in reference["choices"].items())
            better = ", ".join(f"{NAMES[key]} {ratio:.2f}" for key, ratio in reference["ratios"].items())
            rows.append([chip, load, f"{reference['least_distance']:.2f}", f"{reference['distance']:.2f}", where, better, parts(reference)])
    return rows_of(["chip", "load", "least", "largest", "there", "the front is better in", "its machine has, over the chip"], rows)


def main():
    tables = {"balances": balances(), "distances": distances()}
    if len(sys.argv) < 2:
        print("\n".join(f"{name}\n\n{table}" for name, table in tables.items()))
        return
    page = PAGE.read_text(encoding="utf-8")
    made = page
    for name, table in tables.items():
        made = re.sub(rf"(<!-- begin {name} -->\n).*?(<!-- end {name} -->)", lambda m: m.group(1) + table + m.group(2), made, flags=re.S)
    if sys.argv[1] == "--check":
        sys.exit(made != page)
    PAGE.write_text(made, encoding="utf-8")


main()
