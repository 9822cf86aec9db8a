#include "verbs.h"

#include <string.h>

const cli_option cli_common_options[] = {
    {"json", "PATH", "write the answer as JSON; - is stdout, in place of the text"},
    {"html", "PATH", "write the answer as a page for a browser; - is stdout, in place of the text"},
    {"csv", "PATH", "write the answer's table as CSV; - is stdout, in place of the text"},
    {"threads", "N", "worker threads; all cores where missing"},
    {"data", "DIR", "folder of the shipped data, in place of $AUGER_DATA"},
    {"help", NULL, "explain the verb"},
    {NULL, NULL, NULL},
};

static const cli_option estimate_options[] = {
    {"chips", "N", "chips of the deployment (1)"},
    {"tp", "N", "chips that share every layer; the best where missing"},
    {"pp", "N", "pipeline stages; the best where missing"},
    {"ep", "N", "groups that the experts are spread over; the best where missing"},
    {"dp", "N", "replicas; the best where missing"},
    {"cp", "N", "context parallel: groups that share each sequence; the best where missing"},
    {"moe-tp", "N", "chips that share each expert, also over replicas; tp / ep where missing"},
    {"batch", "N", "requests kept in flight (1)"},
    {"in", "N", "prompt tokens of a request (1024)"},
    {"out", "N", "output tokens of a request (128)"},
    {"images", "N", "prompt tokens that an image encoder makes (0)"},
    {"rate", "HZ", "rate of a control loop: is every answer there in time?"},
    {"cache-hit", "SHARE", "share of the prompt whose keys and values are in the cache from before (0)"},
    {"ttft", "TIME", "longest time to the first token that is allowed, 500ms"},
    {"tpot", "TIME", "longest time per output token that is allowed, 30ms"},
    {"chunk", "TOKENS", "chunked prefill: tokens of a pass, of decoding requests and of pieces of prompts together; prompts run apart where missing"},
    {"disaggregate", NULL, "prompts and tokens on chips of their own, shared out for the best throughput"},
    {"prefill-chips", "N", "with --disaggregate: chips that work on prompts; the best where missing"},
    {"plans", NULL, "list every plan that no other one beats in time to the first token, time per token and throughput"},
    {"server", "NAME", "add the host's work and the queueing of a server: vllm, sglang, trtllm or a file of data/libraries"},
    {"arrivals", "RATE", "requests that arrive per second at random, 3/s, in place of --batch"},
    {"speculate", "N", "tokens that a draft proposes per decode step (0)"},
    {"acceptance", "SHARE", "with --speculate: chance that a proposed token is taken, those before it being taken"},
    {"draft", "MODEL", "with --speculate: the model that proposes; the model's own next-token module where missing"},
    {"weights", "DTYPE", "number format of the weights; the model's own where missing"},
    {"activations", "DTYPE", "number format of the activations; what goes with the weights"},
    {"kv", "DTYPE", "number format of cached keys and values; the model's own"},
    {"scenario", "NAME", "file or name of data/scenarios, in place of --batch, --in, --out, --images, --rate, --arrivals and --cache-hit: agents, limits"},
    {"power-cap", "POWER", "most that each chip may draw, 400W: its clock falls until that holds"},
    {"budget-watts", "POWER", "power at the meter, 1MW: how many such deployments it feeds, and what they do"},
    {"price-usd", "USD", "price of one chip; the machine's where missing"},
    {"cloud-usd-per-hour", "USD", "rent of one chip, which counts unless --price-usd is given, too; the machine's where missing"},
    {"electricity", "PRICE", "price of energy, 0.08USD/kWh; the economy's where missing"},
    {"economy", "NAME", "file or name of data/economies (default)"},
    {"area", NULL, "what the machine's silicon takes, block by block: area, power, yield, cost and price, from its technology"},
    {"ideal", NULL, "the data sheet's roofline: full peaks and bandwidths, no launches, element-wise operators inside the products before them"},
    {"mapped", NULL, "on machines described level by level: time and energy of each operator from its best mapping, not its roofline"},
    {"limit", "NODES", "with --mapped: end each search after so many nodes (50000)"},
    {"cache", "FOLDER", "with --mapped: keep proven mappings there for later calls, and look there first"},
    {NULL, NULL, NULL},
};

static const cli_option audit_options[] = {
    {"tokens-per-s", "RATE", "the claimed rate of output tokens"},
    {"per", "WHAT", "user (default), chip or system: whose rate it is"},
    {"chips", "N", "chips of the deployment (1)"},
    {"batch", "N", "requests kept in flight; a user alone, or as many as serve a chip or system best, where missing"},
    {"in", "N", "prompt tokens of a request (1); with them the claim is judged at their context"},
    {"out", "N", "output tokens of a request (128)"},
    {"cache-hit", "SHARE", "share of the prompt whose keys and values are in the cache from before (0)"},
    {"speculate", "N", "tokens that a draft proposes per decode step (0)"},
    {"acceptance", "SHARE", "with --speculate: chance that a proposed token is taken, those before it being taken"},
    {"draft", "MODEL", "with --speculate: the model that proposes; the model's own next-token module where missing"},
    {"weights", "DTYPE", "number format of the weights; the model's own where missing"},
    {"activations", "DTYPE", "number format of the activations; what goes with the weights"},
    {"kv", "DTYPE", "number format of cached keys and values; the model's own"},
    {NULL, NULL, NULL},
};

static const cli_option compare_options[] = {
    {"chips", "N,...", "chips of the deployment (1); this and the next ones are lists: a row for each entry"},
    {"tp", "N,...", "chips that share every layer; the best where missing"},
    {"pp", "N,...", "pipeline stages; the best where missing"},
    {"ep", "N,...", "groups that the experts are spread over; the best where missing"},
    {"dp", "N,...", "replicas; the best where missing"},
    {"weights", "DTYPE,...", "number format of the weights; the model's own where missing"},
    {"activations", "DTYPE,...", "number format of the activations; what goes with the weights"},
    {"kv", "DTYPE,...", "number format of cached keys and values; the model's own"},
    {"in", "N,...", "prompt tokens of a request (1024)"},
    {"out", "N,...", "output tokens of a request (128)"},
    {"batch", "N,...", "requests kept in flight (1)"},
    {"equal", "WHAT", "power, price, area or chips: as many chips as come to that of the first machine's"},
    {"budget-watts", "POWER", "as many chips as this power feeds, by their limits, 10kW"},
    {"budget-usd", "USD", "as many chips as this price buys"},
    {"cp", "N", "context parallel: groups that share each sequence; the best where missing"},
    {"moe-tp", "N", "chips that share each expert, also over replicas; tp / ep where missing"},
    {"chunk", "TOKENS", "chunked prefill: tokens of a pass, of decoding requests and of pieces of prompts together; prompts run apart where missing"},
    {"disaggregate", NULL, "prompts and tokens on chips of their own, shared out for the best throughput"},
    {"prefill-chips", "N", "with --disaggregate: chips that work on prompts; the best where missing"},
    {"server", "NAME", "add the host's work and the queueing of a server: vllm, sglang, trtllm or a file of data/libraries"},
    {"arrivals", "RATE", "requests that arrive per second at random, 3/s, in place of --batch"},
    {"images", "N", "prompt tokens that an image encoder makes (0)"},
    {"rate", "HZ", "rate of a control loop"},
    {"cache-hit", "SHARE", "share of the prompt whose keys and values are in the cache from before (0)"},
    {"ttft", "TIME", "longest time to the first token that is allowed, 500ms"},
    {"tpot", "TIME", "longest time per output token that is allowed, 30ms"},
    {"speculate", "N", "tokens that a draft proposes per decode step (0)"},
    {"acceptance", "SHARE", "with --speculate: chance that a proposed token is taken, those before it being taken"},
    {"draft", "MODEL", "with --speculate: the model that proposes; the model's own next-token module where missing"},
    {"scenario", "NAME", "file or name of data/scenarios, in place of --batch, --in, --out, --images, --rate, --arrivals and --cache-hit: agents, limits"},
    {"power-cap", "POWER", "most that each chip may draw, 400W: its clock falls until that holds"},
    {"electricity", "PRICE", "price of energy, 0.08USD/kWh; the economy's where missing"},
    {"economy", "NAME", "file or name of data/economies (default)"},
    {"ideal", NULL, "the data sheet's roofline: full peaks and bandwidths, no launches, element-wise operators inside the products before them"},
    {"mapped", NULL, "on machines described level by level: time and energy of each operator from its best mapping, not its roofline"},
    {"limit", "NODES", "with --mapped: end each search after so many nodes (50000)"},
    {"cache", "FOLDER", "with --mapped: keep proven mappings there for later calls, and look there first"},
    {NULL, NULL, NULL},
};

static const cli_option design_options[] = {
    {"mapped", NULL, "on machines described level by level: time and energy of each operator from its best mapping, not its roofline"},
    {"limit", "NODES", "with --mapped: end each search after so many nodes (50000)"},
    {"cache", "FOLDER", "with --mapped: keep proven mappings there for later calls, and look there first"},
    {NULL, NULL, NULL},
};

static const cli_option evaluate_options[] = {
    {"einsum", "NAME", "einsum of the workload, where it has several"},
    {"explain", NULL, "tell how each number comes about"},
    {"timeloop", NULL, "the arguments are the files of a case of Timeloop v0.4, in any order"},
    {NULL, NULL, NULL},
};

static const cli_option map_options[] = {
    {"objective", "WHAT", "energy, latency, edp (their product) or front; energy, or latency where the machine states none"},
    {"perfect", NULL, "only tiles that divide the ones around them"},
    {"constraints", "FILE", "what is wanted of the mapping (auger: constraints/1)"},
    {"einsum", "NAME", "einsum of the workload, by itself; all where missing"},
    {"fuse", "HOW", "auto (default): neighbours run as one where that is better; none: each einsum by itself"},
    {"units", "HOW", "fused neighbours that several units do: best (default) of turns, one after another, and pipelined, at the same time"},
    {"limit", "NODES", "give up after so many nodes of each search, with the best so far; 1000000 for each of several einsums, 20000000 for one without --perfect; 0: none"},
    {"phase", "NAME", "of a model: prefill (default) or decode"},
    {"batch", "N", "of a model: requests; 1 where missing"},
    {"in", "TOKENS", "of a model: tokens of each request; 2048 where missing"},
    {"certificate", "FILE", "write a proof of the answer that 'auger check' verifies; without --perfect to within a few percent"},
    {"cache", "FOLDER", "keep proven mappings there for later calls, and look there first"},
    {"timeloop", NULL, "the arguments are the files of a case of Timeloop v0.4, in any order"},
    {NULL, NULL, NULL},
};

static const cli_option validate_options[] = {
    {"machine", "NAME", "file or name of the machine that was measured, in place of the column device"},
    {"predictions", "FILE", "write the rows as they came with predictions beside them"},
    {NULL, NULL, NULL},
};

static const cli_option calibrate_options[] = {
    {"predictions", "FILE", "write each measurement of a machine or family with what a fit without it predicts"},
    {"out", "FILE", "write the file of the machine, family or library with the fitted constants in place"},
    {NULL, NULL, NULL},
};

static const cli_option import_options[] = {
    {"out", "DIR", "folder to write to, made where it is missing; stdout where the option is missing"},
    {NULL, NULL, NULL},
};

const cli_verb cli_verbs[] = {
    {"estimate", "MODEL MACHINE", 2, 2, "time, energy and cost of a model on a machine",
     "Finds the best way to spread MODEL over the chips, and tells latency, throughput, energy, cost, what fits and "
     "what limits it, operator by operator. MODEL is a config.json, an Auger model or workload file, or a shipped "
     "name; MACHINE is a file or a shipped name ('auger list').",
     estimate_options,
     "auger estimate llama-3.1-8b h100-sxm\n"
     "auger estimate deepseek-v3 h200 --chips 8 --batch 64 --in 4096 --out 512\n"
     "auger estimate pi0 jetson-thor --rate 50Hz --json -\n",
     " $(_auger_names models) $(_auger_names machines)", cli_estimate},
    {"audit", "MODEL MACHINE", 2, 2, "is a claimed rate possible, and how",
     "Holds a claimed rate against what no deployment of MODEL on MACHINE can beat: peaks of the data sheet, weights read once per step, "
     "caches once per request, what fits, hops between chips; and against the best plan's estimate. Says whether the claim is impossible "
     "as stated (exit 1), possible only above what estimates reach, or plausible, and how much speculation, smaller weights, sparsity, "
     "batch or chips would close the gap, each alone.",
     audit_options,
     "auger audit llama-3.1-70b sn40l --chips 16 --tokens-per-s 457\n"
     "auger audit llama-3.1-70b h100-sxm --chips 8 --per system --tokens-per-s 24000 --weights fp8 --in 128 --out 128\n",
     " $(_auger_names models) $(_auger_names machines)", cli_audit},
    {"compare", "MODEL,... MACHINE,...", 2, 2, "deployments side by side: who wins, and why",
     "Estimates every combination of the models, machines and options that are given as lists, and shows them in one table with the best "
     "of each figure marked, by how much it wins over the next, and why. Rows that do not fit tell the reason (exit 1 where none fits).",
     compare_options,
     "auger compare llama-3.1-8b h100-sxm,h200,b200\n"
     "auger compare llama-3.1-70b h200 --chips 1,2,4,8 --weights bf16,fp8 --batch 32\n"
     "auger compare llama-3.1-8b,qwen3-8b rtx-4090,l40s,tpu-v5e --equal power --csv rows.csv\n",
     " $(_auger_names models) $(_auger_names machines)", cli_compare},
    {"evaluate", "WORKLOAD MACHINE MAPPING", 1, -1, "exact cost of one mapping of an einsum",
     "Counts every word that one mapping moves, without sampling, and tells cycles, energy, what bounds it and how full each memory is; "
     "where it does not fit, what is violated and by how much (exit 1). WORKLOAD is a file of einsums or a shipped one; MACHINE a "
     "file or a shipped name; MAPPING a file (auger: mapping/1), a shipped name, or the nest itself in quotes: stores, loops in time and "
     "in space, the compute unit.",
     evaluate_options,
     "auger evaluate matmul.yaml chip.yaml mapping.yaml --explain\n"
     "auger evaluate matmul.yaml chip.yaml \"dram[A B Z] for m:1 for n:1 for k:1 mac\"\n"
     "auger evaluate resnet-50 eyeriss-like row-stationary --einsum \"conv4 3x3\"\n"
     "auger evaluate --timeloop arch.yaml problem.yaml mapping.yaml\n",
     " $(_auger_names models) $(_auger_names machines) $(_auger_names mappings)", cli_evaluate},
    {"map", "WORKLOAD MACHINE", 1, -1, "the best mapping of einsums, with its proof",
     "Searches all mappings of each einsum of WORKLOAD on MACHINE - which memory keeps what, the order and tiles of all loops, what runs in "
     "space - and returns the best with a lower bound that proves it, or why none fits (exit 1). Of several einsums, neighbours run as one "
     "where that is better, with what passes between them kept on the chip. ^C, or --limit, prints the best so far, the bound and the gap "
     "(exit 3). WORKLOAD is a file of einsums or a shipped one; MACHINE a file or a shipped name.",
     map_options,
     "auger map matmul.yaml chip.yaml\n"
     "auger map matmul.yaml chip.yaml --objective front --csv front.csv\n"
     "auger map one-pass-attention.yaml attention-chip --perfect\n"
     "auger map resnet-50 eyeriss-like --einsum \"conv4 3x3\" --constraints rows.yaml\n"
     "auger map --timeloop arch.yaml problem.yaml constraints.yaml --objective edp\n",
     " $(_auger_names models) $(_auger_names machines)", cli_map},
    {"design", "STUDY", 1, 1, "the Pareto front of a study",
     "Evaluates every point of a study file, in which scalars of a model, a machine, a plan or a scenario are replaced "
     "by choices, and returns the exact front of its objectives within its budgets. ^C prints the front so far. STUDY "
     "is a file or a shipped name.",
     design_options,
     "auger design machines-for-llama\n"
     "auger design my-study.yaml --csv front.csv --json -\n",
     " $(_auger_names studies)", cli_design},
    {"validate", "TABLE.csv", 1, 1, "predictions beside measured silicon",
     "Predicts every row of a table of measurements - matrix multiplies, attention, mixtures of experts, norms, exchanges "
     "between chips, serving runs: known by its columns (docs/tables.md) - and tells how far off the predictions are: median and mean "
     "absolute percentage error, 90th percentile, bias, and how often the measurement lies between low and high. Rows whose "
     "quality is not ok are predicted but not scored.",
     validate_options,
     "auger validate gemm.csv\n"
     "auger validate e2e.csv --predictions rows.csv --json -\n",
     NULL, cli_validate},
    {"calibrate", "NAME TABLE.csv...", 2, -1, "constants of kernels fitted to measurements",
     "Fits the constants of kernel models to tables of measured kernels: those of a machine, of a family of machines, or the "
     "overheads of a library, whichever NAME is. Tells each constant with its uncertainty and its physical limits, and the error "
     "on measurements that were held back. A few dozen rows of one's own machine move its family's constants.",
     calibrate_options,
     "auger calibrate h100-sxm gemm.csv attention_decode.csv\n"
     "auger calibrate my-gpu.yaml my-gemms.csv --out my-gpu-fitted.yaml\n",
     NULL, cli_calibrate},
    {"import", "FORMAT FILE...", 2, -1, "files of another tool as Auger's own",
     "Reads the files of a case and writes machine.yaml and workload.yaml, and mapping.yaml and constraints.yaml where the case has "
     "them, into a folder. FORMAT is timeloop: version 0.4, its sections in any file and any order. What cannot be expressed is an "
     "error that names its place, and then nothing is written (docs/timeloop.md).",
     import_options,
     "auger import timeloop arch.yaml problem.yaml mapping.yaml --out case\n"
     "auger import timeloop arch.yaml problem.yaml constraints.yaml --out case\n",
     NULL, cli_import},
    {"check", "FILE...", 1, -1, "what a file is, or what is wrong with it",
     "Reads input files of any kind - config.json, models, machines, mappings, studies, scenarios, technologies, CSV tables of "
     "measurements - and says what each is, or what is wrong with it: file, line, column, what was expected.",
     NULL,
     "auger check my-machine.yaml config.json\n",
     NULL, cli_check},
    {"list", "[TOPIC [NAME]]", 0, 2, "what ships: models, machines, studies, ...",
     "Lists the shipped models, machines, studies, scenarios, mappings, technologies, economies, laws, benchmarks, architectures of machines and "
     "libraries of kernels, the model families that are understood, the metrics of studies and the number formats. With a name, shows one model with its operators, or one "
     "machine with the source of each number.",
     NULL,
     "auger list\n"
     "auger list machines\n"
     "auger list machines groq-lpu\n",
     " models machines studies scenarios mappings technologies economies laws benchmarks architectures libraries families metrics formats", cli_list},
    {"reference", "[KIND]", 0, 1, "the input files, key by key",
     "Writes the reference of all input files as Markdown, or the JSON Schema of one kind: machine, config.json, model, "
     "workload, mapping, constraints, scenario, study, technology, economy, law. 'man' and 'completion' write the man page and the bash "
     "completion.",
     NULL,
     "auger reference > formats.md\n"
     "auger reference machine > machine.schema.json\n",
     " machine config.json model workload mapping constraints scenario study technology economy law man completion", cli_reference},
    {"help", "[VERB]", 0, 1, "explain a verb", "Without a verb, lists them all.", NULL, "auger help estimate\n",
     " estimate audit compare evaluate map design validate calibrate import check list reference help", cli_help},
    {0},
};

const cli_verb *cli_find_verb(const char *name) {
    for (const cli_verb *verb = cli_verbs; verb->name; verb++)
        if (strcmp(verb->name, name) == 0)
            return verb;
    return NULL;
}
