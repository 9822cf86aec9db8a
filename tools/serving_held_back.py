"""Serving rows of models and of devices that nothing was fitted to, for validation_report.py.

Known device, model held out: `auger calibrate SERVER e2e.csv` predicts each model's rows from constants of the server's host that
are fitted to the other models'.

Device never measured: in a copy of the data the machine has no kernel constants, the nearest family with another machine is refitted to
tables without the machine's rows, families below it have none, and the hosts of the servers are fitted to serving rows of the
other devices. Overheads and facts of libraries stay: they are software.
"""
import collections
import csv
import json
import os
import re
import shutil
import subprocess

TABLE = "validation/truth/e2e.csv"
TIMES = (("ttft", "ttft_ms", "_ttft_ms"), ("tpot", "tpot_ms", "_tpot_ms"))

# One time of one row: seconds; constants: how many the server's host has.
Held = collections.namedtuple("Held", "time server machine model measured predicted")


def call(auger, root, data, arguments):
    done = subprocess.run([auger, *arguments, "--threads", "1"], cwd=root, env={**os.environ, "AUGER_DATA": data}, stdout=subprocess.DEVNULL)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(arguments)}: exit code {done.returncode}")


def read_csv(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def write_csv(path, rows):
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def edit(path, change):
    with open(path) as file:
        text = file.read()
    with open(path, "w") as file:
        file.write(change(text))


def without_kernels(text):
    """The file of a machine or family without its last section, the constants."""
    return re.sub(r"^kernels:.*", "", text, flags=re.M | re.S)


def fit_server(auger, root, answers, data, server, table, name):
    base = os.path.join(answers, name)
    if not os.path.exists(base + ".json") or not os.path.exists(base + ".csv"):
        call(auger, root, data, ["calibrate", server, table, "--json", base + ".json", "--predictions", base + ".csv", "--out", base + ".yaml"])
    with open(base + ".json") as file:
        return json.load(file), read_csv(base + ".csv")


def models_held(auger, root, answers, servers, pool):
    """server -> (answer, held rows)"""
    data = os.path.join(root, "data")
    futures = {s: pool.submit(fit_server, auger, root, answers, data, s, TABLE, "server-" + s) for s in servers}
    return {s: f.result() for s, f in futures.items()}


def filtered(root, folder, tables, excluded):
    """Copies of the tables without the (table, row) in `excluded`."""
    paths = []
    for table in tables:
        rows = read_csv(os.path.join(root, table))
        name = os.path.basename(table)
        kept = [row for i, row in enumerate(rows) if (name, i + 1) not in excluded]
        if kept:
            paths.append(os.path.join(folder, name))
            write_csv(paths[-1], kept)
    return paths


def prepare(auger, root, answers, machine, chain, others, tables, known_rows):
    """Data that never heard of `machine`; None where no family has another machine."""
    folder = os.path.join(answers, "never-" + machine)
    data = os.path.join(folder, "data")
    if os.path.exists(os.path.join(folder, "done")):
        return folder, data
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    shutil.copytree(os.path.join(root, "data"), data)
    edit(os.path.join(data, "machines", machine + ".yaml"), without_kernels)
    excluded = {(os.path.basename(row["table"]), int(row["row"])) for row in known_rows}
    paths = filtered(root, folder, tables, excluded)
    for family in chain:
        path = os.path.join(data, "families", family + ".yaml")
        if others.get(family, 0) < 2:
            edit(path, without_kernels)
            continue
        fitted = os.path.join(folder, family + ".yaml")
        edit(path, without_kernels)
        call(auger, root, data, ["calibrate", family, *paths, "--out", fitted])
        shutil.copy(fitted, path)
        break
    open(os.path.join(folder, "done"), "w").close()
    return folder, data


def device_held(auger, root, answers, machine, chain, others, tables, known_rows, servers, served):
    """Rows of one device as predicted without it; `served`: (server, row) -> machine of serving rows."""
    folder, data = prepare(auger, root, answers, machine, chain, others, tables, known_rows)
    rows = read_csv(os.path.join(root, TABLE))
    own = {number for (_, number), name in served.items() if name == machine}
    rest, table = os.path.join(folder, "e2e.csv"), os.path.join(folder, "own.csv")
    write_csv(rest, [row for i, row in enumerate(rows) if i + 1 not in own])
    write_csv(table, [row for i, row in enumerate(rows) if i + 1 in own])
    for server in sorted({s for (s, number) in served if number in own}):
        fit_server(auger, root, folder, data, server, rest, "server-" + server)
        shutil.copy(os.path.join(folder, f"server-{server}.yaml"), os.path.join(data, "libraries", server + ".yaml"))
    call(auger, root, data, ["validate", table, "--predictions", os.path.join(folder, "predicted.csv")])
    held = []
    for row in read_csv(os.path.join(folder, "predicted.csv")):
        for time, measured, suffix in TIMES:
            if row.get("quality", "ok") in ("", "ok") and row[measured] and row["predicted" + suffix]:
                held.append(Held(time, row["framework"], machine, row["model"], float(row[measured]), float(row["predicted" + suffix])))
    return held


def known(fits):
    return [Held(row["time"], row["server"], row["machine"], row["model"], float(row["measured_s"]) * 1e3, float(row["predicted_s"]) * 1e3)
            for _, rows in fits.values() for row in rows]


def never(auger, root, answers, fits, chains, others, tables, machines_rows, pool):
    served = {(server, int(row["row"])): row["machine"] for server, (_, rows) in fits.items() for row in rows}
    futures = [pool.submit(device_held, auger, root, answers, machine, chains[machine], others, tables, machines_rows[machine], sorted(fits), served)
               for machine in sorted(set(served.values())) if machine in chains]
    return [row for future in futures for row in future.result()]
