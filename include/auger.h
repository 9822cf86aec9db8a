// Auger: what a model costs on a machine.
//
// A context knows where the shipped data is. A verb takes names or paths and options and gives an answer, which holds
// text, JSON and CSV of what was found, or the errors of a bad input. All memory belongs to the handles; strings from a
// handle live as long as it does. Different contexts may be used from different threads; one context by one thread at a
// time, except aug_context_interrupt, which may be called from anywhere.
//
//     aug_context *context = aug_context_new();
//     aug_estimate_options options = aug_estimate_options_default();
//     options.chips = 8;
//     aug_answer *answer = NULL;
//     aug_status status = aug_estimate_run(context, "llama-3.1-70b", "h100-sxm", &options, &answer);
//     puts(aug_answer_text(answer));        // status AUG_BAD_INPUT: puts(aug_answer_errors(answer))
//     aug_answer_free(answer);
//     aug_context_free(context);
//
// Numbers are read and written with a decimal point whatever the locale of the program: while a call runs, its thread
// and those that it starts are in the C locale.
#ifndef AUGER_H
#define AUGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#if defined(__GNUC__) && !defined(_WIN32)
#pragma GCC visibility push(default) // the shared library exports what stands here and nothing else
#endif

// How a call ended; also the program's exit codes.
typedef enum aug_status {
    AUG_OK = 0,        // an answer
    AUG_NO = 1,        // a proven no: it does not fit, cannot be done
    AUG_BAD_INPUT = 2, // the input is wrong: see aug_answer_errors
    AUG_LIMIT = 3,     // interrupted or at a limit: the best so far
    AUG_INTERNAL = 4   // out of memory, or a defect of Auger
} aug_status;

// "0.1.0".
const char *aug_version(void);

// ---- Contexts

typedef struct aug_context aug_context;

// A context that looks for data in $AUGER_DATA, else where Auger was installed, else in the source tree that it was built
// from. NULL when out of memory.
aug_context *aug_context_new(void);
void aug_context_free(aug_context *context);
// Uses another data folder. The string is copied; false when out of memory.
bool aug_context_set_data(aug_context *context, const char *folder);
const char *aug_context_data(const aug_context *context);
// Worker threads; 0, as at the start: as many as there are cores. Results do not depend on it.
void aug_context_set_threads(aug_context *context, int threads);
// Called now and then during long computations, from one thread at a time. NULL: nobody watches.
void aug_context_set_progress(aug_context *context, void (*report)(void *user, uint64_t done, uint64_t total), void *user);
// Asks the running call to finish with the best so far (status AUG_LIMIT). Safe in signal handlers.
void aug_context_interrupt(aug_context *context);

// ---- Answers

typedef struct aug_answer aug_answer;

void aug_answer_free(aug_answer *answer);
aug_status aug_answer_status(const aug_answer *answer);
// For people, in 80 columns. "" where the input was wrong. NULL when out of memory.
const char *aug_answer_text(aug_answer *answer);
// One JSON document; for BAD_INPUT "".
const char *aug_answer_json(aug_answer *answer);
// The same document as a page that opens from disk without network; for BAD_INPUT "".
const char *aug_answer_html(aug_answer *answer);
// A table of the answer's rows: operators, points of the front, groups of rows.
const char *aug_answer_csv(aug_answer *answer);
// For aug_validate_run, the table's rows as they came with columns of predictions added; for aug_calibrate_run, rows that were held
// back with the predictions of fits without them; "" for all others.
const char *aug_answer_predictions(aug_answer *answer);
// For aug_calibrate_run, the file of the machine, family or library with its fitted constants in place; "" for all others.
const char *aug_answer_calibrated(aug_answer *answer);
// For aug_import_run, the files that it makes: how many, and each one's name ("machine.yaml") and text; "" out of range.
int aug_answer_file_count(const aug_answer *answer);
const char *aug_answer_file_name(const aug_answer *answer, int index);
const char *aug_answer_file_text(const aug_answer *answer, int index);
// For aug_map_run with its option, what a separate checker verifies ('auger check'); "" for all others.
const char *aug_answer_certificate(aug_answer *answer);
// Errors as file:line:column: error: ..., with the line, a caret and a hint; "" where there are none.
const char *aug_answer_errors(aug_answer *answer);

typedef struct aug_error_info {
    const char *file;    // "" where the error is not in a file
    unsigned line, column; // from 1; 0: not known
    const char *message, *hint;
} aug_error_info;

int aug_answer_error_count(const aug_answer *answer);
aug_error_info aug_answer_error(const aug_answer *answer, int index);
// One figure of an answer of aug_estimate_run by its key in studies ("tpot_s", "usd_per_mtok": 'auger list metrics'), or of
// aug_evaluate_run and aug_map_run by its key in JSON ("cycles", "energy_pj", "edp_pj_cycles", "utilization"). False where there is no such figure or it
// is unknown.
bool aug_answer_metric(const aug_answer *answer, const char *key, double *value);

// ---- Verbs. Each gives an answer even where the input is wrong; *answer is NULL only when out of memory.

typedef struct aug_estimate_options {
    uint64_t chips;                 // 1 at least
    uint64_t tp, pp, ep, dp;        // degrees of parallelism; 0: the best
    uint64_t cp, moe_tp;            // groups that share sequences, chips that share an expert; 0: the best, and what the others leave
    uint64_t batch;                 // requests kept in flight
    uint64_t in_tokens, out_tokens; // per request
    uint64_t image_tokens;          // part of in_tokens
    double rate_hz;                 // of a control loop; 0: none
    const char *cache_hit;          // share of the prompt whose keys and values are in the cache, "0.6"; NULL: 0
    const char *ttft, *tpot;        // longest times to the first token and per token after it, "500 ms"; NULL: none
    uint64_t chunk;                 // tokens of a pass that decodes and works on pieces of prompts; 0: prompts run apart
    bool disaggregate;              // prompts and tokens on chips of their own
    uint64_t prefill_chips;         // chips for prompts, with `disaggregate`; 0: the best
    bool plans;                     // list every plan that no other one beats
    const char *server;             // library whose server's host work counts, with queueing; NULL: neither
    const char *arrivals;           // requests that arrive per second, "3/s", in place of `batch`; NULL: a steady number in flight
    uint64_t speculate;             // tokens that a draft proposes per step; 0: none
    const char *acceptance;         // chance that a proposed token is taken, "0.8"; with `speculate`
    const char *draft;              // model that proposes them; NULL: the model's own next-token module
    const char *weights, *activations, *kv; // number formats; NULL: the model's own
    const char *power_cap;          // most watts of each chip, "400 W": its clock falls until that holds; NULL: its own limit
    const char *budget_watts;       // power at the meter, "1 MW": how many such deployments it feeds; NULL: none
    const char *price_usd;          // of one chip, "28000"; NULL: the machine's
    const char *cloud_usd_per_hour; // rent of one chip, "2.5", which counts unless a price is given, too; NULL: the machine's
    const char *electricity;        // "0.08 USD/kWh"; NULL: the economy's
    const char *economy;            // file or name of data/economies; NULL: "default"
    const char *scenario;           // file (auger: scenario/1) or name of data/scenarios, in place of batch, tokens, images and rate; NULL: none
    bool area;                      // what its silicon takes: area, power and price, block by block
    bool ideal;                     // the data sheet's roofline: full peaks and bandwidths, no launches, element-wise operators inside products
    bool mapped;                    // on machines of `model: mapped`, times and energies come from mappings of each operator; else, and
                                    // where none is found, from rooflines
    uint64_t node_limit;            // of each search for a mapping; 0: 50000
    const char *cache;              // folder that keeps mappings for later calls; NULL: none
} aug_estimate_options;

aug_estimate_options aug_estimate_options_default(void);
// Time, energy and cost of a model on a machine. Status AUG_LIMIT where a search for mappings was interrupted.
aug_status aug_estimate_run(aug_context *context, const char *model, const char *machine,
                            const aug_estimate_options *options, aug_answer **answer);

typedef struct aug_compare_options {
    aug_estimate_options common; // of all rows; what a list below gives is not read here
    const char *chips, *tp, *pp, *ep, *dp, *in, *out, *batch; // lists, "1,8,64"; NULL: as in `common`
    const char *weights, *activations, *kv;                  // lists of number formats
    const char *equal;        // "chips", "power", "price" or "area": as many chips as come to that of the first machine; NULL: as asked
    const char *budget_watts; // as many chips as that power feeds, by their limits, "10 kW"; NULL: none
    double budget_usd;        // as many chips as that price buys; 0: none
} aug_compare_options;

aug_compare_options aug_compare_options_default(void);
// Deployments side by side: one row for each of `models` and `machines`, lists of names or paths parted by commas, and of the options'
// lists; who is best in what, by how much, and why. Status AUG_NO where no row has an answer; rows without one tell why.
aug_status aug_compare_run(aug_context *context, const char *models, const char *machines, const aug_compare_options *options,
                           aug_answer **answer);

typedef struct aug_audit_options {
    double tokens_per_s;             // what is claimed
    const char *per;                 // "user", "chip", "system"; NULL: user
    aug_estimate_options deployment; // chips, tokens of a request, formats; degrees are not used; batch 0: not said
} aug_audit_options;

// Requests of one prompt token and 128 of output, so that what is impossible stays so with longer ones.
aug_audit_options aug_audit_options_default(void);
// Whether a claimed rate is possible, by the data sheet's peaks and what must move, and what would have to hold: metrics "bound",
// "margin" (bound over claim), "estimate". Status AUG_NO where it is impossible as stated.
aug_status aug_audit_run(aug_context *context, const char *model, const char *machine, const aug_audit_options *options,
                         aug_answer **answer);

typedef struct aug_evaluate_options {
    const char *einsum; // name of one; NULL: the only one of the workload
    bool explain;       // tell how each number comes about
} aug_evaluate_options;

aug_evaluate_options aug_evaluate_options_default(void);
// Exact counts, cycles and energy of one mapping (a nest of stores and loops) of one einsum of a workload on a machine. `mapping` is
// the path or name of a file (auger: mapping/1), or the nest itself ("dram[A B Z] for m:64 ... mac"). Status AUG_NO where it does not
// fit; the answer tells what is violated and by how much, and all figures as if it did.
aug_status aug_evaluate_run(aug_context *context, const char *workload, const char *machine, const char *mapping,
                            const aug_evaluate_options *options, aug_answer **answer);

// The same for a case of Timeloop v0.4: architecture, problem and mapping, with tables of energy and area and what is done with zeros, in
// any files and any order. What cannot be expressed is an error that names its place.
aug_status aug_evaluate_timeloop_run(aug_context *context, const char *const *files, int count, const aug_evaluate_options *options,
                                     aug_answer **answer);

typedef struct aug_map_options {
    const char *objective;   // "energy", "latency", "edp" (their product), "front"; NULL: energy, or latency where the machine states none
    bool perfect;            // every tile divides the one around it; always so for a whole model
    const char *constraints; // file (auger: constraints/1); NULL: none
    const char *einsum;      // name of one; NULL: all of the workload
    const char *fuse;        // "auto": neighbours run as one where that is better; "none": each einsum by itself; NULL: auto
    const char *units;       // fused neighbours that several units do: "turns": one after another; "pipelined": at the same time,
                             // those that cannot are not fused; "best": whichever is better; NULL: best
    uint64_t node_limit;     // nodes of each search after which it gives up, and of all groups 24 times as many; UINT64_MAX: none;
                             // 0: the usual, for one einsum none (20 million among all tiles), of several a million each and 8 of all groups;
                             // bands of a causal mask: those of all groups again for each number of bands
    bool certificate;        // make aug_answer_certificate
    const char *cache;       // folder that keeps what was found for later calls; NULL: none
    const char *phase;       // of a model: "prefill" or "decode"; NULL: prefill
    uint64_t batch, in_tokens; // of a model: requests, and tokens of each; 0: 1 and 2048
} aug_map_options;

aug_map_options aug_map_options_default(void);
// The best mapping of an einsum on a machine, with the proof that none is better: aug_answer_metric gives "value" and
// "lower_bound". Status AUG_NO where none fits, and the answer tells why; AUG_LIMIT with the best so far after node_limit nodes or
// aug_context_interrupt. Results do not depend on the number of threads.
aug_status aug_map_run(aug_context *context, const char *workload, const char *machine, const aug_map_options *options,
                       aug_answer **answer);
// The same for a case of Timeloop v0.4: architecture and problem, with tables of energy and constraints of the search, in any files and
// any order.
aug_status aug_map_timeloop_run(aug_context *context, const char *const *files, int count, const aug_map_options *options,
                                aug_answer **answer);

typedef struct aug_design_options {
    bool mapped;         // as in aug_estimate_options
    uint64_t node_limit;
    const char *cache;
} aug_design_options;

aug_design_options aug_design_options_default(void);
// The Pareto front of a study (auger: study/1), by path or name. Status AUG_NO where no point is feasible, AUG_LIMIT with
// the front so far after aug_context_interrupt.
aug_status aug_design_run(aug_context *context, const char *study, const aug_design_options *options, aug_answer **answer);

typedef struct aug_validate_options {
    const char *machine; // file or name of the machine that all rows were measured on; NULL: the column device says it
} aug_validate_options;

aug_validate_options aug_validate_options_default(void);
// Predicts every row of a CSV table of measured silicon (kernels, exchanges, serving runs: known by its columns) and
// scores the predictions. Status AUG_NO where no row has an answer.
aug_status aug_validate_run(aug_context *context, const char *table, const aug_validate_options *options, aug_answer **answer);

// Fits the constants of kernel models to tables of measurements: those of a machine, of a family of machines, or the overheads
// of a library, whichever `name` (or the file) is. Status AUG_NO where the tables have nothing to fit.
aug_status aug_calibrate_run(aug_context *context, const char *name, const char *const *tables, int count, aug_answer **answer);

// Files of another tool as Auger's own; `format` is "timeloop" (v0.4: architecture, ERT, ART, problem, mapping, sparse
// optimisations, constraints of a search; in any file and any order). The answer has a machine and a workload, a mapping and
// constraints where they are given. Status BAD_INPUT, and no file, where something cannot be expressed.
aug_status aug_import_run(aug_context *context, const char *format, const char *const *files, int count, aug_answer **answer);

// Reads files of any kind (models, machines, studies, CSV tables, ...) and tells what each is. Status BAD_INPUT where one
// is wrong.
aug_status aug_check_run(aug_context *context, const char *const *files, int count, aug_answer **answer);

// What ships, by topic: "models", "machines", "technologies", "economies", "laws", "benchmarks", "studies", "scenarios", "mappings",
// "architectures" (of machines), "libraries" (of kernels), "families" (of models), "metrics", "formats"; NULL: the names of all.
// With a name, the figures of that model or machine with their sources.
aug_status aug_list_run(aug_context *context, const char *topic, const char *name, aug_answer **answer);

// The reference of all input files, written from the tables that they are read with. `kind` NULL: the text is Markdown;
// else the JSON (and the text) is a JSON Schema of the files of that kind ("machine", "study", ...).
aug_status aug_reference_run(aug_context *context, const char *kind, aug_answer **answer);

// The name of a list that is nearest to `wanted`, for hints; NULL where none is near.
const char *aug_nearest_name(const char *wanted, const char *const *names, int count);

#if defined(__GNUC__) && !defined(_WIN32)
#pragma GCC visibility pop
#endif
#ifdef __cplusplus
}
#endif

#endif
