#!/usr/bin/env python3
"""Checks how the source is layered.

- A folder of src/ includes only itself and folders of an earlier layer; folders of the same layer do not know each other.
- cli/ includes the public header, its own headers and those of the system, nothing else.
- No two source files of the repository have the same base name.
- No model or machine of data/ is named by a string in a .c file of src/.

Prints each break as file:line: message; exit 1 where there is one.
"""
import os
import pathlib
import re
import sys

LAYERS = [["base"], ["text"], ["workload", "machine", "interchange"], ["problem"], ["mapping"], ["kernel"], ["cost"], ["mapper"], ["proof", "fusion"], ["system"], ["validation"], ["design"], ["report"], ["api"]]
LAYER_OF = {folder: layer for layer, folders in enumerate(LAYERS) for folder in folders}
INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
ORDER = " -> ".join(", ".join(folders) for folders in LAYERS)


def sources(root):
    """Every .c and .h file, builds, third parties and hidden folders left out."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if not f.startswith((".", "build")) and f != "subprojects")
        for name in sorted(names):
            if name.endswith((".c", ".h")):
                yield pathlib.Path(folder, name)


def included(path):
    """Line number, bracket and name of each include."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1), match.group(2)


def check_layer(path, folder, say):
    if folder not in LAYER_OF:
        say(path, 1, f"folder '{folder}' stands in no layer: {ORDER}")
        return
    for number, bracket, name in included(path):
        other = name.split("/")[0]
        if bracket == "<" or "/" not in name or other == folder:
            continue
        if LAYER_OF.get(other, len(LAYERS)) >= LAYER_OF[folder]:
            say(path, number, f"'{folder}' must not include \"{name}\"; the order is {ORDER}")


def check_program(path, say):
    for number, bracket, name in included(path):
        if bracket == '"' and name != "auger.h" and not (path.parent / name).is_file():
            say(path, number, f"the program includes \"{name}\": only auger.h and headers of cli/ are allowed")


def check_names(path, names, say):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.lstrip().startswith(("//", "#include")):
            continue
        for text in STRING.findall(line):
            if text.lower() in names:
                say(path, number, f'"{text}" is a model or machine: it belongs to data/')


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[1])
    names = {f.stem.lower() for kind in ("models", "machines") for f in (root / "data" / kind).iterdir()} - {"names"}
    broken, seen, count = [], {}, 0

    def say(path, number, message):
        broken.append(f"{path.relative_to(root)}:{number}: {message}")

    for path in sources(root):
        count += 1
        parts = path.relative_to(root).parts
        if path.name in seen:
            say(path, 1, f"another file is called so: {seen[path.name].relative_to(root)}")
        seen.setdefault(path.name, path)
        if parts[0] == "src" and len(parts) == 3:
            check_layer(path, parts[1], say)
        if parts[0] == "cli":
            check_program(path, say)
        if parts[0] == "src" and path.suffix == ".c":
            check_names(path, names, say)
    print("\n".join(broken) if broken else f"layers: {count} files, all in order")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
