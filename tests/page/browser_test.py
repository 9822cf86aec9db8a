#!/usr/bin/env python3
"""What a reader sees of a page, in headless Chromium: browser_test.py AUGER [CASE...]. Exit 77 where Chromium is missing.

Every case is opened wide, on a phone, in the dark and in print: nothing may be logged, nothing but the file be asked for, nothing
be wider than the screen, no text be too faint, no control be without a name. What is shown is then held against the JSON of the same
run: figures, bars, points, tables, and what hovering, clicking, keys and copying give. AUGER_SCREENSHOTS=FOLDER keeps pictures.
"""
import csv
import io
import json
import math
import os
import subprocess
import sys
import tempfile

from browser import Browser, find

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CASES = {
    "estimate": ["estimate", "llama-3.1-8b", "h100-sxm"],
    "area": ["estimate", "llama-3.1-8b", "h100-sxm", "--area"],
    "plans": ["estimate", "deepseek-v3", "h200", "--chips", "16", "--batch", "256", "--in", "4096", "--out", "512", "--plans"],
    "agent": ["estimate", "llama-3.1-70b", "h100-sxm", "--chips", "8", "--scenario", "agentic-coding"],
    "robot": ["estimate", "pi0", "jetson-thor", "--rate", "10Hz"],
    "no-fit": ["estimate", "llama-3.1-70b", "h100-sxm"],
    "audit": ["audit", "llama-3.1-70b", "sn40l", "--chips", "16", "--tokens-per-s", "457"],
    "compare": ["compare", "llama-3.1-8b,llama-3.1-70b", "h100-sxm,b200,rtx-4090", "--chips", "4"],
    "compare-none": ["compare", "llama-3.1-405b", "l40s,rtx-4090"],
    "network": ["estimate", "resnet-50", "l40s"],
    "study": ["design", "machines-for-llama"],
    "study-loss": ["design", "models-for-h100"],
    "study-known": ["design", "known-a100"],
    "study-crossover": ["design", os.path.join(ROOT, "tests", "page", "crossover.yaml")],
    "evaluate": ["evaluate", "resnet-50", "eyeriss-like", "row-stationary", "--einsum", "conv4 3x3"],
    "map": ["map", "resnet-50", "eyeriss-like", "--einsum", "conv4 3x3", "--perfect"],
    "validate": ["validate", "gemm-slice.csv"],
    "list": ["list", "machines"],
}

# Relative luminance and contrast as in WCAG 2.1; backgrounds are those of the nearest element that has one.
READ = """(() => {
  const rgb = text => { const m = text.match(/[\\d.]+/g).map(Number); return m.length > 3 && m[3] === 0 ? null : m.slice(0, 3); };
  const light = c => { const [r, g, b] = c.map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
  const behind = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c) return c; } return [255, 255, 255]; };
  const faint = new Set();
  for (const e of document.querySelectorAll('h1, h2, h3, p, li, a, dt, dd, th, td, button, label, select, summary, svg text, pre, small, b')) {
    if (!e.textContent.trim() || !e.getClientRects().length) continue;
    const style = getComputedStyle(e), ink = rgb(e instanceof SVGElement ? style.fill : style.color);
    if (!ink || style.opacity < 1) continue;
    const [a, b] = [light(ink), light(behind(e))].sort((x, y) => y - x), ratio = (a + .05) / (b + .05);
    if (ratio < 4.5) faint.add(`${e.tagName}.${e.getAttribute('class') || ''} ${e.textContent.slice(0, 30)}: ${ratio.toFixed(2)}`);
  }
  const name = e => (e.getAttribute('aria-label') || e.textContent || '').trim() || (e.labels && e.labels.length ? e.labels[0].textContent.trim() : '');
  const nameless = [...document.querySelectorAll('button, select, input, [role=button], [role=img], svg[role=group], section, nav, [role=region]')]
    .filter(e => !name(e) && !e.getAttribute('aria-labelledby')).map(e => e.outerHTML.slice(0, 80));
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id), levels = [...document.querySelectorAll('h1, h2, h3, h4')].map(e => Number(e.tagName[1]));
  return { faint: [...faint].slice(0, 5), nameless: nameless.slice(0, 5), twice: ids.filter((id, i) => ids.indexOf(id) !== i), ones: levels.filter(l => l === 1).length,
    jumps: levels.filter((l, i) => i && l > levels[i - 1] + 1).length, width: document.documentElement.scrollWidth, broken: [...document.querySelectorAll('svg *')]
      .filter(e => [...e.attributes].some(a => /NaN|Infinity|undefined/.test(a.value))).map(e => e.outerHTML.slice(0, 90)).slice(0, 3), unsaid: /\\b(undefined|NaN|\\[object)/.test(document.body.innerText) };
})()"""
SHAPES = {"wide": dict(width=1280), "phone": dict(width=390), "dark": dict(width=1280, dark=True), "print": dict(width=800, media="print", dark=True)}
PREFIXES = {"E": 1e18, "P": 1e15, "T": 1e12, "G": 1e9, "M": 1e6, "k": 1e3, "m": 1e-3, "µ": 1e-6, "n": 1e-9, "p": 1e-12}
UNITS = ("s", "B", "B/FLOP", "J", "J/token", "W", "FLOP", "FLOP/s", "B/s", "bit", "cycles")


def number(text):
    """The number that a shown quantity means: "22.43 ms" is 0.02243, "1.1 TFLOP" 1.1e12, "94.2 %" 0.942."""
    value, _, unit = text.replace(",", "").replace("−", "-").partition(" ")
    factor = 0.01 if unit == "%" else 1
    if unit and unit[0] in PREFIXES and (unit[1:] in UNITS or len(unit) == 1):
        factor = PREFIXES[unit[0]]
    return float(value) * factor


def close(shown, exact, digits=1e-3):
    return math.isclose(shown, exact, rel_tol=digits, abs_tol=1e-12)


def at(document, path):
    for key in path.split("."):
        document = document[int(key)] if isinstance(document, list) else document[key]
    return document


class Checks:
    """Collects what is wrong in one case."""

    def __init__(self, case):
        self.case, self.bad, self.done = case, [], 0

    def expect(self, true, what):
        self.done += 1
        if not true:
            self.bad.append(f"{self.case}: {what}")

    def equal(self, left, right, what):
        self.expect(left == right, f"{what}: {left!r}, expected {right!r}")


def check_shape(checks, page, path, shape, seen):
    checks.equal(page.problems, [], f"{shape}: messages")
    checks.equal(page.requests, ["file://" + path], f"{shape}: requests")
    checks.expect(seen["width"] <= SHAPES[shape]["width"], f"{shape}: {seen['width']} pixels wide")
    for what in ("faint", "nameless", "twice", "broken"):
        checks.equal(seen[what], [], f"{shape}: {what}")
    checks.equal((seen["ones"], seen["jumps"], seen["unsaid"]), (1, 0, False), f"{shape}: headings and texts")


def check_looks(checks, browser, path, pictures):
    for shape, settings in SHAPES.items():
        page = browser.open(path, **settings)
        check_shape(checks, page, path, shape, page.run(READ))
        if shape == "print":
            checks.equal(page.run("getComputedStyle(document.querySelector('nav')).display"), "none", "print: contents")
            checks.equal(page.run("getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)", "print: paper")
        if pictures:
            page.screenshot(os.path.join(pictures, f"{checks.case}-{shape}.png"))
        page.close()


def check_tiles(checks, page, document):
    for path, text in page.run("[...document.querySelectorAll('.tiles dd')].map(e => [e.dataset.key, e.textContent])"):
        exact = at(document, path) * (1e-12 if path.endswith("_pj") else 1)
        checks.expect(close(number(text), exact), f"{path} shows {text}, JSON has {at(document, path)}")


def check_stacks(checks, page, label, wanted):
    """Bars of one kind and phase add up to a figure."""
    values = page.run("[...document.querySelectorAll('svg[aria-label^=\"%s\"] .bar')].map(e => [e.getAttribute('aria-label'), Number(e.dataset.value)])" % label)
    for name, total in wanted.items():
        got = sum(value for what, value in values if what.startswith(name))
        checks.expect(close(got, total, 1e-9), f"{label}: {name} adds up to {got}, JSON has {total}")


def check_estimate(checks, page, document):
    operators, phases = document["operators"], document["phases"]
    drawn = [o for o in operators if o["flops"] > 0 and o["bytes"] > 0 and o["seconds"] > 0]
    points = page.run("[...document.querySelectorAll('#part-roofline .mark[data-name]')].map(e => [e.dataset.name, Number(e.dataset.x), Number(e.dataset.y)])")
    wanted = [[f"{o['phase']} {o['name']}", o["flops"] / o["bytes"], o["flops"] / o["seconds"]] for o in drawn]
    checks.equal(sorted(points), sorted(wanted), "points of the roofline")
    lines = page.run("[...document.querySelectorAll('.roof-name')].map(e => e.textContent)")
    roofs = document["roofs"]
    known = [m for m in roofs["memories"] if m["bytes_per_s"]]
    checks.equal(len(lines), len(known) + len(roofs["compute"]), "roofs")
    for peak in roofs["compute"]:
        checks.expect(any(line.startswith(f"{peak['unit']} {peak['format']} ") and close(number(line.split(" ", 2)[2]), peak["flops_per_s"], 1e-2) for line in lines), f"roof {peak}")
    if document["fits"]:
        check_stacks(checks, page, "Time by operator", {p["name"] + ",": p["seconds"] for p in phases})
        check_stacks(checks, page, "Energy by operator", {p["name"] + ",": p["energy_j"] for p in phases})
        check_stacks(checks, page, "Power by parts", {"chip,": document["power"]["chip_w"], "at the meter,": document["power"]["meter_w"]})
        check_stacks(checks, page, "Price of a million", {"a million output tokens,": document["usd_per_mtok"]})
        signed = page.run("[...document.querySelectorAll('#part-what-10-more-of-each-would-change .bar')].length")
        checks.expect(signed > 0, "no bars of sensitivities")
    memory = document["memory"]
    held = sum(value for key, value in memory.items() if key != "capacity_bytes")
    check_stacks(checks, page, "Memory of a chip", {"capacity ": held})
    page.hover("document.querySelector('#part-roofline [data-name]')")
    hovered = page.run("(document.querySelector('#part-roofline [data-name]:hover') || {dataset: {}}).dataset.name")
    tip = page.run("(() => { const t = document.querySelector('.tip'); return !t || t.hidden ? '' : t.innerText; })()")
    named = [o for o in drawn if f"{o['phase']} {o['name']}" == hovered]
    checks.expect(any(o["name"] in tip and "bound by " + o["bound_by"] in tip for o in named), f"hovering over {hovered} shows {tip!r}")
    page.key("Escape", 27)
    checks.equal(page.run("document.querySelector('.tip').hidden"), True, "Escape hides the hint")
    check_table(checks, page, "part-operators", "time", [o["seconds"] for o in operators])


def check_table(checks, page, section, head, values):
    """Sorting a column by its head, both ways, and what is copied as CSV."""
    find_head = "[...document.querySelectorAll('#%s thead th')].find(e => e.textContent.startsWith('%s'))" % (section, head)
    column = page.run("[...document.querySelectorAll('#%s thead th')].indexOf(%s)" % (section, find_head))
    cells = "[...document.querySelectorAll('#%s tbody tr')].map(row => row.children[%d].textContent)" % (section, column)
    for order in ("ascending", "descending"):
        page.click(find_head + ".firstChild")
        checks.equal(page.run(find_head + ".getAttribute('aria-sort')"), order, f"{section}: order")
        shown = [number(text) for text in page.run(cells)]
        wanted = sorted(values, reverse=order == "descending")[:len(shown)]
        checks.expect(all(close(a, b) for a, b in zip(shown, wanted)), f"{section}: {order} {head}")
    page.run("document.execCommand = () => { window.copied = document.activeElement.value; return true; }")
    page.click("document.querySelector('#%s .copy')" % section)
    rows = list(csv.reader(io.StringIO(page.run("window.copied"))))
    checks.equal([float(row[column]) for row in rows[1:]], sorted(values, reverse=True), f"{section}: copied {head}")


def check_front(checks, page, document):
    front = document["front"]
    metrics = [point.get("metrics") or {k: v for k, v in point.items() if k != "plan"} for point in front]
    marks = "document.querySelectorAll('.holder [data-point]')"
    checks.equal(sorted(page.run(f"[...{marks}].map(e => Number(e.dataset.point))")), list(range(len(front))), "points of the front")
    chosen = page.run(f"Number({marks}[1].dataset.point)")
    page.click(marks + "[1]")

    def panel(point, how):
        for key, text in page.run("[...document.querySelectorAll('.panel dd')].map(e => [e.dataset.key, e.textContent])"):
            if key in metrics[point]:
                checks.expect(close(number(text.split(" ±")[0].split(" (")[0]), metrics[point][key]), f"{how}: {key} shows {text}, JSON has {metrics[point][key]}")
        checks.equal(page.run("document.querySelector('.holder [data-point][aria-pressed=true]').dataset.point"), str(point), how)

    top = page.run("(() => { const b = %s[1].getBoundingClientRect(); return Number(document.elementFromPoint(b.left + b.width / 2, b.top + b.height / 2).dataset.point); })()" % marks)
    checks.expect(top is not None, "nothing can be clicked where a point is drawn")
    panel(top, "a click")
    page.run(f"{marks}[0].focus()")
    page.key("ArrowRight", 39)
    page.key("Enter", 13, "\r")
    panel(page.run("Number(document.activeElement.dataset.point)"), "keys")
    checks.expect(page.run("document.activeElement.dataset.point") == str(chosen), "the arrow goes to the next point")
    before = page.run("document.querySelector('.holder [data-point=\"0\"]').getAttribute('transform')")
    page.run("(() => { const s = document.querySelector('.controls select'); s.selectedIndex = (s.selectedIndex + 1) % s.options.length; s.dispatchEvent(new Event('change')); })()")
    checks.expect(page.run("document.querySelector('.holder [data-point=\"0\"]').getAttribute('transform')") != before, "another axis moves the points")
    page.click("document.querySelector('.controls input[type=checkbox]')")
    checks.equal(page.run(f"{marks}.length"), len(front), "points on linear axes")
    if page.run("document.querySelectorAll('.holder .legend button').length"):
        page.click("document.querySelector('.holder .legend button')")
        checks.expect(page.run(f"{marks}.length") < len(front), "a name of the legend hides its points")
        page.click("document.querySelector('.holder .legend button')")
    page.click("document.querySelector('#part-points-of-the-front tbody button, #part-all-plans-of-the-front tbody button')")
    panel(0, "a row of the table")


def check_loss(checks, page, document):
    """Whiskers of predicted loss are as long as the document says."""
    page.run("(() => { const s = [...document.querySelectorAll('.controls select')][1]; s.value = 'loss'; s.dispatchEvent(new Event('change')); })()")
    checks.equal(page.run("document.querySelectorAll('.holder .whisker').length"), len(document["front"]), "whiskers")
    page.click("document.querySelector('.holder [data-point]')")
    point = page.run("Number(document.querySelector('.holder [data-point][aria-pressed=true]').dataset.point)")
    band, text = document["front"][point]["bands"]["loss"], page.run("document.querySelector('.panel dd[data-key=loss]').textContent")
    checks.expect(close(float(text.split("±")[1].split("(")[0]), (band["high"] - band["low"]) / 2, 0.05), f"the panel shows the loss {text}, JSON has {band}")


def check_references(checks, page, document):
    names = page.run("[...new Set([...document.querySelectorAll('.holder [data-machine]')].map(e => e.dataset.machine))]")
    checks.equal(names, ["baseline"] * bool(document.get("baseline")) + [reference["machine"] for reference in document["references"]], "machines beside the front")


def check_crossovers(checks, page, document):
    drawn = page.run("[...document.querySelectorAll('#part-which-takes-over-where .mark[data-side]')].map(e => [e.dataset.side, Number(e.dataset.value)])")
    wanted = [[side, best["value"]] for crossover in document["crossovers"] for row in crossover["rows"] for side, best in row["best"].items()]
    checks.equal(sorted(drawn), sorted(wanted), "points of crossovers")
    text = page.run("document.getElementById('part-which-takes-over-where').innerText")
    for switch in (switch for crossover in document["crossovers"] for switch in crossover["switches"]):
        checks.expect(f"{switch['from']} up to {switch['last']}" in text and f"{switch['to']} from {switch['first']}" in text, f"the page does not tell {switch}")


def check_compare(checks, page, document):
    for metric, winner in document["winner"].items():
        values = page.run("[...document.querySelectorAll('[data-metric=\"%s\"] .bar')].map(e => [Number(e.dataset.value), e.getAttribute('aria-label')])" % metric)
        rows = document["rows"]
        if not any(row["fits"] for row in rows): # nothing to compare: the reasons stand there
            checks.equal(values, [], metric)
            continue
        checks.equal([value for value, _ in values], [row["metrics"][metric] if row["fits"] else None for row in rows], metric)
        checks.equal([i for i, (_, label) in enumerate(values) if label.endswith("the best")], [winner] if winner is not None and winner >= 0 else [], f"winner of {metric}")


def check_agent(checks, page, document):
    agent = document["agent"]
    columns = page.run("[...document.querySelectorAll('svg[aria-label=\"Time of each turn\"] .column')].map(e => Number(e.dataset.value))")
    checks.expect(len(columns) == agent["turns"] and all(close(a, b["seconds"], 1e-6) for a, b in zip(columns, agent["turn_list"])), "time of each turn")


def check_silicon(checks, page, document):
    silicon = document["silicon"]
    check_stacks(checks, page, "Area by blocks", {"area,": silicon["area_mm2"]})
    check_stacks(checks, page, "Power by blocks", {"power with": silicon["peak_power_w"], "of it": silicon["static_power_w"]})
    check_stacks(checks, page, "Cost of making", {"cost to make,": silicon["cost"]["cost_usd"]})


def check_audit(checks, page, document):
    dots = page.run("[...document.querySelectorAll('#part-what-each-part-allows circle')].map(e => Number(e.dataset.value))")
    wanted = [row["tokens_per_s"] for row in document["bounds"] if row["tokens_per_s"]] + [document["estimate"]["tokens_per_s"]]
    checks.equal(sorted(dots), sorted(wanted), "bounds")


def check_keyboard(checks, page):
    """Tab reaches links, controls and pictures, and what has the focus shows it."""
    reached = set()
    for _ in range(60):
        page.key("Tab", 9)
        tag, visible = page.run("(() => { const e = document.activeElement, s = getComputedStyle(e), b = e.querySelector && e.querySelector('.bar');"
                                " return [e.tagName.toLowerCase(), s.outlineStyle !== 'none' || parseFloat(s.strokeWidth) >= 2 || Boolean(b && parseFloat(getComputedStyle(b).strokeWidth) >= 2)]; })()")
        if tag == "body":
            break
        reached.add(tag)
        checks.expect(visible, f"the focus on {tag} cannot be seen")
    checks.expect("a" in reached and "button" in reached, f"Tab reaches {sorted(reached)}")


def check_case(checks, browser, auger, words, folder, pictures):
    paths = {kind: os.path.join(folder, f"{checks.case}.{kind}") for kind in ("html", "json")}
    files = os.path.join(ROOT, "tests", "golden", "files")
    run = subprocess.run([auger, *words, "--html", paths["html"], "--json", paths["json"]], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=files, timeout=60)
    if run.returncode not in (0, 1):
        checks.expect(False, run.stderr.decode())
        return
    with open(paths["json"], encoding="utf-8") as file:
        document = json.load(file)
    check_looks(checks, browser, paths["html"], pictures)
    page = browser.open(paths["html"])
    check_tiles(checks, page, document)
    if "operators" in document:
        check_estimate(checks, page, document)
    if document.get("front") and ("metrics" in document["front"][0] or "plan" in document["front"][0]):
        check_front(checks, page, document)
    if document.get("references"):
        check_references(checks, page, document)
    if document.get("law"):
        check_loss(checks, page, document)
    for key, check in (("winner", check_compare), ("crossovers", check_crossovers), ("agent", check_agent), ("silicon", check_silicon), ("verdict", check_audit)):
        if document.get(key):
            check(checks, page, document)
    checks.equal(page.problems, [], "messages in the end")
    checks.equal(page.requests, ["file://" + paths["html"]], "requests in the end")
    page.close()
    if checks.case in ("estimate", "study", "compare"):
        page = browser.open(paths["html"])
        check_keyboard(checks, page)
        page.close()


def check_hostile(checks, browser, auger, folder):
    """Text of an input file stays text."""
    text = "</script><script>window.bad = 1</script><img src=x onerror='window.bad = 2'> & <!-- \\u2028"
    with open(os.path.join(ROOT, "data", "studies", "tokens-per-megawatt.yaml"), encoding="utf-8") as file:
        lines = ["question: " + json.dumps(text) if line.startswith("question:") else line for line in file.read().split("\n")]
    study, path = os.path.join(folder, "hostile.yaml"), os.path.join(folder, "hostile.html")
    with open(study, "w", encoding="utf-8") as file:
        file.write("\n".join(lines))
    subprocess.run([auger, "design", study, "--html", path], check=True, stdout=subprocess.DEVNULL, timeout=60)
    page = browser.open(path)
    checks.equal(page.run("document.querySelector('.question').textContent"), text, "the question")
    checks.equal(page.run("window.bad === undefined && document.images.length === 0"), True, "nothing of it runs")
    checks.equal((page.problems, page.requests), ([], ["file://" + path]), "messages and requests")
    page.close()


def check_print(checks, browser, folder):
    page = browser.open(os.path.join(folder, "estimate.html"))
    path = os.path.join(folder, "estimate.pdf")
    page.print_to(path)
    with open(path, "rb") as file:
        checks.expect(file.read(5) == b"%PDF-", "a PDF")
    page.close()


def main():
    if not find():
        print("skipped: no Chromium")
        return 77
    auger, chosen, bad, pictures = os.path.abspath(sys.argv[1]), sys.argv[2:] or list(CASES), [], os.environ.get("AUGER_SCREENSHOTS")
    with tempfile.TemporaryDirectory() as folder, Browser() as browser:
        for case in chosen:
            checks = Checks(case)
            check_case(checks, browser, auger, CASES[case], folder, pictures)
            print(f"{case}: {checks.done} checks, {len(checks.bad)} failed")
            bad += checks.bad
        if not sys.argv[2:]:
            checks = Checks("hostile")
            check_hostile(checks, browser, auger, folder)
            check_print(checks, browser, folder)
            bad += checks.bad
    for line in bad:
        print(line)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
