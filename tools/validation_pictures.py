"""Pictures of docs/validation.md: for each operation predictions over measurements and residuals over size, coloured by machine."""
import io
import os
import re

import matplotlib
import numpy as np
from PIL import Image

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

COLOURS = ["#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#17becf", "#bcbd22", "#404040", "#ffb000", "#005f60"]
MOST_POINTS = 3000  # of one machine: every k-th row of larger sets is drawn
SIZES = {"GEMM": "m · n · k", "attention prefill": "batch · new tokens · (past + new / 2) · heads", "attention decode": "batch · context · key heads",
         "MLA prefill": "batch · new tokens · (past + new / 2) · heads", "MLA decode": "batch · context", "MoE": "tokens · experts per token",
         "collectives": "bytes of the message", "norms and elementwise": "rows · width"}


def size_name(operation):
    return next(text for name, text in SIZES.items() if operation.startswith(name))


def draw(title, groups, unit, size_label, path):
    """groups: machine -> arrays (measured, predicted, size)."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.2), dpi=80)
    low, high = np.inf, 0.0
    for index, machine in enumerate(sorted(groups)):
        measured, predicted, size = (np.asarray(a, float) for a in groups[machine])
        step = max(1, len(measured) // MOST_POINTS)
        measured, predicted, size = measured[::step], predicted[::step], size[::step]
        style = dict(s=4, color=COLOURS[index % len(COLOURS)], linewidths=0, alpha=0.6)
        left.scatter(measured, predicted, label=machine, **style)
        shown = size > 0
        right.scatter(size[shown], (predicted / measured)[shown], **style)
        low, high = min(low, measured.min(), predicted.min()), max(high, measured.max(), predicted.max())
    left.plot([low, high], [low, high], color="black", linewidth=0.8)
    left.set(xscale="log", yscale="log", xlabel=f"measured, {unit}", ylabel=f"predicted, {unit}", title=title)
    left.legend(fontsize=7, markerscale=3, loc="upper left")
    right.axhline(1.0, color="black", linewidth=0.8)
    right.set(xscale="log", yscale="log", ylim=(0.2, 5), xlabel=size_label, ylabel="predicted / measured", title="residual over size")
    right.set_yticks([0.2, 0.5, 0.8, 1, 1.25, 2, 5])
    right.get_yaxis().set_major_formatter(matplotlib.ticker.FormatStrFormatter("%g"))
    right.minorticks_off()
    figure.tight_layout()
    raw = io.BytesIO()
    figure.savefig(raw, format="png", metadata={"Software": None})
    plt.close(figure)
    Image.open(raw).convert("RGB").quantize(64, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(path, optimize=True)


def write(folder, operations, rows, ttft, tpot):
    """Writes one picture per operation and one each for times of servers; returns [(title, file name)]."""
    os.makedirs(folder, exist_ok=True)
    made = []

    def add(title, groups, unit, size_label):
        name = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") + ".png"
        draw(title, groups, unit, size_label, os.path.join(folder, name))
        made.append((title, name))

    for operation in operations:
        groups = {}
        for row in rows:
            if row.operation == operation:
                arrays = groups.setdefault(row.machine, ([], [], []))
                for array, value in zip(arrays, (row.measured * 1e6, row.predicted * 1e6, row.size)):
                    array.append(value)
        if groups:
            add(operation, groups, "µs", size_name(operation))
    for title, found in (("time to first token", ttft), ("time per output token", tpot)):
        groups = {device: ([v[0] for v in values], [v[1] for v in values], [v[0] for v in values]) for device, values in found.items()}
        add(title, groups, "ms", "measured, ms")
    return made
