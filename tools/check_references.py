#!/usr/bin/env python3
"""Checks that what data/ and src/ cite has an entry in docs/references.md.

An entry is a list item that begins with its keys in bold: `- **AIC**, **TPU5E**: ...`. Cited are
- in the `sources` of data/**/*.yaml and *.json: keys in capitals (EPOCH, GPU-E, SRAM-WC), authors with a year
  (Jouppi 2021, Brown et al. 2020) and tables (machines.csv); memory(...) must carry H, M, L or M-H;
- in comments of src/**/*.[ch]: brackets such as [Demmel18], [Dao & Gu 2024, §6], [DeepSeek-V2 §2.1].
Prints file: key for each that is missing; exit 1 where there is one.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[1])
# Words in capitals that are no keys.
PLAIN = set("AMX DDR DGX DLA FLOP GDDR GPU HBM MLP NVIDIA PCI PFLOP PRO README RTX SIMD SRAM TFLOP TOP TPU USD".split())
MONTHS = set("January February March April May June July August September October November December".split())
CAPITALS = re.compile(r"(?<![\w-])[A-Z][A-Z0-9]{2,}(?:-[A-Z0-9]+)*(?![\w-])|(?<![\w-])[A-Z]+[0-9]*(?:-[A-Z0-9]+)+(?![\w-])")
AUTHOR = re.compile(r"\b([A-Z][a-z]+)(?: et al\.)?,? \(?((?:19|20)\d\d)\b")
TABLE = re.compile(r"\b\w+\.csv\b|\benergy_cost_models\b")
CITATION = re.compile(r"(?:^|[\s(])\[([A-Z][^\]]*[a-z0-9][^\]]*)\]")


def data_lines(path):
    """The text of the sources in a data file; what names a config.json on Hugging Face is a source in itself."""
    inside = False
    for line in path.read_text(encoding="utf-8").splitlines():
        if re.match(r'\s*"?sources"?:', line):
            inside = True
        elif inside:
            yield re.sub(r"config\.json of \S+", "", line.split(":", 1)[-1])


def data_keys(text):
    for match in CAPITALS.finditer(re.sub(r"memory\(.*?\)", "", text)):
        word = match.group()
        if re.sub(r"[0-9]+X?(-[0-9]+)?$", "", word) not in PLAIN and not re.fullmatch(r"[A-Z]{1,2}[0-9]+[A-Z]?", word):
            yield word
    yield from (f"{a} {y}" for a, y in AUTHOR.findall(text) if a not in MONTHS)
    yield from TABLE.findall(text)


def comment_keys(text):
    """Keys of the brackets of a comment: without section, page or remark; several are separated by commas."""
    for inside in CITATION.findall(text):
        pieces = [re.sub(r"\s*(§|Table|Fig).*", "", piece).strip() for piece in inside.split(",")]
        yield pieces[0]
        yield from (p for p in pieces[1:] if re.fullmatch(r"[A-Z]\w+\d\d|[A-Z].* (19|20)\d\d", p))


def main():
    references = (ROOT / "docs" / "references.md").read_text(encoding="utf-8")
    known = set()
    for entry in re.findall(r"^- (\*\*.*?\*\*):", references, re.M):
        known.update(re.findall(r"\*\*([^*]+)\*\*", entry + "**"))
    missing = []
    for path in sorted((ROOT / "data").rglob("*")):
        for text in data_lines(path) if path.suffix in (".yaml", ".json") else ():
            missing += [(path, key) for key in data_keys(text) if key not in known]
            missing += [(path, f"memory({c})") for c in re.findall(r"memory\((.*?)\)", text) if c not in ("H", "M", "L", "M-H")]
    for path in sorted((ROOT / "src").rglob("*.[ch]")):
        for line in path.read_text(encoding="utf-8").splitlines():
            comment = line.partition("//")[2]
            missing += [(path, key) for key in comment_keys(comment) if key not in known]
    for path, key in dict.fromkeys(missing):
        print(f"{path.relative_to(ROOT)}: '{key}' has no entry in docs/references.md")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
