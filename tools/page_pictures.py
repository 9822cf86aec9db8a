#!/usr/bin/env python3
"""Takes the pictures of pages that docs show, in headless Chromium: page_pictures.py AUGER [FOLDER], docs/pictures where none is given.

A picture is one part of a page after some steps: what to point at, to press or to choose.
"""
import base64
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests", "page"))
from browser import Browser, find  # noqa: E402

ESTIMATE = ["estimate", "deepseek-v3", "h200", "--chips", "16", "--batch", "256", "--in", "4096", "--out", "512"]


def choose(label, value):
    """A script that sets one of the lists of a front."""
    return ("(() => { const s = [...document.querySelectorAll('.controls select')].find(e => (e.getAttribute('aria-label') || e.closest('label').textContent)"
            ".trim().startsWith('%s')); s.value = '%s'; s.dispatchEvent(new Event('change', {bubbles: true})); })()" % (label, value))


# Name: the command, the part, how wide the window is, steps ("hover" or "click" and an element).
PICTURES = {
    "page-roofline": (ESTIMATE, "part-roofline", 900, [("hover", "document.querySelector('#part-roofline [data-name^=\"decode expert gate\"]')")]),
    "page-front": (["design", "llama-and-its-chip"], "part-the-front", 1080,
                   [("click", "document.querySelectorAll('.controls button')[3]")]),
    "page-nest": (["evaluate", "resnet-50", "eyeriss-like", "row-stationary", "--einsum", "conv4 3x3"], "part-loop-nest", 900,
                  [("hover", "document.querySelectorAll('#part-loop-nest .tensor')[3]")]),
    "page-measured": (["validate", os.path.join("validation", "truth", "gemm.csv")], "part-predicted-against-measured", 900,
                      [("hover", "document.querySelector('#part-predicted-against-measured [data-row]')")]),
    "guide-silicon": (["estimate", "llama-3.1-8b", "h100-sxm", "--area"], "part-silicon", 900, []),
    "guide-front": (["design", "sram-or-hbm-70b"], "part-the-front", 1080, [("run", choose("Colour", "machine"))]),
    "guide-roofline": (["estimate", "llama-3.1-8b", "jetson-thor", "--in", "1024", "--out", "512"], "part-roofline", 900,
                       [("hover", "document.querySelector('#part-roofline [data-name^=\"decode gate\"]')")]),
    "guide-loss": (["design", "models-at-equal-loss"], "part-the-front", 1080, [("run", choose("Across", "joules_per_token")), ("run", choose("Upwards", "loss"))]),
    "page-phone": (["estimate", "llama-3.1-8b", "h100-sxm"], None, 390, []),
}
PHONE_HEIGHT = 780


def box(page, part):
    """The place of a part with a margin; of no part, the top of the page."""
    if not part:
        return {"x": 0, "y": 0, "width": 390, "height": PHONE_HEIGHT}
    place = page.run("(() => { const b = document.getElementById('%s').getBoundingClientRect();"
                     " return {x: b.left + scrollX, y: b.top + scrollY, width: b.width, height: b.height}; })()" % part)
    return {"x": place["x"] - 8, "y": place["y"] + 4, "width": place["width"] + 16, "height": place["height"] + 8}


def take(browser, auger, name, folder):
    words, part, width, steps = PICTURES[name]
    with tempfile.TemporaryDirectory() as scratch:
        path = os.path.join(scratch, "answer.html")
        subprocess.run([auger, *words, "--html", path], check=True, stdout=subprocess.DEVNULL, env=dict(os.environ, AUGER_DATA=os.path.join(ROOT, "data")))
        page = browser.open(path, width=width, height=6000 if part else PHONE_HEIGHT)
        for step, element in steps:
            getattr(page, step)(element)
        data = page.call("Page.captureScreenshot", format="png", clip={**box(page, part), "scale": 1})
        page.close()
    picture = os.path.join(folder, name + ".png")
    with open(picture, "wb") as file:
        file.write(base64.b64decode(data["data"]))
    print(f"{picture}: {os.path.getsize(picture)} bytes")


def main():
    if not find():
        print("no Chromium", file=sys.stderr)
        return 1
    folder = sys.argv[2] if len(sys.argv) > 2 else os.path.join(ROOT, "docs", "pictures")
    with Browser() as browser:
        for name in PICTURES:
            take(browser, os.path.abspath(sys.argv[1]), name, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
