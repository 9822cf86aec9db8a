"""^C during a study: the front so far, exit 3. The progress bar on the terminal tells that it runs.

usage: interrupt.py AUGER DATA
"""
import json
import os
import pty
import signal
import subprocess
import sys
import tempfile

STUDY = """
auger: study/1
model: llama-3.1-8b
machine: {from: tpu-v4i-like, set: {levels.hbm.size: {range: [8 GB, 80 GB], step: 0.1 GB},
  levels.hbm.bandwidth: {range: [600 GB/s, 1500 GB/s], step: 1 GB/s}, levels.cmem.size: {choose: [64 MiB, 128 MiB]}}}
plan: {chips: {choose: [1, 2, 4]}}
scenario: {in: 2048, out: 512, batch: {choose: [1, 16]}}
minimize: [usd_per_mtok]
"""


def main() -> int:
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as study:
        study.write(STUDY)
        study.flush()
        terminal, side = pty.openpty()
        with subprocess.Popen([sys.argv[1], "design", study.name, "--json", "-", "--data", sys.argv[2]], stdout=subprocess.PIPE,
                              stderr=side) as program:
            os.close(side)
            seen = b""
            while b" of " not in seen:
                seen += os.read(terminal, 4096)
            program.send_signal(signal.SIGINT)
            answer = json.loads(program.stdout.read())
            code = program.wait()
    assert seen.startswith(b"\r["), seen
    assert code == 3, code
    assert answer["status"] == "limit" and answer["complete"] is False, answer["status"]
    assert answer["front"], "no front"
    assert answer["evaluated"] + answer["pruned"] + answer["infeasible"] < answer["total"]
    return 0


if __name__ == "__main__":
    sys.exit(main())
