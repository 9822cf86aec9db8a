"""What docs/validation.md says in words: its introduction, the operations with the targets that they are held against, and
the mechanisms behind the largest errors, told apart by a pattern over "operation | library and kernel | formats | machine".
"""

AMD = lambda table, formats: table.endswith("_amd")
SIXTEEN = lambda table, formats: not table.endswith("_amd") and formats in ("bf16", "fp16")
NARROW = lambda table, formats: not table.endswith("_amd") and formats not in ("bf16", "fp16")
ANY = lambda table, formats: True

# Name; (floor / aim known, floor / aim never measured, best peer known / never); kernels; which rows.
OPERATIONS = [
    ("GEMM 16 bit", ("7 / 5", "15 / 10", "18–20 / 28–48"), ("gemm",), SIXTEEN),
    ("GEMM 8 and 4 bit", ("10 / 7", "15 / 10", "36–50 / 28–48"), ("gemm",), NARROW),
    ("GEMM AMD", ("7 / 5", "15 / 10", "69–72 / –"), ("gemm",), AMD),
    ("attention prefill", ("12 / 8", "16 / 11", "86 / 82"), ("attention_prefill",), ANY),
    ("attention decode", ("11 / 8", "15 / 11", "94 / 93"), ("attention_decode",), ANY),
    ("MLA prefill", ("– / –", "– / –", "–"), ("mla_prefill",), ANY),
    ("MLA decode", ("15 / 10", "– / –", "nobody without tables"), ("mla_decode",), ANY),
    ("MoE", ("16 / 11", "19 / 13", "76 / 74"), ("moe",), ANY),
    ("collectives", ("10 / 7", "15 / 10", "93 / 93"), ("collective", "custom_all_reduce", "expert_exchange"), ANY),
    ("norms and elementwise", ("6 / 4", "– / –", "64 / –"), ("elementwise",), ANY),
]

# Kinds of machines in published figures, by a pattern over the system's name, the first that fits; what explains how far off they are.
PUBLISHED_KINDS = [
    ("SRAM, hundreds of chips", r"Groq",
     "Hops and crossings at their data-sheet times, for one user alone. The rate is that of a public service, whose exchanges carry up to 16 tokens: so loaded, ours is 318 (src/system/README.md)."),
    ("wafer", r"Cerebras", "One cycle a hop in, five where sums are handed on: vendors' collectives; faster ones are published."),
    ("dataflow with HBM", r"SambaNova", "Bandwidth of HBM times the share that dataflow programs reach. The rates of 70 B and 405 B need speculation, so they are not scored."),
    ("claims without a machine", r"Corsair|Sohu", "No data sheet to describe them by."),
    ("processors", r"XEON|Xeon|AmpereOne|EPYC",
     "Servers that keep a limit of 2 s to the first token split a host into domains of memory that each work on a prompt alone; here all cores share it, so limits cost too little."),
    ("Apple, edge and desk", r"M3 Ultra|GB10|Jetson|Mac",
     "Weights over bandwidth, and starts of kernels. Robot policies in plain PyTorch are paced by their host, which is not modelled for them."),
    ("graphics cards", r"RTX|L40|Arc", "Kernels as measured under servers; llama.cpp has others."),
    ("GPU servers", r"", "What servers add: docs/kernels/serving.md. TensorRT-LLM 0.5 and Maverick on H100 predate the kernels that ours are fitted to; DeepSeek-R1 with answers of 3700 tokens is the farthest off."),
]
PUBLISHED_CLASSES = [("independent", "measured by others"), ("audited", "under a benchmark's rules"), ("vendor", "a vendor's document"),
                     ("secondary", "repeated second-hand"), ("claim", "claimed by whoever sells it, or its rival")]

INTRODUCTION = """# Validation

Predictions beside public measurements of kernels, exchanges and servers. This page and its pictures are written by

    tools/validation_report.py

from `validation/truth` (sources and licences: [validation/README.md](../validation/README.md); columns:
[tables.md](tables.md)) by way of `auger validate` and `auger calibrate`; do not edit it by hand. {rows}

How to read the figures:

- An error is |predicted / measured − 1| in percent: its median, its 90th percentile (p90); bias is the mean of
  predicted / measured − 1.
- **Known, new shapes**: the machine was measured, this shape was not. Shapes (for a matrix product n and k, for a layer of
  experts its widths, experts and degrees, for an exchange its operation, chips and bytes) are dealt into five parts, and each part
  is predicted by constants fitted to the other four.
- **Never measured**: no row of the machine was fitted. Its constants are those of the other machines of its family; where it is
  alone there, of the next wider family that has others (`hbm`, `gddr`, `cdna`, `gpu`), under its own data sheet. The family
  is named beside the figure. A machine that is alone in all of them (TPU v6e) has no such figure.
- **in 80 %** and **width**: share of the measurements inside the interval, and its mean width in percent of the prediction. Intervals
  are the 10th and the 90th percentile of measured / predicted, regime by regime, of the *other* parts (known) or the
  *other* machines (never measured): a row never helps to set its own. One or two other machines say little about a third, so that
  intervals of families are widened by 0.2 of the logarithm in quadrature. That number was chosen on these very rows
  (79 % of them inside, all kinds together), so the coverage of machines never measured is not held back from it. The interval that is shipped for a family is that of all
  its machines, each held back in turn; the share inside it stands beside, though there the machine at hand helped to set it.
- **As shipped** are the constants of `data/`, fitted to all rows, on the same rows: in-sample, and there to compare with what you
  see when you run the program.

What was not held back, so that all figures are a little better than on rows that nobody has seen: the overheads of software are
fitted on all machines and shapes at once (they belong to a library, not to a machine); facts of libraries - tiles, splits,
what is quantised where, sizes at which algorithms change - were chosen with all rows in view; refits start from constants that know all
rows, and a family's prior, which weighs as much as 20 rows, does too. How much the choice of facts is worth was measured where it
could be: see [attention-prefill.md](kernels/attention-prefill.md), [attention-decode.md](kernels/attention-decode.md),
[collectives.md](kernels/collectives.md): 0 to 0.4 points. Constants of hardware are at most eight per machine and kind of kernel, all within
the physical limits that `auger calibrate` prints.
"""

# First match counts. Each names a mechanism and the page that has more of it.
GEMM, PREFILL, DECODE, LATENT, MOE, LINKS, NORMS = (f"[{name}](kernels/{name}.md)" for name in (
    "gemm", "attention-prefill", "attention-decode", "latent-attention", "moe", "collectives", "elementwise"))
REASONS = [
    (r"GEMM.*never measured.*rtx-4090", "its sheet states the halved rate of 32-bit sums, which it reaches in full: " + GEMM),
    (r"GEMM.*never measured.*tpu", "a compiler plans the whole product; tiles and waves describe it poorly: " + GEMM),
    (r"GEMM AMD, never measured.*mi355x", "no other machine of its family shows its 4-bit rate: " + GEMM),
    (r"GEMM.*never measured", "launch, step and power ceiling differ between generations; no data sheet tells them: " + GEMM),
    (r"GEMM.*int8/bf16.*h100", "for n of 256 its kernel takes ten times the model's time: " + GEMM),
    (r"GEMM.*int[48]/bf16", "weight-only kernels choose tiles and splits by tables: " + GEMM),
    (r"GEMM.*vllm.*(fp8_block|fp8)", "CUTLASS kernels picked by rows alone leave most processors idle: " + GEMM),
    (r"GEMM.*trtllm.*fp8_block", "a pass that quantises takes about 20 ns a row on GDDR cards; block kernels picked by rows alone: " + GEMM),
    (r"GEMM.*nvfp4", "launches of narrow kernels cost more than those of 16-bit ones, and a chip has one launch constant: " + GEMM),
    (r"GEMM AMD.*mi300x", "two weight shapes of an assembler kernel beside 695 rows of fp8 blocks, which set the constants; why it is faster is not known: " + GEMM),
    (r"GEMM.*tpu", "a compiler plans the whole product; tiles and waves describe it poorly: " + GEMM),
    (r"GEMM", "tiles follow tables of the library, not the optimum: neighbouring m differ by 20 to 30 %: " + GEMM),
    (r"attention prefill, never.*rtx", "8-bit kernels and instructions of an earlier generation were measured on one GDDR card only: " + PREFILL),
    (r"attention prefill, never.*b60", "60 µs between kernels belong to its software, but no second machine shows them apart: " + DECODE),
    (r"attention prefill, never.*b300", "heads of 64 run 1.3 times as fast at the same peak, softmax too: " + PREFILL),
    (r"attention prefill, never", "softmax, steps and starts differ between generations; no data sheet tells them: " + PREFILL),
    (r"attention prefill.*[Tt]riton", "tiles of Triton kernels change with head size and machine; one design stands for all: " + PREFILL),
    (r"attention prefill.*(fa3|flash_attn)", "8-bit caches under 16-bit queries; windows whose masked steps cost more: " + PREFILL),
    (r"attention prefill", "the cut of the kernel is inferred from timings, one design for all sizes: " + PREFILL),
    (r"attention decode, never.*b60", "60 µs between kernels belong to its software, but no second machine shows them apart: " + DECODE),
    (r"attention decode, never", "latencies of steps and further kernels, and library versions that only this machine shows: " + DECODE),
    (r"attention decode.*[Tt]riton", "how many splits Triton kernels take depends on the machine and the batch: " + DECODE),
    (r"attention decode.*(h100|a100)", "hundreds of short sequences: work per sequence in the scheduler is not modelled: " + DECODE),
    (r"attention decode", "kernels switch by group size and context: " + DECODE),
    (r"MLA decode.*[Tt]riton", "Triton always splits in eight: " + LATENT),
    (r"MLA decode", "head counts switch kernels; units slow each other in a way that is not modelled: " + LATENT),
    (r"MLA prefill, never.*rtx", "no other GDDR card was measured: constants come from cards with HBM: " + LATENT),
    (r"MLA prefill", "steps and starts differ between generations: " + LATENT),
    (r"MoE.*b60", "dependent kernels stand several times as far apart as elsewhere; one library, so what of it is software cannot be told: " + MOE),
    (r"MoE, never", "steps, tiles and the rate of warp-level instructions differ between generations: " + MOE),
    (r"MoE.*sglang.*[Tt]riton", "under expert parallelism the tables multiply pairs of other chips too: " + MOE),
    (r"MoE.*min_latency", "rows imply more than twice the bandwidth of the data sheet: fewer experts than the table says: " + MOE),
    (r"MoE.*fused_moe", "Triton's share of the peak differs by machine, one constant stands for all of its tiles: " + MOE),
    (r"MoE.*vllm.*cutlass.*fp8", "a default tactic reads weights at a quarter of the bandwidth; one factor stands for it: " + MOE),
    (r"MoE.*trtllm.*mxfp4", "large tiles for few rows under skew: " + MOE),
    (r"MoE", "not explained yet: " + MOE),
    (r"collectives, never", "start and step differ by up to 1.6 between generations and nothing in a data sheet tells them: " + LINKS),
    (r"collectives.*moe_a2a", "starts of expert exchanges that only some versions have; very few tokens: " + LINKS),
    (r"collectives.*custom", "calls issued by the host: its time differs two- to threefold between versions: " + LINKS),
    (r"collectives.*rtx-pro-6000-server", "two machines under one name, one with slower links: " + LINKS),
    (r"collectives", "messages around the changeover of protocols: " + LINKS),
    (r"norms.*never", "launches and rows differ between generations; overheads of Python calls stand on few rows: " + NORMS),
    (r"norms.*rtx-a6000", "one name, two kernels, told apart only by the model that was measured: " + NORMS),
    (r"norms.*(compute_scale|dynamic|scale)", "a difference of two measured kernels, mostly noise: " + NORMS),
    (r"norms.*silu", "widths of tensor-parallel chips; caches that hold what ran before: " + NORMS),
    (r"norms", "tables in whole microseconds, and kernels of one name for several models: " + NORMS),
]

SERVING_NOTE = """In-sample for the three host times of each server (`step`, `prompt`, `request` in `data/libraries`), which were fitted to `e2e.csv`;
kernels and exchanges beneath them know nothing of these rows. What was tried with the model or the device held back:
[serving](kernels/serving.md).
"""

# What stands under a table of SERVING, by its title.
NOTES = {
    "MLPerf inference v5.1 with power at the wall (e2e_mlperf.csv)": """No watt was fitted. What a chip draws follows from the work: operations at the energy that products under the power ceiling tell (the limit
over their rate, less static power; the constants `energy` and `narrow` of `gemm`, fitted to times), bits at 7 pJ of HBM and 1.35 pJ of the
cache, links, and static power. The server adds 44 % of the chips' limit and 6 % of what they draw: a node of eight H100 drew 8.4 kW with its
chips near full utilization (LATIF25). Before, an operation in 4 bits took a quarter of one in 16 bits, in the ratio of the peaks, and the
median error was 49.9 %; by the measured ceilings it takes 0.62 of one. What is left is too much: the host of a node of B200 is taken to be as
large a share of its chips as in an older node, and all eight rows are of one submitter.
""",
    "Serving with power (e2e_power.csv)": """Nothing was fitted here either. Static power is that of a chip whose clocks stay up while it waits: 70 W of a bare H100, memory(M), and 50 W of a
context that is open, the upper end of what PARKING states. What is missing is missing at few requests in flight on eight chips, where neither traffic nor products are large; kernels that
spin at barriers between chips and 4-bit experts that are widened on the vector units are likely reasons, and no source states what they draw. The first seven rows are means of a run with its idle time, which is why 64 requests draw less than 32. TPOT of these rows is
predicted 30 % too long, which takes as much from the power of what is done in it.

Measurements of one chip with other models (ranges rather than a check), beside `auger estimate llama-3.1-8b MACHINE --in 512 --out 512
--batch N`: an H100 decoding at batch 1 draws
300 W (MLENERGY) or 267 W and more (ALICE), predicted 319 W; at batch 128 600 W, predicted 457 W; a B200 452 W and more, predicted 482 W
at batch 1; an H200 517 W at batch 128 (ALICE, 3.8 billion weights), predicted 509 W, and 137 to 300 W in decoding (CAPS26), predicted 396 W at batch 1.

Caps: eight H200 set up for efficiency (MaxQ) wrote 25,262 tokens/s of llama2-70b Offline where others wrote 31,303 (MLPerf v4.1, 19 % less, power
not stated). Predicted 31,910 at 700 W; 19 % less at 423 W (`auger estimate llama2-70b h200 --chips 8 --weights fp8 --kv fp8 --in 294 --out 294
--batch 8192 --power-cap 423W`).
""",
}

DEVICE = ("device", lambda r: r["device"])
ALL = ("all", lambda r: "")
SERVING = [
    ("Serving runs (e2e.csv)", "e2e", [
        ("Time to first token:", "ttft_ms", "_ttft_ms"), ("Time per output token:", "tpot_ms", "_tpot_ms")],
     [ALL, ("mode", lambda r: r["serving"]), ("library", lambda r: r["framework"]), DEVICE, ("model", lambda r: r["model"])]),
    ("MLPerf inference v5.1 (e2e_mlperf.csv)", "e2e_mlperf", [
        ("Results:", "result", "")],
     [ALL, ("scenario", lambda r: r["scenario"]), DEVICE, ("benchmark", lambda r: r["model"])]),
    ("MLPerf inference v5.1 with power at the wall (e2e_mlperf.csv)", "e2e_mlperf", [
        ("Watts:", "power", "_power_w")], [ALL, DEVICE]),
    ("One layer of GPT-3 on four A100, operator by operator (e2e_layer.csv)", "e2e_layer", [
        ("Latency:", "latency_us", "")], [ALL, ("phase", lambda r: r["phase"]), ("operator", lambda r: r["op"])]),
    ("Serving with power (e2e_power.csv)", "e2e_power", [
        ("Time per output token:", "tpot_ms", "_tpot_ms"), ("Watts of all chips:", "avg_power_total_w", "_power_w")], [ALL, DEVICE]),
]
