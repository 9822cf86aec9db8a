#!/usr/bin/env python3
"""Writes docs/validation.md and docs/pictures/*.png: predictions beside every measurement of validation/truth.

    tools/validation_report.py [--auger PROGRAM] [--answers DIR] [--jobs N] [--only-published]

Runs `auger validate` for each table and `auger calibrate` for each machine and family that was measured, about two minutes on
two cores; answers that already lie in DIR are taken as they are. The same data give the same page, byte for byte, under
the same matplotlib. Needs matplotlib (docs/dependencies.md). --only-published writes that section alone, in a second.
"""
import argparse
import collections
import concurrent.futures
import csv
import json
import math
import os
import re
import subprocess
import sys
import tempfile

import numpy as np

import validation_pictures
from validation_words import INTRODUCTION, NOTES, OPERATIONS, PUBLISHED_CLASSES, PUBLISHED_KINDS, REASONS, SERVING, SERVING_NOTE

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
KERNEL_TABLES = ["gemm", "gemm_amd", "attention_prefill", "attention_decode", "moe", "moe_amd", "collective", "norm"]
SERVING_TABLES = ["e2e", "e2e_layer", "e2e_mlperf", "e2e_power", "published"]
LEAST_OF_REGIME = 20  # rows that tell an interval, as in src/validation/calibration.c
SIBLING = 0.2         # of the logarithm: how far a machine lies from its family beyond that; as there
LEAST_OF_FIT = 8      # rows that a fit needs, as in src/validation/calibration.h
LEAST_OF_SERVING = 20
LEAST_OF_GROUP = 25   # rows of a group that is worth a line of its own

Held = collections.namedtuple("Held", "kernel operation machine library formats measured predicted low high regime part size family")


# ---- Running the program

def table_path(name):
    return f"validation/truth/{name}.csv"


def run(auger, answers, name, arguments):
    """Runs one call unless its answer lies there already; its forms are NAME.json and NAME.csv."""
    base = os.path.join(answers, name)
    if not os.path.exists(base + ".json") or not os.path.exists(base + ".csv"):
        command = [auger, *arguments, "--json", base + ".json", "--predictions", base + ".csv", "--threads", "1"]
        done = subprocess.run(command, cwd=ROOT, env={**os.environ, "AUGER_DATA": "data"}, stdout=subprocess.DEVNULL)
        if done.returncode not in (0, 1):  # 1: nothing to fit
            sys.exit(f"{' '.join(command)}: exit code {done.returncode}")
    with open(base + ".json") as file:
        answer = json.load(file)
    with open(base + ".csv", newline="") as file:
        return answer, list(csv.DictReader(file))


def read_keys(folder):
    """name -> {family, parent} of the files of data/FOLDER; what else they hold does not matter here."""
    found = {}
    for entry in sorted(os.listdir(os.path.join(ROOT, "data", folder))):
        with open(os.path.join(ROOT, "data", folder, entry)) as file:
            text = file.read()
        keys = dict(re.findall(r"^(name|family|parent): *(\S+)", text, re.M))
        if "name" in keys:
            found[keys["name"]] = keys
    return found


def run_all(auger, answers, jobs):
    machines, families = read_keys("machines"), read_keys("families")
    tables = [table_path(t) for t in KERNEL_TABLES]
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        validated = {t: pool.submit(run, auger, answers, "validate-" + t, ["validate", table_path(t)])
                     for t in KERNEL_TABLES + SERVING_TABLES}
        pooled = {f: pool.submit(run, auger, answers, "family-" + f, ["calibrate", f, *tables]) for f in families}
        wait = lambda futures: {name: future.result() for name, future in futures.items()}
        pooled = wait(pooled)
        measured = sorted({row["machine"] for _, rows in pooled.values() for row in rows})
        known = wait({m: pool.submit(run, auger, answers, "machine-" + m, ["calibrate", m, *tables]) for m in measured})
        validated = wait(validated)
    chains = {}
    for machine in known:
        chain, family = [], machines[machine]["family"]
        while family:
            chain.append(family)
            family = families.get(family, {}).get("parent")
        chains[machine] = chain
    return validated, known, pooled, chains


# ---- Rows

def number(text):
    try:
        return float(text)
    except (TypeError, ValueError):
        return math.nan


def size_of(kernel, row):
    """What a picture draws residuals over, and what that is called."""
    n = lambda column: number(row.get(column)) or 0.0
    if kernel == "gemm":
        return n("m") * n("n") * n("k")
    if kernel in ("attention_prefill", "mla_prefill"):
        return n("batch") * n("new_tokens") * (n("past_tokens") + n("new_tokens") / 2) * n("q_heads")
    if kernel in ("attention_decode", "mla_decode"):
        return n("batch") * (n("past_tokens") + 1) * (n("kv_heads") if kernel == "attention_decode" else 1)
    if kernel == "moe":
        return n("tokens") * n("topk")
    if kernel == "elementwise":
        return n("tokens") * n("width")
    return n("message_bytes")


def library_of(row):
    """The library and, where that is what decides, its kernel."""
    name = (row.get("framework") or row.get("library") or "?").split(" ")[0]
    kernel = row.get("kernel") or row.get("op") or ""
    return name if not kernel or kernel in (name, "gemm") else f"{name} {kernel}"


def operation_of(kernel, table, formats):
    for name, _, kernels, wanted in OPERATIONS:
        if kernel in kernels and wanted(table, formats):
            return name
    return None


def held_rows(answer, truth, family=None):
    found = []
    for row in answer[1]:
        table = os.path.splitext(os.path.basename(row["table"]))[0]
        cells = truth[table][int(row["row"]) - 1]
        operation = operation_of(row["kernel"], table, row["formats"])
        if operation:
            found.append(Held(row["kernel"], operation, row["machine"], library_of(cells), row["formats"], float(row["measured_s"]),
                              float(row["predicted_s"]), float(row["low_s"]), float(row["high_s"]), row["regime"], int(row["part"]),
                              size_of(row["kernel"], cells), family))
    return found


def never_measured(pooled, known, chains, truth):
    """Rows of each machine and kernel as predicted from the nearest family that has another machine."""
    by_kernel = collections.defaultdict(list)  # (family, kernel) -> held rows
    others = {}
    for family, answer in pooled.items():
        for fit in answer[0]["fits"]:
            others[family, fit["kernel"]] = fit["machines"]
        for row in answer[1]:
            by_kernel[family, row["kernel"], row["machine"]].append(row)
    found = []
    for machine in known:
        for kernel in sorted({row["kernel"] for row in known[machine][1]}):
            for family in chains[machine]:
                if others.get((family, kernel), 0) < 2 or not by_kernel[family, kernel, machine]:
                    continue
                chosen = by_kernel[family, kernel, machine]
                pool = [r for m in known for r in by_kernel[family, kernel, m]]
                rows = held_rows((None, chosen), truth, family)
                found += list(zip(rows, intervals_of(held_rows((None, pool), truth), rows, lambda r: r.machine, SIBLING)))
                break
    return found


# ---- Scores

def widened(low, high, by):
    return math.exp(-math.hypot(min(math.log(low), 0.0), by)), math.exp(math.hypot(max(math.log(high), 0.0), by))


def intervals_of(pool, rows, part, by=0.0):
    """For each row the 10th and 90th percentile of measured/predicted of its regime, from rows of other parts alone, as calibration
    widens it."""
    ratios = collections.defaultdict(list)
    for row in pool:
        ratios[part(row), row.regime].append(row.measured / row.predicted)
    parts = sorted({key[0] for key in ratios})
    known = {}
    for row in rows:
        key = part(row), row.regime
        if key not in known:
            same = [v for p in parts if p != key[0] for v in ratios.get((p, row.regime), [])]
            kernel_rows = [v for (p, _), values in ratios.items() if p != key[0] for v in values]
            chosen = same if len(same) >= LEAST_OF_REGIME else kernel_rows
            known[key] = widened(*np.quantile(chosen, [0.1, 0.9]), by) if chosen else (math.nan, math.nan)
    return [known[part(row), row.regime] for row in rows]


Score = collections.namedtuple("Score", "n median p90 bias coverage width")


def score(measured, predicted, low=None, high=None):
    """low and high are multiples of the prediction."""
    measured, predicted = np.asarray(measured, float), np.asarray(predicted, float)
    ratio = predicted / measured - 1.0
    coverage = width = math.nan
    if low is not None:
        low, high = np.asarray(low, float), np.asarray(high, float)
        coverage = 100 * float(np.mean((measured >= low * predicted) & (measured <= high * predicted)))
        width = 100 * float(np.mean(high - low))
    error = 100 * np.abs(ratio)
    return Score(len(measured), float(np.median(error)), float(np.quantile(error, 0.9)), 100 * float(np.mean(ratio)), coverage, width)


def score_pairs(pairs):
    """Of (row, (low, high))."""
    return score([r.measured for r, _ in pairs], [r.predicted for r, _ in pairs], [i[0] for _, i in pairs], [i[1] for _, i in pairs])


def score_own(rows):
    """With the interval that the fit states."""
    if not rows:
        return Score(0, *[math.nan] * 5)
    return score([r.measured for r in rows], [r.predicted for r in rows], [r.low / r.predicted for r in rows], [r.high / r.predicted for r in rows])


def grouped(pairs, key):
    groups = collections.defaultdict(list)
    for pair in pairs:
        groups[key(pair[0])].append(pair)
    return groups


# ---- Writing

def show(value, digits=1):
    if value is None or math.isnan(value):
        return "–"
    return f"{value:.{digits}f}" if abs(value) < 99.95 else f"{value:.0f}"


def table(heads, rows, align=None):
    align = align or "l" + "r" * (len(heads) - 1)
    lines = ["| " + " | ".join(heads) + " |", "|" + "|".join("---:" if a == "r" else "---" for a in align) + "|"]
    return "\n".join(lines + ["| " + " | ".join(str(c) for c in row) + " |" for row in rows]) + "\n"


def count_entries(kernels):
    """Overheads and facts of data/libraries about these kinds of kernels."""
    counts = {"overheads": 0, "facts": 0}
    folder = os.path.join(ROOT, "data", "libraries")
    for entry in sorted(os.listdir(folder)):
        section = kind = None
        with open(os.path.join(folder, entry)) as file:
            for line in file:
                if re.match(r"\S", line):
                    section = line.split(":")[0]
                elif re.match(r"  \S", line):
                    kind = line.split(":")[0].strip()
                if section in counts and kind in kernels:
                    body = re.search(r"[{\[](.*)[}\]]", line)
                    counts[section] += len(re.findall(r'(?:[^,"]|"[^"]*")+', body.group(1))) if body else 0
    return counts


def constants_of(answers, kernels, machines):
    """Hardware constants of these kinds, of these machines together."""
    return sum(len(fit["constants"]) for machine in machines for fit in answers[machine][0]["fits"] if fit["kernel"] in kernels)


def headline(known_pairs, never_pairs, known):
    known_by, never_by = grouped(known_pairs, lambda r: r.operation), grouped(never_pairs, lambda r: r.operation)
    errors, intervals = [], []
    for name, targets, kernels, _ in OPERATIONS:
        if name not in known_by:
            continue
        k = score_pairs(known_by[name])
        n = score_pairs(never_by[name]) if name in never_by else Score(0, *[math.nan] * 5)
        counts = count_entries(kernels)
        machines = sorted({r.machine for r, _ in known_by[name]})
        errors.append([name, k.n, len(machines), show(k.median), show(k.p90), targets[0], n.n, show(n.median), show(n.p90), targets[1], targets[2],
                       constants_of(known, kernels, machines), counts["overheads"], counts["facts"]])
        own = score_own([r for r, _ in never_by.get(name, [])])
        intervals.append([name, show(k.coverage, 0), show(k.width, 0), show(k.bias), show(n.coverage, 0), show(n.width, 0), show(own.coverage, 0),
                          show(own.width, 0), show(n.bias)])
    heads = ["operation", "rows", "machines", "known, new shapes: median", "p90", "floor / aim", "rows", "never measured: median", "p90",
             "floor / aim", "best peer, known / never", "constants of hardware", "overheads of software", "facts of libraries"]
    text = table(heads, errors, "lrrrrlrrrllrrr") + "\n"
    heads = ["operation", "known: in 80 % interval", "width", "bias", "never measured: in 80 % interval of the other machines", "width",
             "in that of the whole family", "width", "bias"]
    note = "Constants, overheads and facts of the three rows of GEMM are those of all its formats and libraries.\n\n"
    return text + note + "Intervals of the same rows:\n\n" + table(heads, intervals)


def reason_of(operation, library, formats, device):
    text = f"{operation} | {library} | {formats} | {device}"
    return next((reason for pattern, reason in REASONS if re.search(pattern, text)), "not explained yet")


def worst_of(pairs, key, limit):
    found = [(score_pairs(group), name, group) for name, group in grouped(pairs, key).items() if len(group) >= LEAST_OF_GROUP]
    return sorted(found, key=lambda f: (-f[0].median, f[1]))[:limit]


def wrong_first(known_pairs, never_pairs):
    rows = []
    for s, (operation, library, formats), group in worst_of(known_pairs, lambda r: (r.operation, r.library, r.formats), 20):
        devices = sorted(((score_pairs(g), d) for d, g in grouped(group, lambda r: r.machine).items()), key=lambda f: (-f[0].median * (f[0].n >= 10), f[1]))
        worst = devices[0]
        rows.append([operation, library, formats, s.n, show(s.median), show(s.p90), show(s.bias), f"{worst[1]} {show(worst[0].median)} ({worst[0].n})",
                     reason_of(operation, library, formats, worst[1])])
    text = "Known machines, new shapes: library, kernel and formats with at least 25 rows, the largest median error first.\n\n"
    text += table(["operation", "library and kernel", "formats", "n", "median", "p90", "bias", "worst machine (n)", "mechanism"], rows, "lllrrrrll")
    rows = []
    for s, (operation, machine), group in worst_of(never_pairs, lambda r: (r.operation, r.machine), 15):
        family = group[0][0].family
        rows.append([operation, machine, family, s.n, show(s.median), show(s.p90), show(s.bias),
                     reason_of(operation + ", never measured", "", "", machine)])
    text += "\nMachines never measured: operations of a machine, the largest median error first.\n\n"
    return text + table(["operation", "machine", "constants of the others of", "n", "median", "p90", "bias", "mechanism"], rows, "lllrrrrl")


def serving_wrong_first(validated):
    found = []
    for title, name, targets, keys in SERVING:
        for target, measured, suffix in targets:
            for label, key in keys:
                for group, values in serving_groups(validated[name][1], measured, suffix, key).items():
                    if len(values) >= LEAST_OF_SERVING and label not in ("all", "mode"):
                        found.append((serving_score(values), title, target.rstrip(":"), label, group))
    found.sort(key=lambda f: (-f[0].median, f[1:]))
    rows = [[title, target, f"{label} {group}", s.n, show(s.median), show(s.p90), show(s.bias)] for s, title, target, label, group in found[:10]]
    text = "\nServers and systems: groups of at least 20 rows, the largest median error first; mechanisms: [serving](kernels/serving.md).\n\n"
    return text + table(["table", "what", "group", "n", "median", "p90", "bias"], rows, "lllrrrr")


def matrix(pairs, with_family):
    operations = [o[0] for o in OPERATIONS]
    cells = grouped(pairs, lambda r: (r.machine, r.operation))
    rows = []
    for machine in sorted({key[0] for key in cells}):
        row = [machine]
        for operation in operations:
            group = cells.get((machine, operation))
            if not group:
                row.append("")
                continue
            s = score_pairs(group)
            row.append(f"{show(s.median)} ({s.n}{', ' + group[0][0].family if with_family else ''})")
        rows.append(row)
    return table(["machine"] + operations, rows)


def by_formats(known_pairs, never_pairs):
    known_by = grouped(known_pairs, lambda r: (r.operation, r.machine, r.formats))
    never_by = grouped(never_pairs, lambda r: (r.operation, r.machine, r.formats))
    names = [o[0] for o in OPERATIONS]
    rows = []
    for key in sorted(known_by, key=lambda k: (names.index(k[0]), k[1], k[2])):
        if key[0].startswith(("norms", "collectives")):  # their "formats" are operations by library: dozens
            continue
        k = score_pairs(known_by[key])
        n = score_pairs(never_by[key]) if key in never_by else Score(0, *[math.nan] * 5)
        rows.append([*key, k.n, show(k.median), show(k.p90), show(k.bias), show(k.coverage, 0), show(k.width, 0), show(n.median), show(n.p90),
                     show(n.coverage, 0), show(n.width, 0)])
    heads = ["operation", "machine", "formats", "n", "median", "p90", "bias", "in80", "width", "never: median", "p90", "in80", "width"]
    return table(heads, rows, "lllrrrrrrrrrr")


def shipped(validated):
    rows = []
    for name in KERNEL_TABLES:
        answer = validated[name][0]
        for total in answer["totals"]:
            if total["device"] == "all":
                rows.append([name, total["operation"], total["n"], show(total["mdape"]), show(total["p90"]), show(total["bias"]), show(total["coverage80"], 0),
                             show(total["mean_width"], 0), answer["constants"]["hardware"], answer["constants"]["software"], total["unanswered"]])
    heads = ["table", "operation", "n", "median", "p90", "bias", "in80", "width", "constants of hardware", "overheads of software", "unanswered"]
    return table(heads, rows, "llrrrrrrrrr")


# ---- Serving

def serving_groups(rows, measured, suffix, key):
    groups = collections.defaultdict(list)
    for row in rows:
        values = [number(row.get(measured)), number(row.get("predicted" + suffix)), number(row.get("low" + suffix)), number(row.get("high" + suffix))]
        if row.get("quality", "ok") in ("", "ok") and values[0] > 0 and values[1] > 0:
            groups[key(row)].append(values)
    return groups


def serving_score(values):
    v = np.asarray(values, float)
    intervals = not np.isnan(v[:, 2:]).any()
    return score(v[:, 0], v[:, 1], v[:, 2] / v[:, 1] if intervals else None, v[:, 3] / v[:, 1] if intervals else None)


def serving(validated):
    parts = []
    for title, name, targets, keys in SERVING:
        rows = validated[name][1]
        parts.append(f"### {title}\n")
        for target, measured, suffix in targets:
            lines = []
            for label, key in keys:
                groups = serving_groups(rows, measured, suffix, key)
                for group in sorted(groups):
                    s = serving_score(groups[group])
                    lines.append([label, group, s.n, show(s.median), show(s.p90), show(s.bias), show(s.coverage, 0), show(s.width, 0)])
            parts.append(f"{target}\n\n" + table(["by", "", "n", "median", "p90", "bias", "in80", "width"], lines, "llrrrrrr"))
        missing = validated[name][0]["unanswered"]
        reasons = collections.Counter(row["reason"] for row in missing)
        if missing:
            parts.append("Without an answer: " + "; ".join(f"{n} rows, {reason}" for reason, n in sorted(reasons.items())) + ".\n")
        if title in NOTES:
            parts.append(NOTES[title])
    return "\n".join(parts)


# ---- Published figures

def published_kind(row):
    return next(kind for kind, pattern, _ in PUBLISHED_KINDS if re.search(pattern, row["system"]))


def published_classes(answer):
    """Row number -> class, from the program's groups: it alone knows how to read `confidence`."""
    return {(g["device"], g["dtype"], g["library"]): g["operation"] for g in answer["groups"]}


def published_class(row, known):
    names = {"decode rate": "decode rate", "ITL": "step", "TPOT": "step"}
    found = {c for (device, _, library), c in known.items() if device == row["system"] and library == row["scenario"]}
    if len(found) == 1:
        return found.pop()
    text = next((v for k, v in names.items() if k in row["metric"]), None)
    return next((c for (device, dtype, library), c in known.items()
                 if device == row["system"] and library == row["scenario"] and dtype == text), sorted(found)[0] if found else "")


def published(validated):
    answer, rows = validated["published"]
    known = published_classes(answer)
    reasons = {int(u["row"]): u["reason"] for u in answer["unanswered"]}
    by_kind = collections.defaultdict(list)
    for number_of, row in enumerate(rows, 1):
        ratio = number(row["predicted"]) / number(row["value"])
        by_kind[published_kind(row)].append((published_class(row, known), row, ratio, reasons.get(number_of)))
    heads, summary = ["kind of machine"] + [f"{c}: median error (n)" for c, _ in PUBLISHED_CLASSES] + ["why"], []
    for kind, _, why in PUBLISHED_KINDS:
        cells = []
        for name, _ in PUBLISHED_CLASSES:
            errors = [100 * abs(q - 1) for c, row, q, _ in by_kind[kind] if c == name and q == q and not row["quality"]]
            cells.append(f"{show(float(np.median(errors)))} ({len(errors)})" if errors else "")
        summary.append([kind, *cells, why])
    totals = [t for t in answer["totals"] if t["device"] == "all"]
    summary.append(["**all**"] + [next((f"{show(t['mdape'])} ({t['n']})" for t in totals if t["operation"] == c), "") for c, _ in PUBLISHED_CLASSES] + [""])
    parts = ["Figures that are public for whole systems, with ours beside them (`auger validate validation/truth/published.csv`; sources: "
             "[validation/README.md](../validation/README.md)). Nothing is fitted to them but the share of the int8 peak that processors reach, one number for all of them, which was lowered after the rows of Xeons were seen. Classes: "
             + "; ".join(f"**{c}**, {meaning}" for c, meaning in PUBLISHED_CLASSES)
             + ". Claims are shown beside the others and prove nothing. Where a row states no lengths, 1024 tokens in and 512 out and one "
             "request are assumed.\n", table(heads, summary, "l" + "r" * len(PUBLISHED_CLASSES) + "l")]
    for kind, _, _ in PUBLISHED_KINDS:
        lines = []
        for c, row, q, reason in by_kind[kind]:
            ours = f"{float(row['predicted']):.0f}" if q == q and float(row["predicted"]) >= 1000 else f"{number(row['predicted']):.4g}" if q == q else "–"
            note = reason or ("needs speculation" if row["quality"] == "speculation" else "")
            lines.append([row["id"], row["model"], row["system"], row["n_chips"], row["precision"], row["scenario"],
                          row["concurrency_or_batch"], row["isl"], row["osl"], f"{row['metric']}, {row['unit']}", row["value"], ours,
                          f"{q:.2f}" if q == q else "–", c or "–", note])
        parts.append(f"### {kind[0].upper() + kind[1:]}\n\n" + table(
            ["id", "model", "system", "chips", "format", "scenario", "load", "in", "out", "figure", "published", "ours", "ratio", "class", ""],
            lines, "lllrlllllllrrll"))
    return "\n".join(parts)


def rewrite_published(validated):
    path = os.path.join(ROOT, "docs", "validation.md")
    with open(path) as file:
        page = file.read()
    section = "## Published systems\n\n" + published(validated)
    start = page.find("## Published systems\n")
    end = page.find("\n## ", start + 1) + 1 if start >= 0 else page.index("## Pictures\n")
    start = start if start >= 0 else end
    with open(path, "w") as file:
        file.write(page[:start] + section.rstrip() + "\n\n" + page[end:])


# ---- The page

def known_rows(known, truth):
    pairs = []
    for answer in known.values():
        rows = held_rows(answer, truth)
        for kernel in sorted({r.kernel for r in rows}):
            group = [r for r in rows if r.kernel == kernel]
            parts = collections.Counter(r.part for r in group)
            # Where the other parts are too few for a fit, nothing was held back.
            group = [r for r in group if len(group) - parts[r.part] >= LEAST_OF_FIT]
            pairs += list(zip(group, intervals_of(group, group, lambda r: r.part)))
    return pairs


def coverage_note(validated):
    used = sum(len(rows) for _, rows in validated.values())
    left = sum(answer["skipped"] for answer, _ in validated.values())
    without = sum(len(answer["unanswered"]) for answer, _ in validated.values())
    return f"{used} rows in thirteen tables; {left} left out by their quality, {without} of the others without an answer."


def main():
    parser = argparse.ArgumentParser(description="writes docs/validation.md and docs/pictures")
    parser.add_argument("--auger", default=os.environ.get("AUGER", os.path.join(ROOT, "build", "cli", "auger")))
    parser.add_argument("--answers", help="folder of the program's answers, kept and used again")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--only-published", action="store_true", help="writes the section of published systems alone")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        answers = os.path.abspath(options.answers or scratch)
        os.makedirs(answers, exist_ok=True)
        if options.only_published:
            rewrite_published({"published": run(os.path.abspath(options.auger), answers, "validate-published", ["validate", table_path("published")])})
            return
        validated, known, pooled, chains = run_all(os.path.abspath(options.auger), answers, options.jobs)
    truth = {name: rows for name, (_, rows) in validated.items()}
    known_pairs = known_rows(known, truth)
    never_pairs = never_measured(pooled, known, chains, truth)
    pictures = validation_pictures.write(os.path.join(ROOT, "docs", "pictures"), [o[0] for o in OPERATIONS], [r for r, _ in known_pairs],
                                         serving_groups(truth["e2e"], "ttft_ms", "_ttft_ms", lambda r: r["device"]),
                                         serving_groups(truth["e2e"], "tpot_ms", "_tpot_ms", lambda r: r["device"]))
    page = [INTRODUCTION.format(rows=coverage_note(validated)), "## How far off\n", headline(known_pairs, never_pairs, known),
            "## What we get wrong first\n", wrong_first(known_pairs, never_pairs), serving_wrong_first(validated),
            "## Machine by machine\n", "Median error (rows), known machine, new shapes.\n", matrix(known_pairs, False),
            "Median error (rows, the family whose other machines the constants come from), machine never measured.\n", matrix(never_pairs, True),
            "## Formats\n", by_formats(known_pairs, never_pairs),
            "## As shipped\n", "The constants of `data/` on the rows that they were fitted to, with the intervals of `data/`: what `auger validate TABLE.csv` prints.\n",
            shipped(validated), "## Serving, systems, layers, power\n", serving(validated),
            "## Published systems\n", published(validated),
            "## Pictures\n", "Left: predicted over measured. Right: predicted/measured over size. Kernels: held-back rows of known machines.\n",
            "\n".join(f"![{title}](pictures/{file})\n" for title, file in pictures)]
    with open(os.path.join(ROOT, "docs", "validation.md"), "w") as file:
        file.write("\n".join(page).rstrip() + "\n")


if __name__ == "__main__":
    main()
