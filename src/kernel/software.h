// What a library of kernels adds to the hardware: "auger: library/1".
//
// One overhead in seconds per kind of kernel and number formats, the same on every device, and facts about how the library
// works ("quantises its inputs inside the call") for which formats. Formats are named by the weights', with "/" and the
// activations' where those differ: "bf16", "int4/bf16"; "@" and a family behind them speak of machines of that family alone, where a
// library has other kernels ("fp8@xe"). ":" and a part of a kernel's name speak of kernels that have it in theirs ("nvfp4:cutlass@ada").
#ifndef AUG_KERNEL_SOFTWARE_H
#define AUG_KERNEL_SOFTWARE_H

#include "base/number_format.h"
#include "kernel/kernel_kinds.h"
#include "text/fields.h"
#include "text/library.h"

// What facts there are: enum suffix, key, meaning. Which kinds they speak of stands with the shapes of those kinds.
#define AUG_FACT_NAMES(ROW)                                                                                  \
    ROW(SPLIT, "split", "how a product is shared over k: none, reduced, atomic")                             \
    ROW(QUANTISE, "quantise", "how inputs become narrow inside the call: none, block, row, slow-row")        \
    ROW(STEP_BYTES, "step_bytes", "bytes of k that one step multiplies, per row")                            \
    ROW(SCALES_APART, "scales_apart", "scales are applied by software between steps")                        \
    ROW(HOST_PACED, "host_paced", "the overhead is a floor, not an addition")                                \
    ROW(WRITES_LAST, "writes_last", "a tile is written after its sums are done")                             \
    ROW(WEIGHT_SETS, "weight_sets", "calls until the same operands return, in a benchmark's loop")           \
    ROW(DESIGN, "design", "name of a prefill or decode design")                                              \
    ROW(MULTIPLIES_FP8, "multiplies_fp8", "tiles are multiplied in fp8")                                     \
    ROW(APPENDS, "appends", "new keys and values are written to the cache inside the call")                  \
    ROW(QUANTISES_QUERY, "quantises_query", "queries are rewritten in the format of the tiles")              \
    ROW(ABSORBED, "absorbed", "prompts attend to latents, as single tokens do")                              \
    ROW(CONVERTS_CACHE, "converts_cache", "the whole cache is cast to 16 bit first")                         \
    ROW(CACHE_RESIDENT, "cache_resident", "a benchmark's pages stay in the last level of cache")             \
    ROW(ALGORITHM, "algorithm", "how a layer of experts is laid out: gathered, permuted, aligned, blocked, striped") \
    ROW(REMOTE, "remote", "pairs of experts on other chips: skipped, visiting, all")                         \
    ROW(WARP_LEVEL, "warp_level", "runs on the matrix instructions of a single warp")                        \
    ROW(RESCALES, "rescales", "block scales are multiplied into sums outside the matrix units")              \
    ROW(WIDE, "wide", "weights are expanded to 16 bits when they are loaded")                                \
    ROW(QUANTISES, "quantises", "activations are converted inside the call")                                 \
    ROW(UNTUNED, "untuned", "runs the library's default tactic")                                             \
    ROW(EVEN_GATHERED, "even_gathered", "where gathered, tiles are chosen as if experts were evenly loaded") \
    ROW(EVEN_BLOCKED, "even_blocked", "the same where blocked")                                              \
    ROW(UNGATED_TOPK, "ungated_topk", "experts per token of models whose experts are not gated, whatever a table says") \
    ROW(MOVED, "moved", "bytes moved per word of the result")                                                \
    ROW(KEPT, "kept", "bytes per word that a cache must hold so that nothing is fetched again")              \
    ROW(LAUNCHES, "launches", "kernels of one call")                                                         \
    ROW(ROW_PASSES, "row_passes", "walks along a row by its own block of threads")                           \
    ROW(WORK, "work", "instructions per word, over those of a quantisation without vector loads")            \
    ROW(ONE_SHOT, "one_shot", "bytes below which an all-reduce reads whole messages")                        \
    ROW(MOST, "most", "bytes above which the communication library is called")                               \
    ROW(SWITCHED_FROM, "switched_from", "bytes from which switches add")                                     \
    ROW(SWITCHED_TO, "switched_to", "bytes up to which switches add")                                        \
    ROW(BARRIERS, "barriers", "barriers of one round")                                                       \
    ROW(WITHOUT_COPIES, "without_copies", "a chip's own share is never moved")                               \
    ROW(COUNTS_EACH, "counts_each", "message sizes are those of one chip's share")                           \
    ROW(GROUP, "group", "chips of a cluster that links join")                                                \
    ROW(BRIDGE_SHARE, "bridge_share", "bandwidth between such groups of a node over that of its network link") \
    ROW(NETWORK, "network", "bandwidth of a cluster's network per chip, B/s")                                \
    ROW(NETWORK_LONG, "network_long", "the same for messages from 4 MB on")                                  \
    ROW(COPY_PER_EXPERT, "copy_per_expert", "tokens are sent once per expert, not once per chip")            \
    ROW(WORD_BYTES, "word_bytes", "bytes of a word as sent")

typedef enum aug_fact_name {
#define ROW(suffix, key, help) AUG_FACT_##suffix,
    AUG_FACT_NAMES(ROW)
#undef ROW
        AUG_FACT_COUNT
} aug_fact_name;

// What a row of overheads or facts speaks of, taken apart: "formats:kernel@family".
typedef struct aug_software_key {
    const char *text;
    unsigned formats_length; // of `text`
    bool all;                // the formats are "all"
    const char *kernel;      // a part of a kernel's name; NULL: any kernel
    unsigned kernel_length;
    const char *family;      // NULL: any family
} aug_software_key;

typedef struct aug_overhead {
    int kind;
    aug_software_key key;
    double seconds;
} aug_overhead;

// Of these formats a fact has this value; "true" where it needs none.
typedef struct aug_fact {
    int kind;
    aug_fact_name name;
    aug_software_key key;
    const char *value;
} aug_fact;

// How attention kernels cut their work, by a name that facts refer to.
typedef struct aug_named_design {
    const char *name;
    aug_prefill_design prefill;
    aug_decode_design decode;
} aug_named_design;

enum { AUG_OVERHEADS = 192, AUG_FACTS = 1024, AUG_DESIGNS = 64, AUG_FORMATS_TEXT = 32 };

typedef struct aug_software {
    const char *name, *about, *parent;
    aug_overhead overheads[AUG_OVERHEADS]; // by kind
    int overhead_count;
    aug_fact facts[AUG_FACTS]; // by kind and name
    int fact_count;
    int first_overhead[AUG_KERNEL_KIND_COUNT + 1];          // of a kind; the next one's is its end
    int first_fact[AUG_KERNEL_KIND_COUNT * AUG_FACT_COUNT + 1]; // of a kind and name
    aug_named_design prefill_designs[AUG_DESIGNS], decode_designs[AUG_DESIGNS];
    int prefill_design_count, decode_design_count;
    // Host work of a server that no kernel hides: of its scheduler, per step and per request of it; per prompt and per token of
    // it, one prompt after another; and what else passes between a request's arrival and its first token.
    double step_seconds, step_request_seconds, prompt_seconds, prompt_token_seconds, request_seconds;
    double looks;      // steps between two looks for new requests
    double ranks_wait; // steps that a prompt waits for prompts of other data-parallel ranks
    bool mixes;   // prompts and tokens share passes
    // 80 % of measured times of a server lie between these multiples of the prediction; NaN: not known.
    double ttft_low, ttft_high, tpot_low, tpot_high;
} aug_software;

extern const aug_fields aug_software_fields, aug_prefill_design_fields, aug_decode_design_fields;

bool aug_software_read(const aug_reader *reader, const aug_node *root, const char *name, aug_software *software);
aug_software *aug_software_load(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *name);

// A kernel of a library at work: what overheads and facts are looked up by.
typedef struct aug_software_use {
    const aug_software *software;
    aug_kernel_kind kind;
    const char *formats;
    const char *const *families; // of the machine, its own first; NULL: none
    int family_count;
    const char *kernel; // name of the kernel; NULL: not known
} aug_software_use;

// The nearest row counts: one that names a part of the kernel's name before one that does not, a longer part before a shorter one,
// then one that names the formats before "all", then one that names the family; the first of equals.
// The overhead of a call; 0 where nothing is said.
double aug_software_overhead(const aug_software_use *use);
// What the overhead of a call stands under: the row that says it, else the formats. Into `text`.
const char *aug_software_overhead_key(const aug_software_use *use, char text[2 * AUG_FORMATS_TEXT]);
// The value of a fact; NULL: nothing is said.
const char *aug_software_fact(const aug_software_use *use, aug_fact_name name);
// The same as a number, `fallback` where nothing is said.
double aug_software_number(const aug_software_use *use, aug_fact_name name, double fallback);
// The same as an index into words that end with NULL; 0 where nothing or none of them is said.
int aug_software_word(const aug_software_use *use, aug_fact_name name, const char *const *words);
// "int4/bf16" into `text`.
const char *aug_software_formats(aug_number_format weights, aug_number_format activations, char text[AUG_FORMATS_TEXT]);

#endif
