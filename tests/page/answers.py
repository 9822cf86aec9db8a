"""Pages of one verb's answers: runs every case, opens its page, looks at it in four shapes and hands it to a check."""
import json
import os
import subprocess
import sys
import tempfile

from browser import Browser, find
from browser_test import ROOT, Checks, at, check_keyboard, check_looks, close, number

FILES = os.path.join(ROOT, "tests", "golden", "files")
LIMIT = 600 * 1000


def write(auger, words, folder, case):
    """The path of a case's page and its document; inputs are those of the golden tests."""
    paths = {kind: os.path.join(folder, f"{case}.{kind}") for kind in ("html", "json")}
    run = subprocess.run([auger, *words, "--html", paths["html"], "--json", paths["json"]], cwd=FILES, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=120)
    if not os.path.exists(paths["json"]):
        raise RuntimeError(f"{case}: exit {run.returncode}: {run.stderr.decode()}")
    with open(paths["json"], encoding="utf-8") as file:
        return paths["html"], json.load(file)


def tip(page):
    """Lines of the hint that is shown."""
    return page.run("(() => { const t = document.querySelector('.tip'); return !t || t.hidden ? [] : [...t.children].map(e => e.textContent); })()")


def whole(value):
    """A number as pages write whole ones: 4096, 12,288."""
    return f"{value:,}" if abs(value) >= 10000 else str(value)


def check_tiles(checks, page, document):
    """Figures under the sentence; shares have three digits, others four."""
    for path, text in page.run("[...document.querySelectorAll('.tiles dd')].map(e => [e.dataset.key, e.textContent])"):
        exact = at(document, path) * (1e-12 if path.endswith("_pj") or path == "lower_bound" and document["objective"] == "energy" else 1)
        checks.expect(close(number(text), exact, 5e-3 if text.endswith("%") else 1e-3), f"{path} shows {text}, JSON has {exact}")


def check_answer(checks, browser, path, document, check, pictures):
    checks.expect(os.path.getsize(path) < LIMIT, f"the page has {os.path.getsize(path)} bytes")
    check_looks(checks, browser, path, pictures)
    page = browser.open(path)
    check_tiles(checks, page, document)
    check(checks, page, document)
    checks.equal(page.problems, [], "messages in the end")
    checks.equal(page.requests, ["file://" + path], "requests in the end")
    page.close()
    page = browser.open(path)
    if page.run("[...document.querySelectorAll('button')].some(e => e.checkVisibility())"):
        check_keyboard(checks, page)
    page.close()


def main(cases, check):
    if not find():
        print("skipped: no Chromium")
        return 77
    auger, chosen, bad, pictures = os.path.abspath(sys.argv[1]), sys.argv[2:] or list(cases), [], os.environ.get("AUGER_SCREENSHOTS")
    with tempfile.TemporaryDirectory() as folder, Browser() as browser:
        for case in chosen:
            checks = Checks(case)
            path, document = write(auger, cases[case], folder, case)
            check_answer(checks, browser, path, document, check, pictures)
            print(f"{case}: {checks.done} checks, {len(checks.bad)} failed")
            bad += checks.bad
    for line in bad:
        print(line)
    return 1 if bad else 0
