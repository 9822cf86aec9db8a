#!/usr/bin/env python3
"""Pages of predictions beside measurements, in headless Chromium: measured_test.py AUGER [CASE...]. Exit 77 where Chromium is missing.

Every row of the JSON has to be a point at its place: the scales are found from two points that lie apart, then all others, the line of
equality and the lines of 20 % have to lie on them. Errors are counted here once more. Choosing a colour or one kind, hovering,
sorting and copying give what the JSON says.
"""
import math
import sys

from answers import main, tip
from browser_test import check_table, close, number

TRUTH = "../../../validation/truth/"
CASES = {
    "products": ["validate", "gemm-slice.csv"],
    "serving": ["validate", "e2e-slice.csv"],
    "dies": ["validate", TRUTH + "dies.csv"],
    "nothing-scored": ["validate", "odd-rows.csv"],
    "thousands": ["validate", TRUTH + "norm.csv"],
}
PART = "document.querySelector('#part-predicted-against-measured')"
MARKS = PART + ".querySelectorAll('[data-row]')"
NAMES = ("device", "operation", "dtype", "library")
EDGES = [-80, -60, -40, -20, -10, -5, 5, 10, 20, 40, 60, 80]


def read_points(document):
    points = document["points"]
    rows = [dict(zip(points["columns"], row)) for row in points["rows"]]
    for row in rows:
        for name, names in points["names"].items():
            row[name] = names[row[name]]
    return [row for row in rows if row["measured"] and row["predicted"] and row["measured"] > 0 and row["predicted"] > 0]


def scale(places, values):
    """Pixels over the logarithm of a value, from the least and the largest."""
    low, high = values.index(min(values)), values.index(max(values))
    slope = (places[high] - places[low]) / (math.log(values[high]) - math.log(values[low]))
    return lambda value: places[low] + slope * (math.log(value) - math.log(values[low])), lambda place: math.exp(math.log(values[low]) + (place - places[low]) / slope)


def check_places(checks, page, rows):
    """Points and lines where a logarithmic scale puts them."""
    where = page.run("[...%s].map(e => [Number(e.dataset.row), ...e.getAttribute('transform').match(/-?[\\d.]+(e-?\\d+)?/g).slice(0, 2).map(Number)])" % MARKS)
    checks.equal([row for row, _, _ in where], [row["row"] for row in rows], "rows that are drawn")
    across, measured = scale([x for _, x, _ in where], [row["measured"] for row in rows])
    up, predicted = scale([y for _, _, y in where], [row["predicted"] for row in rows])
    off = max(max(abs(across(row["measured"]) - x), abs(up(row["predicted"]) - y)) for row, (_, x, y) in zip(rows, where))
    checks.expect(off < 0.1, f"points lie {off} pixels from where they belong")
    lines = page.run("[...%s.querySelectorAll('path.rule')].map(e => e.getAttribute('d').match(/-?[\\d.]+(e-?\\d+)?/g).map(Number))" % PART)
    checks.equal(len(lines), 3, "lines")
    for (x1, y1, x2, y2), factor in zip(lines, (1, 1.2, 1 / 1.2)):
        for x, y in ((x1, y1), (x2, y2)):
            checks.expect(close(predicted(y) / measured(x), factor, 1e-2), f"a line of {factor} passes {measured(x)}, {predicted(y)}")


def select(page, label, value):
    page.run("(() => { const s = [...%s.querySelectorAll('label')].find(e => e.textContent.startsWith('%s')).querySelector('select'); s.value = %r; s.dispatchEvent(new Event('change')); })()" % (PART, label, value))


def options(page, label):
    return page.run("(() => { const l = [...%s.querySelectorAll('label')].find(e => e.textContent.startsWith('%s')); return l ? [...l.querySelector('select').options].map(o => o.value) : []; })()" % (PART, label))


def check_choices(checks, page, rows):
    """Colours and filters by each kind that differs."""
    for by in options(page, "Colour by"):
        select(page, "Colour by", by)
        kinds = {row[by] for row in rows}
        checks.equal(set(options(page, "Only")), {"all"} | kinds, f"kinds of {by}")
        checks.equal(page.run(MARKS + ".length"), len(rows), f"points coloured by {by}")
        legend = page.run("[...%s.querySelectorAll('.legend li')].map(e => e.textContent)" % PART)
        checks.expect(len(legend) == min(8, len(kinds)) and set(legend) <= kinds | {"others"}, f"legend of {by}: {legend}")
        for kind in sorted(kinds)[:3]:
            select(page, "Only", kind)
            checks.equal(page.run("[...%s].map(e => Number(e.dataset.row))" % MARKS), [row["row"] for row in rows if row[by] == kind], f"only {by} {kind}")
        select(page, "Only", "all")


def check_hint(checks, page, rows):
    """Pointing at a point, or arrow keys, tell its row."""
    page.hover(f"{MARKS}[0]")
    for how in ("pointing", "keys"):
        if how == "keys":
            page.run(f"{MARKS}[0].focus()")
            page.key("ArrowRight", 39)
        lines = tip(page)
        row = next((row for row in rows if lines and lines[0] == f"row {row['row']}: " + ", ".join(filter(None, (row[name] for name in NAMES)))), None)
        checks.expect(row is not None and (how == "pointing" or row is rows[1 % len(rows)]), f"{how}: {lines}")
        if row:
            told = dict(line.replace(",", "").split(" ")[:2] for line in lines[1:])
            checks.expect(close(float(told["measured"]), row["measured"]) and close(float(told["predicted"]), row["predicted"]), f"{how}: {lines}, JSON has {row}")
            interval = row["low"] is not None and row["high"] is not None
            checks.expect(not interval or any(line.startswith("low ") and ("outside" in line) != (row["low"] <= row["measured"] <= row["high"]) for line in lines), f"{how}: interval of {lines}, JSON has {row}")


def check_errors(checks, page, rows):
    counts = [0] * (len(EDGES) + 1)
    for row in rows:
        counts[sum(100 * (row["predicted"] / row["measured"] - 1) >= edge for edge in EDGES)] += 1
    shown = page.run("[...document.querySelectorAll('#part-how-errors-are-spread .bar')].map(e => Number(e.dataset.value))")
    checks.equal(shown, counts, "rows by error")


def check(checks, page, document):
    rows, sentence = read_points(document), page.run("document.querySelector('h1').textContent")
    everything = [total for total in document["totals"] if total["device"] == "all"]
    if not rows:
        checks.expect("none of which is scored" in sentence and not page.run(f"Boolean({PART})"), sentence)
        return
    for total in sorted(everything, key=lambda total: -total["n"])[:3]:
        told = [part for part in sentence.split(": ")[-1].split("; ") if part.startswith(total["operation"] + " ")]
        shown = [float(word) for word in told[0][len(total["operation"]):].split() if word.replace(".", "").isdigit()] if told else []
        checks.expect(len(shown) == 3 and close(shown[0], total["mdape"], 5e-3) and shown[1] == total["n"] and close(shown[2], total["coverage80"], 5e-3), f"{sentence} JSON has {total}")
    checks.expect(len(rows) <= 3000, f"{len(rows)} points")
    check_places(checks, page, rows)
    check_hint(checks, page, rows)
    check_choices(checks, page, rows)
    check_errors(checks, page, rows)
    if document["points"]["of"] > len(document["points"]["rows"]):
        checks.expect(f"{len(document['points']['rows'])} of {document['points']['of']} rows are shown" in page.run(PART + ".textContent"), "how many rows are left out")
    check_table(checks, page, "part-groups-of-rows", "median", [group["mdape"] for group in document["groups"]])
    check_table(checks, page, "part-rows", "measured", [row["measured"] for row in rows])
    errors = page.run("[...document.querySelectorAll('#part-rows tbody tr')].map(e => e.lastChild.textContent)")
    wanted = [row["predicted"] / row["measured"] - 1 for row in sorted(rows, key=lambda row: -row["measured"])]
    checks.expect(all(close(number(shown), exact, 6e-3) for shown, exact in zip(sorted(errors, key=number), sorted(wanted[:len(errors)]))), "errors of rows")
    check_table(checks, page, "part-farthest-off", "row", [row["row"] for row in document["worst"]])


if __name__ == "__main__":
    sys.exit(main(CASES, check))
