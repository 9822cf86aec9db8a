#!/usr/bin/env python3
"""Pages of mappings, evaluated and searched, in headless Chromium: nest_test.py AUGER [CASE...]. Exit 77 where Chromium is missing.

The text of each mapping is read here once more, apart from the page's own reader, and the picture's memories, loops and members
held against it: "for k:32" of a rank of 45 has to read "k 2 × 32 (last 13)". Words, shares of capacity, cycles, energies, fronts
and groups are those of the JSON; choosing a point or a row draws its nest.
"""
import json
import sys

from answers import main, tip, whole
from browser_test import check_table, close, number

SHIPPED = "../../../data/workloads/"
SYSTOLIC = "dram[A W Z] buffer[A W Z] for k:32 for n:32 par pe.y k:1 par pe.x n:1 register[W] for m:1 mac"
CASES = {
    "row-stationary": ["evaluate", "resnet-50", "eyeriss-like", "row-stationary", "--einsum", "conv4 3x3"],
    "too-large": ["evaluate", "product.yaml", "grid.yaml", "too-large.yaml"],
    "windows": ["evaluate", "smoothing-workload.yaml", "smoothing-machine.yaml", "smoothing-mapping.yaml", "--explain"],
    "sparse": ["evaluate", "sparse-product.yaml", "sparse-chip", "sparse-chip-mapping.yaml"],
    "imperfect": ["evaluate", "odd-product.yaml", "systolic-ws-32x32", SYSTOLIC],
    "best": ["map", "product.yaml", "grid.yaml"],
    "unproven": ["map", "matmul.yaml", "bench-256", "--limit", "2000"],
    "no-energy": ["map", "product.yaml", "tiny.yaml"],
    "none-fits": ["map", "product.yaml", "small-machine.yaml"],
    "front": ["map", "product.yaml", "grid.yaml", "--objective", "front"],
    "front-of-several": ["map", "two-products.yaml", "grid.yaml", "--objective", "front"],
    "fused": ["map", "chain.yaml", "two-level.yaml"],
    "fused-front": ["map", SHIPPED + "gated-feed-forward.yaml", "bench-256", "--perfect", "--objective", "front"],
    "fused-five": ["map", SHIPPED + "one-pass-attention.yaml", "attention-chip", "--perfect"],
    "causal": ["map", "causal.yaml", "bench-256", "--perfect"],
    "graph": ["map", "llama-3.1-8b", "eyeriss-like", "--phase", "decode", "--in", "1024"],
}

# What a nest shows, outermost first.
SHOWN = """((root) => [...root.querySelectorAll('.memory, .loop[data-rank], .member-name, .compute')].map(e =>
  e.matches('.memory') ? ['memory', e.querySelector('.memory-name b').textContent, ...[...e.querySelectorAll('.tensor b')].map(t => t.textContent)]
  : e.matches('.loop') ? [e.matches('.par') ? 'par' : 'for', e.textContent] : [e.matches('.compute') ? 'compute' : 'member', e.textContent]))"""
TENSORS = """((root) => [...root.querySelectorAll('.memory')].flatMap(m => [...m.querySelectorAll('.tensor')].map(t => ({ memory: m.querySelector('.memory-name b').textContent,
  name: t.querySelector('b').textContent, tile: t.querySelector('.tile').lastChild.textContent, bar: parseFloat(t.querySelector('.flow-bar').style.width), flow: t.querySelector('.flow-text').textContent }))))"""
MEMORIES = """((root) => [...root.querySelectorAll('.memory')].map(m => ({ name: m.querySelector('.memory-name b').textContent, text: m.querySelector('.memory-text').textContent,
  fill: m.querySelector('.fill') ? parseFloat(m.querySelector('.fill span').style.width) : null, over: Boolean(m.querySelector('.fill.over')) })))"""
BARS = "[...document.querySelectorAll('svg[aria-label^=\"%s\"] .bar')].map(e => [e.getAttribute('aria-label').split(',')[0], Number(e.dataset.value)])"


def loop_text(left, rank, tile, axis=None):
    size = left.get(rank)
    left[rank] = tile
    if size is None:
        return f"{axis + ': ' if axis else ''}{rank} tiles of {whole(tile)}"
    last = size % tile
    return f"{axis + ': ' if axis else ''}{rank} {whole(-(-size // tile))} × {whole(tile)}" + (f" (last {whole(last)})" if last else "")


def read_nest(text, ranks):
    """What a picture of a mapping has to show."""
    tokens, rows, left, outer = iter(text.split()), [], dict(ranks), []
    for token in tokens:
        if token == "{":
            outer.append(dict(left))
            name = next(tokens)
            while not name.endswith(":"):
                name += " " + next(tokens)
            rows.append(["member", name[:-1]])
        elif token == "}":
            left = outer.pop()
        elif token in ("for", "par"):
            axis = next(tokens) if token == "par" else None
            rank, tile = next(tokens).split(":")
            rows.append([token, loop_text(left, rank, int(tile), axis)])
        elif "[" in token:
            while not token.endswith("]"):
                token += " " + next(tokens)
            memory, tensors = token[:-1].split("[")
            rows.append(["memory", memory, *tensors.split()])
        else:
            rows.append(["compute", token])
    return rows


def words(tensor):
    return tensor["reads"] + tensor["fills"] + tensor["updates"]


def tensors_of(memories):
    return {(memory["name"], tensor["name"]): tensor for memory in memories for tensor in memory["tensors"]}


def check_tensor(checks, shown, tensor, most):
    what = f"{shown['name']} in {shown['memory']}"
    checks.expect(close(number(shown["tile"].strip().replace(" words", "").replace(" word", "")), tensor["tile_words"], 5e-3), f"{what}: {shown['tile']}")
    checks.expect(abs(shown["bar"] - 100 * words(tensor) / most) < 0.06, f"{what}: a bar of {shown['bar']} %")
    for part in shown["flow"].removesuffix(", stays here").split(", "):
        value, key = part.strip("↓↑ ").rsplit(" ", 1)
        exact = tensor[{"read": "reads", "filled": "fills", "updated": "updates"}[key]]
        checks.expect(close(number(value), exact, 5e-3), f"{what}: {part}, JSON has {exact}")


def check_group_words(checks, page, root, text, members):
    """Above the members of a group words are those of all, below those of each. What is not shared stands in one member alone."""
    own = {member["einsum"]: tensors_of(member["memories"]) for member in members}
    summed_up = {}
    for tensors in own.values():
        for key, tensor in tensors.items():
            other = summed_up.get(key, {name: 0 for name in tensor})
            summed_up[key] = {name: value if name == "name" else max(other[name], value) if name in ("tile_words", "instances") else other[name] + value
                              for name, value in tensor.items()}
    wanted, now = [], summed_up
    for row in read_nest(text, {}):
        if row[0] == "member":
            now = own[row[1]]
        elif row[0] == "memory":
            wanted += [now[row[1], name] for name in row[2:]]
    most, shown = max(words(tensor) for tensor in summed_up.values()), page.run(TENSORS + f"({root})")
    checks.equal([tensor["name"] for tensor in shown], [tensor["name"] for tensor in wanted], "tensors with words")
    for tensor, exact in zip(shown, wanted):
        check_tensor(checks, tensor, exact, most)
    checks.expect(all(memory["fill"] is None and "no limit" not in memory["text"] for memory in page.run(MEMORIES + f"({root})")), "memories that einsums share tell how full they are")


def check_words(checks, page, root, memories):
    by_name, tensors = {memory["name"]: memory for memory in memories}, tensors_of(memories)
    most = max(words(tensor) for tensor in tensors.values())
    for shown in page.run(TENSORS + f"({root})"):
        check_tensor(checks, shown, tensors[shown["memory"], shown["name"]], most)
    for shown in page.run(MEMORIES + f"({root})"):
        memory = by_name[shown["name"]]
        share = memory["occupancy_bits"] / memory["capacity_bits"] if memory["capacity_bits"] else None
        if share is None:
            checks.expect(shown["fill"] is None and "no limit" in shown["text"], f"{shown['name']}: {shown}")
        else:
            checks.expect(abs(shown["fill"] - min(100, 100 * share)) < 0.06 and shown["over"] == (share > 1), f"{shown['name']}: {shown}, JSON has {share}")
        if memory["instances"] > 1:
            checks.expect(f" {whole(memory['instances'])} instances" in shown["text"], f"{shown['name']}: {shown['text']}")


def check_nest(checks, page, root, text, ranks, memories=None):
    """`root`: an expression for the element around one nest."""
    checks.equal(page.run(SHOWN + f"({root})"), read_nest(text, ranks), f"nest of {text}")
    checks.equal(page.run(f"{root}.querySelector('pre').textContent"), text, "the nest as text")
    checks.equal(page.run(f"[...{root}.querySelectorAll('.memory, .loops, .compute, .members')].every(e => e.matches('ol > li'))"), True, "the nest is a list")
    if memories:
        check_words(checks, page, root, memories)


def check_hints(checks, page, root, memories):
    """Pointing at a tensor tells its words in full."""
    page.hover(root + ".querySelector('.tensor')")
    lines, tensor = tip(page), memories[0]["tensors"][0]
    checks.expect(lines and lines[0] == f"{tensor['name']} in {memories[0]['name']}", f"hint of a tensor: {lines}")
    for key, name in (("tile_words", "tile of "), ("reads", "read "), ("fills", "filled "), ("updates", "updated "), ("drains", "drained ")):
        told = [line for line in lines if line.startswith(name)]
        checks.expect(told and close(number(told[0][len(name):].split(" ")[0]), tensor[key], 1e-9), f"{key} of {tensor}: {lines}")
    if page.run(f"Boolean({root}.querySelector('.loop[data-rank]'))"):
        page.hover(root + ".querySelector('.loop[data-rank]')")
        checks.expect(tip(page) and tip(page)[0].startswith("in "), f"hint of a loop: {tip(page)}")


def summed(rows):
    sums = {}
    for name, value in rows:
        sums[name] = sums.get(name, 0) + value
    return sums


def check_evaluation(checks, page, document):
    """Bars of cycles, energy and capacity, and the table of words."""
    memories, compute = document["memories"], document["compute"]
    wanted = [compute["cycles"]] + [port["cycles"] for memory in memories for port in memory["ports"]] + [document["overhead_cycles"]] * (document["overhead_cycles"] > 0)
    checks.equal([value for _, value in page.run(BARS % "Cycles of each port")], wanted, "cycles")
    checks.expect(whole(document["cycles"]) + " cycles" in page.run("document.querySelector('#part-cycles .note').textContent"), "all cycles in full")
    if document["energy_pj"]:
        energy = summed(page.run(BARS % "Energy of each memory"))
        for memory in memories:
            checks.expect(close(energy.get(memory["name"], 0), 1e-12 * memory["energy_pj"], 1e-9), f"energy of {memory['name']}")
        checks.expect(close(sum(energy.values()), 1e-12 * document["energy_pj"], 1e-9), f"energies add up to {sum(energy.values())}, JSON has {document['energy_pj']} pJ")
    for memory in memories:
        if memory["capacity_bits"]:
            checks.equal(page.run(BARS % f"Occupancy of {memory['name']}"), [[memory["name"], memory["occupancy_bits"] / 8]], f"how full {memory['name']} is")
    check_table(checks, page, "part-words", "reads", [tensor["reads"] for memory in memories for tensor in memory["tensors"]])
    if document["infeasible"]:
        told = page.run("[...document.querySelectorAll('#part-what-does-not-fit li')].map(e => e.textContent)")
        checks.equal(told, [rule["message"] for rule in document["infeasible"]], "what does not fit")


def ranks_of(document, group):
    return {rank: size for einsum in document["einsums"] if einsum["name"] in group["einsums"] for rank, size in einsum["ranks"].items()}


def check_group(checks, page, root, group, ranks, memories=None):
    members = group.get("members", [])
    check_nest(checks, page, root, group["mapping"], ranks, members[0]["memories"] if len(members) == 1 else memories)
    if len(members) > 1:
        checks.equal([member["einsum"] for member in members], group["einsums"], "members")
        check_group_words(checks, page, root, group["mapping"], members)


def check_front(checks, page, document):
    """Pressing a point, or Enter on it, draws its nest; points lie where their figures say."""
    points, marks, part = document["front"], "document.querySelectorAll('#part-energy-against-time [data-point]')", "document.querySelector('#part-energy-against-time')"
    where = page.run("[...%s].map(e => e.getAttribute('transform').match(/[-\\d.]+/g).map(Number))" % marks)
    checks.equal(len(where), len(points), "points of the front")
    for a, b in zip(sorted(range(len(points)), key=lambda i: points[i]["cycles"]), sorted(range(len(points)), key=lambda i: where[i][0])):
        checks.equal(a, b, "points from left to right")
    for a, b in zip(sorted(range(len(points)), key=lambda i: points[i]["energy_pj"]), sorted(range(len(points)), key=lambda i: -where[i][1])):
        checks.equal(a, b, "points from below")
    chosen = page.run("Number(document.querySelector('#part-energy-against-time [aria-pressed=true]').dataset.point)")
    checks.equal((points[chosen]["cycles"], points[chosen]["energy_pj"]), (document["cycles"], document["energy_pj"]), "the answer's own point is chosen first")

    def told(i, how):
        checks.equal(page.run(f"[...{marks}].filter(e => e.getAttribute('aria-pressed') === 'true').map(e => Number(e.dataset.point))"), [i], how)
        heading = page.run(part + ".querySelector('h3').textContent")
        energy, cycles = heading.split(" in ")
        checks.expect(close(number(energy), points[i]["energy_pj"] * 1e-12) and close(number(cycles.replace(" cycles", "")), points[i]["cycles"]), f"{how}: {heading}")
        if points[i]["mapping"]:
            check_nest(checks, page, part, points[i]["mapping"], document["einsums"][0]["ranks"], points[i]["memories"])
        for e, at in enumerate(points[i].get("points", [])):
            einsum, box = document["einsums"][e], f"{part}.querySelectorAll('.nest-box')[{e}]"
            checks.equal(page.run(f"{part}.querySelectorAll('h4')[{e}].textContent"), einsum["name"], f"{how}: einsum {e}")
            check_nest(checks, page, box, einsum["front"][at]["mapping"], einsum["ranks"], einsum["front"][at]["memories"])
        for g, group in enumerate(points[i].get("groups", [])):
            checks.equal(page.run(f"{part}.querySelectorAll('h4')[{g}].textContent"), " + ".join(group["einsums"]), f"{how}: group {g}")
            check_group(checks, page, f"{part}.querySelectorAll('.nest-box')[{g}]", group, ranks_of(document, group))

    for i in range(len(points)):
        page.click(f"{marks}[{i}]")
        told(i, f"point {i}")
        checks.expect(whole(points[i]["cycles"]) + " cycles" in " ".join(tip(page)), f"hint of point {i}: {tip(page)}")
    page.run(f"{marks}[0].focus()")
    page.key("ArrowLeft", 37)
    page.key("Enter", 13, "\r")
    told(len(points) - 1, "keys")


def check_groups(checks, page, document):
    """Rows of einsums or fused groups draw their nests."""
    groups, part = document["groups"], "document.querySelector('#%s')" % ("part-einsums-and-their-nests" if len(document["groups"]) > 1 else "part-loop-nest")
    einsums = {einsum["name"]: einsum for einsum in document["einsums"]}
    for i, group in enumerate(groups):
        if len(groups) > 1:
            page.click(f"{part}.querySelectorAll('tbody button')[{i}]")
        alone = len(group["einsums"]) == 1
        checks.equal(page.run(part + ".querySelector('h3').textContent"), " + ".join(group["einsums"]), "the group's name")
        checks.expect(alone or close(sum(member["energy_pj"] for member in group["members"]), group["energy_pj"], 1e-9), "energies of members add up")
        check_group(checks, page, part, group, ranks_of(document, group), einsums[group["einsums"][0]].get("memories") if alone else None)
        kept = page.run(f"[...{part}.querySelectorAll('.tensor.kept b')].map(e => e.textContent)")
        checks.equal(sorted(set(kept)), sorted(k["tensor"] for k in group["kept"]), "what stays on the chip")
    if len(groups) > 1:
        for name, key, factor in (("Energy of all", "energy_pj", 1e-12), ("Cycles of all", "cycles", 1)):
            shown = sum(value for _, value in page.run(BARS % name))
            checks.expect(close(shown, factor * document[key], 1e-9), f"{name} is {shown}, JSON has {document[key]}")
        check_table(checks, page, "part-einsums-and-their-nests", "cycles", [group["cycles"] for group in groups])
    if any(len(group["einsums"]) > 1 for group in groups):
        checks.equal(page.run(BARS % "Energy fused and not"), [["each alone", document["unfused"]["energy_pj"] * 1e-12], ["fused", document["energy_pj"] * 1e-12]], "fused and not")


def check_masks(checks, page, document):
    """Each mask has a table of the numbers of bands that were tried."""
    for mask in document.get("masks", []):
        rows = page.run("[...[...document.querySelectorAll('[role=region]')].find(e => e.getAttribute('aria-label') === %s).querySelectorAll('tbody tr')].map(row => "
                        "[...row.querySelectorAll('th, td')].map(cell => cell.textContent))" % json.dumps("Bands of " + " + ".join(mask["einsums"])))
        checks.equal([int(row[0]) for row in rows], [trial["bands"] for trial in mask["tried"]], "numbers of bands")
        for row, trial in zip(rows, mask["tried"]):
            checks.expect(close(number(row[1]), trial["pairs"] / mask["tried"][0]["pairs"], 5e-3), f"pairs of {trial['bands']} bands: {row[1]}")
            checks.equal("taken" in row[-1], trial["bands"] == mask["bands"], f"whether {trial['bands']} bands are taken")
            checks.equal("proven" in row[-1], trial["proven"], f"whether {trial['bands']} bands are proven")


def check_search(checks, page, document):
    sentence = page.run("document.querySelector('h1').textContent")
    if document["infeasible"]:
        checks.expect(any(rule["message"] in page.run("document.body.innerText") for rule in document["infeasible"]), "why none fits")
    elif document["proven"]:
        checks.expect(sentence.endswith(", proven."), sentence)
    else:
        above = document["value"] / document["lower_bound"] - 1
        told = sentence.split("at most ")[-1].split(" above")[0]
        checks.expect("not proven" in sentence and close(number(told), above, 5e-3), f"{sentence} JSON allows {above}")


def check(checks, page, document):
    searched, single = "objective" in document, document.get("memories") and document["mapping"]
    if searched:
        check_search(checks, page, document)
    if len(document.get("front", [])) > 1:
        check_front(checks, page, document)
    elif single:
        root = "document.querySelector('#part-loop-nest')"
        check_nest(checks, page, root, document["mapping"], document["ranks"], document["memories"])
        check_hints(checks, page, root, document["memories"])
    if single:
        check_evaluation(checks, page, document)
    elif searched and not document["infeasible"]:
        check_groups(checks, page, document)
        check_masks(checks, page, document)


if __name__ == "__main__":
    sys.exit(main(CASES, check))
