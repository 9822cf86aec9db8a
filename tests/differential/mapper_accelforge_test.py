#!/usr/bin/env python3
"""The mapper on what AccelForge's mapper solved, single einsums and chains whose members it fused: tiles that divide, least
energy, cycles and product at or below the stored optimum (docs/accelforge.md says where Auger counts less).

usage: mapper_accelforge_test.py AUGER [CASE...]      prints TAP; exit 1 where the stored optimum is better
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import accelforge_test as stored

CASES = pathlib.Path(__file__).parent / "accelforge"
KEYS = {"energy": ("ENERGY", "energy_pJ", "energy_pj"), "latency": ("LATENCY", "latency_cycles", "cycles"),
        "edp": ("ENERGY_DELAY_PRODUCT", "edp", "edp_pj_cycles")}


class Chain(stored.Case):
    """Several einsums, each on the results of those before it."""

    def __init__(self, folder):
        data = json.loads((folder / "case.json").read_text(encoding="utf-8"))
        self.folder, self.memories, self.compute = folder, data["machine"]["memories"], data["machine"]["compute"]
        self.sizes, self.bits, self.einsums = (data["workload"][key] for key in ("dims", "bits", "einsums"))
        self.axes = {m["name"]: {} for m in self.memories}

    def workload(self):
        def access(tensors):
            return [f"{t}[{','.join(dims)}]" for t, dims in tensors.items()]

        def einsum(e):
            sums = set().union(*e["inputs"].values()) != set().union(*e["outputs"].values())
            return f"{access(e['outputs'])[0]} {'+=' if sums else '='} {' * '.join(access(e['inputs']))}"
        return {"auger": "workload/1", "name": self.folder.name, "ranks": self.sizes,
                "einsums": [{"name": e["name"], "einsum": einsum(e)} for e in self.einsums], "tensors": {"*": {"bits": self.bits}}}


def answer(auger, case, objective):
    with tempfile.TemporaryDirectory() as folder:
        files = [pathlib.Path(folder) / name for name in ("workload.json", "machine.json", "answer.json")]
        files[0].write_text(json.dumps(case.workload()), encoding="utf-8")
        files[1].write_text(json.dumps(case.machine()), encoding="utf-8")
        done = subprocess.run([auger, "map", *map(str, files[:2]), "--objective", objective, "--perfect", "--limit", "0", "--threads", "2",
                               "--json", str(files[2])], capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr or done.stdout)
        return json.loads(files[2].read_text())


def differences(auger, folder):
    fused = folder.name.startswith("f")
    case, best = (Chain if fused else stored.Case)(folder), json.loads((folder / "expected.json").read_text())["results"]
    for objective, (name, key, own) in KEYS.items():
        value, other = answer(auger, case, objective)[own], best[("fused:" if fused else "") + name][key]
        print(f"# {folder.name} {objective}: {value:.9g}, AccelForge {other:.9g}")
        if value > other * (1 + 1e-9):
            yield f"{objective}: AccelForge found {other:.9g}, proven optimum {value:.9g} is above it"


def main():
    auger, names = sys.argv[1], sys.argv[2:]
    cases = [CASES / name for name in names] or sorted(path for path in CASES.glob("[fs]*") if path.is_dir())
    failed = 0
    print(f"1..{len(cases)}")
    for number, folder in enumerate(cases, 1):
        try:
            lines = list(differences(auger, folder))
        except (RuntimeError, KeyError) as error:
            lines = [str(error).strip()]
        failed += bool(lines)
        print(f"{'not ok' if lines else 'ok'} {number} - {folder.name}")
        for line in lines:
            print("# " + line.replace("\n", " "))
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
