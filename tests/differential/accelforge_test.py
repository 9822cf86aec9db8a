#!/usr/bin/env python3
"""Compares Auger with AccelForge: with the optima it stored, and with its closed forms on random mappings.

Counts, tiles and instances are equal to the word; energy and latency agree to 1e-9. The closed forms stand in this file a second
time, written from their description (accelforge/README.md) and not from Auger's code.

usage: accelforge_test.py AUGER [CASE...]      prints TAP and a summary; exit 1 where a figure differs
"""
import concurrent.futures
import json
import math
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent / "accelforge"
SEED = 20260812
# Random mappings of each machine: stores marked '!', and without the mark. A share of them where each takes long.
WHOLE, KEPT = (count // int(os.environ.get("AUGER_TEST_SHARE", "1")) for count in (300, 150))
SLACK = 1e-9
SHOWN = 3  # differing mappings that are printed per test

# Machines of this test's own beside those of the cases: name -> (case, fanout per memory). They spread work at several levels.
SPREAD = {
    "s03 on 2 x 4 L1": ("s03_gemm_2buf_tiny", {"L1": {"X": 2, "Y": 4}}),
    "s03 on 4 L2 of 2 x 2 L1": ("s03_gemm_2buf_tiny", {"L2": {"X": 4}, "L1": {"X": 2, "Y": 2}}),
    "s10 on 4 x 4 BUF": ("s10_mttkrp", {"BUF": {"X": 4, "Y": 4}}),
}


# ---- a case: memories, dims of each tensor ----

class Case:
    def __init__(self, folder, fanout=None):
        data = json.loads((folder / "case.json").read_text(encoding="utf-8"))
        self.folder, self.memories, self.compute = folder, data["machine"]["memories"], data["machine"]["compute"]
        self.sizes, self.bits, (einsum,) = data["workload"]["dims"], data["workload"]["bits"], data["workload"]["einsums"]
        self.inputs, self.outputs = einsum["inputs"], einsum["outputs"]
        (self.output,) = self.outputs
        self.dims = {**self.inputs, **self.outputs}
        self.halo = any(d not in self.sizes for dims in self.dims.values() for d in dims)
        self.index = {m["name"]: i for i, m in enumerate(self.memories)}
        self.axes = {m["name"]: (fanout or {}).get(m["name"]) or {a["name"]: a["size"] for a in m.get("fanout", [])}
                     for m in self.memories}

    def workload(self):
        def access(tensors):
            return [f"{t}[{','.join(dims)}]" for t, dims in tensors.items()]
        return {"auger": "workload/1", "name": self.folder.name, "ranks": self.sizes,
                "einsums": [f"{access(self.outputs)[0]} += {' * '.join(access(self.inputs))}"],
                "tensors": {t: {"bits": self.bits} for t in self.dims}}

    def machine(self):
        levels = []
        for m in self.memories:
            if self.axes[m["name"]]:
                levels.append({"array": m["name"] + "_array", "fanout": self.axes[m["name"]]})
            bits = m["capacity_bits"]
            levels.append({"memory": m["name"], "size": "inf" if bits == "inf" else f"{bits} bit",
                           "bandwidth": f"{m['bandwidth_bits_per_cycle']} bit/cycle",
                           "energy": {"read": f"{m['read_energy_pJ_per_bit']} pJ/bit", "write": f"{m['write_energy_pJ_per_bit']} pJ/bit"}})
        levels.append({"compute": self.compute["name"], "rate": f"{self.compute['ops_per_cycle_per_instance']}/cycle",
                       "energy": f"{self.compute['energy_pJ_per_op']} pJ"})
        return {"auger": "machine/1", "name": "chip", "clock": "1 GHz", "drain": "read", "levels": levels}


# ---- a mapping: a list of ("store", memory, tensor, whole), ("for", dim, steps), ("par", memory, axis, dim, steps) ----

def nest_of(case, mapping):
    """Auger's text of it: the number behind a rank is what remains inside."""
    left, words = dict(case.sizes), []
    for kind, *node in mapping:
        if kind == "store":
            words.append(f"{node[0]}[{node[1]}{'!' if node[2] else ''}]")
            continue
        dim, steps = node[-2:]
        left[dim] //= steps
        words.append(f"for {dim}:{left[dim]}" if kind == "for" else f"par {node[0]}_array.{node[1]} {dim}:{left[dim]}")
    return " ".join(words + [case.compute["name"]])


def stored_mapping(case, text):
    """AccelForge's text of it. A tile is reserved behind a loop of its own where its window slides along that loop: it is not fetched
    whole there, and the store goes behind the loop. Everything else is fetched whole."""
    outer = case.memories[0]["name"]
    mapping, opened = [], {}
    for token in re.finditer(r"\[([\w,]+) in (\w+)\]|([\w,]+) reserves (\w+)|T-(\w+) in \[0\.\.(\d+)\)|S-(\w+)-(\w+) in \[0\.\.(\d+)\)", text):
        held, held_in, tensors, memory, dim, steps, axis, spread, instances = token.groups()
        loops = sum(kind != "store" for kind, *_ in mapping)
        if held:
            opened.update({(held_in, t): loops for t in held.split(",")})
        elif tensors:
            mapping += [("store", memory, t, memory != outer and opened[memory, t] == loops) for t in tensors.split(",")]
        elif dim:
            mapping.append(("for", dim, int(steps)))
        else:
            (owner,) = [m for m, axes in case.axes.items() if axis in axes]
            mapping.append(("par", owner, axis, spread, int(instances)))
    return mapping


def searched_mapping(case, found):
    """One of brute.json: nodes inside the outermost memory, and the factors of each dim in the gap behind each node."""
    nodes = [("store", memory, tensor, True) for memory, tensor in found["nodes"]]
    mapping = [("store", case.memories[0]["name"], t, False) for t in case.dims]
    for gap in range(len(nodes) + 1):
        mapping += nodes[gap - 1:gap] if gap else []
        mapping += [("for", d, int(f[gap])) for d, f in found["factors"].items() if f[gap] > 1]
    return mapping


def prime_factors(n):
    return [] if n == 1 else next([p] + prime_factors(n // p) for p in range(2, n + 1) if n % p == 0)


def random_mapping(case, rng, whole):
    """Any tensor may pass by any inner memory; any prime factor goes to any gap, or to any axis that has room."""
    groups = [[("store", case.memories[0]["name"], t, False) for t in case.dims]]
    for m in case.memories[1:]:
        kept = [t for t in case.dims if rng.random() < 0.65]
        rng.shuffle(kept)
        groups.append([("store", m["name"], t, whole) for t in kept])
    nodes = [node for group in groups[1:] for node in group]
    times = [{} for _ in range(len(nodes) + 1)]
    room = {(m, a): n for m, axes in case.axes.items() for a, n in axes.items()}
    spread, share = {}, rng.random()
    for dim, size in case.sizes.items():
        for p in prime_factors(size):
            places = [place for place, n in room.items() if n >= p]
            if places and rng.random() < share:
                place = rng.choice(places)
                room[place] //= p
                spread[*place, dim] = spread.get((*place, dim), 1) * p
            else:
                gap = rng.choice(times)
                gap[dim] = gap.get(dim, 1) * p
    return groups[0] + [node for gap, node in woven(case, rng, groups, nodes, times, spread)]


def woven(case, rng, groups, nodes, times, spread):
    """Each gap's loops in time in random order, those in space among them but from the outer memories to the inner ones."""
    spaces = [[] for _ in times]
    for i, m in enumerate(case.memories):
        loops = [("par", *key, steps) for key, steps in spread.items() if key[0] == m["name"]]
        rng.shuffle(loops)
        spaces[sum(len(g) for g in groups[1:i])] += loops
    for gap, factors in enumerate(times):
        if gap:
            yield gap, nodes[gap - 1]
        loops = [("for", *item) for item in factors.items()]
        rng.shuffle(loops)
        places = sorted(rng.randint(0, len(loops)) for _ in spaces[gap])
        for place, loop in reversed(list(zip(places, spaces[gap]))):
            loops.insert(place, loop)
        yield from ((gap, loop) for loop in loops)


# ---- AccelForge's closed forms ----

class ClosedForm:
    """What a mapping costs. Counts are words of all instances."""

    def __init__(self, case, mapping):
        self.case, self.mapping = case, mapping
        self.flows = {(m["name"], t): {"reads": 0, "writes": 0, "drains": 0} for m in case.memories for t in case.dims}
        self.tiles, self.spread = {}, [self.spatial(i) for i in range(len(case.memories))]
        self.used = [math.prod(s.values()) for s in self.spread]
        for tensor in case.dims:
            holders = [(i, node[1], node[3]) for i, node in enumerate(mapping) if node[0] == "store" and node[2] == tensor]
            for position, memory, _ in holders:
                self.tiles[memory, tensor] = self.tile(position, memory, tensor)
            for (_, parent, _), child in zip(holders, holders[1:] + [(len(mapping), None, True)]):
                self.move(tensor, parent, child)
        self.operations = math.prod(case.sizes.values())
        self.costs()

    def spatial(self, level):
        product = dict.fromkeys(self.case.sizes, 1)
        for node in self.mapping:
            if node[0] == "par" and self.case.index[node[1]] <= level:
                product[node[3]] *= node[4]
        return product

    def temporal(self, position):
        product = dict.fromkeys(self.case.sizes, 1)
        for node in self.mapping[:position]:
            if node[0] == "for":
                product[node[1]] *= node[2]
        return product

    def tile(self, position, memory, tensor):
        steps, spread = self.temporal(position), self.spread[self.case.index[memory]]
        return math.prod(self.case.sizes[d] // (steps[d] * spread[d]) for d in self.case.dims[tensor])

    def move(self, tensor, parent, child):
        case, (position, memory, whole) = self.case, child
        dims = case.dims[tensor]
        others = [d for d in case.sizes if d not in dims]
        if not whole:  # the loops that change nothing cost nothing: only those outside of one that changes the tile count
            while position and (self.mapping[position - 1][0] != "for" or self.mapping[position - 1][1] in others):
                position -= 1
        steps, size = self.temporal(position), math.prod(case.sizes[d] for d in dims)
        values = size * math.prod(steps[d] for d in others)
        above, below = (math.prod(s[d] for d in others) for s in
                        (self.spread[case.index[parent]], self.spread[case.index[memory] if memory else -1]))
        outer, inner = self.flows[parent, tensor], self.flows.get((memory, tensor), {"reads": 0, "writes": 0, "drains": 0})
        if tensor != case.output:
            outer["reads"] += values * above
            inner["writes"] += values * below
            return
        outer["writes"] += values * above
        outer["reads"] += (values - size) * above
        inner["reads"] += values * below
        inner["drains"] += values * below
        inner["writes"] += (values - size) * below

    def costs(self):
        case = self.case
        self.energies = {(m["name"], t): case.bits * (self.flows[m["name"], t]["reads"] * m["read_energy_pJ_per_bit"]
                                                      + self.flows[m["name"], t]["writes"] * m["write_energy_pJ_per_bit"])
                         for m in case.memories for t in case.dims}
        self.energy = sum(self.energies.values()) + self.operations * case.compute["energy_pJ_per_op"]
        self.busiest = self.operations // self.used[-1]
        self.port_bits = {m["name"]: case.bits * sum(self.flows[m["name"], t][f] for t in case.dims for f in ("reads", "writes")) / used
                          for m, used in zip(case.memories, self.used)}
        self.latency = max([self.busiest / case.compute["ops_per_cycle_per_instance"]]
                           + [self.port_bits[m["name"]] / m["bandwidth_bits_per_cycle"] for m in case.memories])
        self.occupancy = {m["name"]: sum(n * case.bits for (memory, _), n in self.tiles.items() if memory == m["name"])
                          for m in case.memories}
        self.fits = all(m["capacity_bits"] == "inf" or self.occupancy[m["name"]] <= m["capacity_bits"] for m in case.memories)


# ---- Auger's answer ----

class Answer:
    def __init__(self, case, code, data):
        self.code, self.data = code, data
        self.memories = {m["name"]: m for m in data["memories"]}
        self.tensors = {(m["name"], t["name"]): t for m in data["memories"] for t in m["tensors"]}
        ports = [self.port_bits(m["name"]) / m["bandwidth_bits_per_cycle"] for m in case.memories]
        self.latency = max(ports + [data["compute"]["busiest"] / case.compute["ops_per_cycle_per_instance"]])  # before it is rounded up

    def flow(self, key, name):
        tensor = self.tensors.get(key, {})
        return tensor.get("fills", 0) + tensor.get("updates", 0) if name == "writes" else tensor.get(name, 0)

    def port_bits(self, memory):
        return sum(p["bits"] for p in self.memories[memory]["ports"]) if memory in self.memories else 0


class Auger:
    """The program, and the files of one case for it."""

    def __init__(self, program, case, folder):
        self.program, self.case = program, case
        self.files = [folder / "workload.json", folder / "machine.json"]
        self.files[0].write_text(json.dumps(case.workload()), encoding="utf-8")
        self.files[1].write_text(json.dumps(case.machine()), encoding="utf-8")

    def evaluate(self, nest):
        done = subprocess.run([self.program, "evaluate", *map(str, self.files), nest, "--threads", "1", "--json", "-"],
                              capture_output=True, text=True)
        if done.returncode not in (0, 1):
            return None, done.stderr.strip()
        return Answer(self.case, done.returncode, json.loads(done.stdout)), ""


# ---- comparisons: lists of 'figure: Auger's, expected' ----

class Differences:
    def __init__(self):
        self.found, self.compared = [], 0

    def figure(self, name, actual, expected, slack=0.0):
        self.compared += 1
        if actual is None or abs(actual - expected) > slack * max(abs(expected), 1.0):
            self.found.append(f"{name}: Auger {actual}, AccelForge {expected}")


def compare_stored(d, case, answer, stored):
    """Energy and latency, and bits of each memory and tensor where they are stored; what is missing there is 0."""
    d.figure("stored energy", answer.data["energy_pj"], stored["energy_pJ"], SLACK)
    d.figure("stored latency", answer.latency, stored["latency_cycles"], SLACK)
    if "actions_bits" not in stored:
        return
    actions = {key.split(":", 1)[1]: bits for key, bits in stored["actions_bits"].items()}
    times = {key.split("|")[2]: cycles for key, cycles in stored["latency_by_component"].items()}
    d.figure("stored operations", answer.data["compute"]["operations"], actions.pop(f"{case.compute['name']}|None|compute"))
    for m in case.memories:
        name = m["name"]
        d.figure(f"stored {name} cycles", answer.port_bits(name) / m["bandwidth_bits_per_cycle"], times.get(name, 0), SLACK)
        for t in case.dims:
            for action in ("read", "write"):
                bits = answer.flow((name, t), action + "s") * case.bits
                d.figure(f"stored {name} {t} {action} bits", bits, actions.pop(f"{name}|{t}|{action}", 0))
    d.found += [f"stored {key} was not compared" for key in actions]


def compare_closed(d, case, answer, form):
    for key, flows in form.flows.items():
        name = " ".join(key)
        for flow, words in flows.items():
            d.figure(f"{name} {flow}", answer.flow(key, flow), words)
        if (key in answer.tensors) != (key in form.tiles):
            d.found.append(f"{name}: kept by one only")
        elif key in form.tiles:
            d.figure(f"{name} tile", answer.tensors[key]["tile_words"], form.tiles[key])
            d.figure(f"{name} instances", answer.tensors[key]["instances"], form.used[case.index[key[0]]])
            d.figure(f"{name} energy", answer.tensors[key]["energy_pj"], form.energies[key], SLACK)
    for memory in answer.memories:
        d.figure(f"{memory} occupancy", answer.memories[memory]["occupancy_bits"], form.occupancy[memory])
        d.figure(f"{memory} port bits", answer.port_bits(memory), form.port_bits[memory], SLACK)
    d.figure("operations", answer.data["compute"]["operations"], form.operations)
    d.figure("busiest", answer.data["compute"]["busiest"], form.busiest)
    d.figure("energy", answer.data["energy_pj"], form.energy, SLACK)
    d.figure("latency", answer.latency, form.latency, SLACK)
    d.figure("cycles", answer.data["cycles"], math.ceil(form.latency * (1 - SLACK)))
    d.figure("exit code", answer.code, 0 if form.fits else 1)


def check(auger, mapping, stored=None):
    """Lines that tell what differs, and how many figures were compared."""
    case, d = auger.case, Differences()
    nest = nest_of(case, mapping)
    answer, errors = auger.evaluate(nest)
    if answer is None:
        return [f"{case.folder.name}: {nest}", "  " + errors], 0
    if stored:
        compare_stored(d, case, answer, stored)
    if not case.halo:
        compare_closed(d, case, answer, ClosedForm(case, mapping))
    return [f"{case.folder.name}: {nest}"] + ["  " + line for line in d.found] if d.found else [], d.compared


# ---- tests ----

def optima(case, auger):
    expected = json.loads((case.folder / "expected.json").read_text(encoding="utf-8"))["results"]
    jobs = [(auger, stored_mapping(case, stored["mapping"]), stored) for stored in expected.values()]
    if (case.folder / "brute.json").exists():
        for found in json.loads((case.folder / "brute.json").read_text(encoding="utf-8"))["results"].values():
            found = found["mapping"]
            stored = {"energy_pJ": found["energy"], "latency_cycles": found["latency"]}
            jobs.append((auger, searched_mapping(case, found), stored))
    return jobs


def samples(case, auger, name, count, whole):
    rng = random.Random(f"{SEED} {name} {whole}")
    return [(auger, random_mapping(case, rng, whole)) for _ in range(count)]


def tests(program, wanted, scratch):
    """(name, jobs) of every test."""
    folders = [f for f in sorted(HERE.iterdir()) if f.is_dir() and f.name[0] in "sx"]
    cases = [(f.name, Case(f)) for f in folders] + [(name, Case(HERE / base, fanout)) for name, (base, fanout) in SPREAD.items()]
    for name, case in cases:
        if wanted and not any(name.startswith(w) for w in wanted):
            continue
        folder = pathlib.Path(scratch) / name.replace(" ", "_")
        folder.mkdir()
        auger = Auger(program, case, folder)
        if name not in SPREAD:
            yield f"{name}: stored optima", optima(case, auger)
        if not case.halo:
            yield f"{name}: random mappings, fetched whole", samples(case, auger, name, WHOLE, True)
            yield f"{name}: random mappings, what stays is kept", samples(case, auger, name, KEPT, False)


def main():
    with tempfile.TemporaryDirectory() as scratch, concurrent.futures.ThreadPoolExecutor(2) as pool:
        todo = list(tests(sys.argv[1], sys.argv[2:], scratch))
        print(f"1..{len(todo)}")
        mappings = figures = failed = 0
        for number, (name, jobs) in enumerate(todo, 1):
            results = list(pool.map(lambda job: check(*job), jobs))
            wrong = [lines for lines, _ in results if lines]
            mappings, figures, failed = mappings + len(jobs), figures + sum(n for _, n in results), failed + len(wrong)
            print(f"{'not ok' if wrong else 'ok'} {number} - {name}, {len(jobs)} mappings")
            for line in (line for lines in wrong[:SHOWN] for line in lines):
                print("# " + line.replace("\n", "\n# "))
        print(f"# {mappings} mappings, {figures} figures compared, {failed} mappings differ")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
