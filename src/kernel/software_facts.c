#include "kernel/software_facts.h"

#include <math.h>
#include <string.h>

static bool holds(const aug_software_use *use, aug_fact_name name) {
    const char *value = aug_software_fact(use, name);
    return value && strcmp(value, "false") != 0;
}

void aug_software_gemm_facts(const aug_software_use *use, aug_gemm_facts *facts) {
    static const char *const splits[] = {"none", "reduced", "atomic", NULL};
    static const char *const quantises[] = {"none", "block", "row", "slow-row", NULL};
    *facts = (aug_gemm_facts){
        .split = (aug_gemm_split)aug_software_word(use, AUG_FACT_SPLIT, splits),
        .quantise = (aug_gemm_quantise)aug_software_word(use, AUG_FACT_QUANTISE, quantises),
        .step_bytes = aug_software_number(use, AUG_FACT_STEP_BYTES, 0.0),
        .scales_apart = holds(use, AUG_FACT_SCALES_APART),
        .host_paced = holds(use, AUG_FACT_HOST_PACED),
        .writes_last = holds(use, AUG_FACT_WRITES_LAST),
    };
}

// What the libraries' own routing kernels take; docs/kernels/moe.md.
static const double most_topk = 16.0, most_experts = 512.0;

bool aug_moe_sorts_apart(const aug_moe_routing *routing, aug_moe_algorithm algorithm) {
    return (routing->topk > most_topk && algorithm != AUG_MOE_GATHERED) || (routing->experts > most_experts && algorithm == AUG_MOE_STRIPED);
}

void aug_software_moe_facts(const aug_software_use *use, const aug_moe_routing *routing, aug_moe_facts *facts) {
    static const char *const remotes[] = {"skipped", "visiting", "all", NULL};
    aug_moe_algorithm algorithm = (aug_moe_algorithm)aug_software_word(use, AUG_FACT_ALGORITHM, aug_moe_algorithm_names);
    bool gathered = algorithm == AUG_MOE_GATHERED, blocked = algorithm == AUG_MOE_BLOCKED, striped = algorithm == AUG_MOE_STRIPED;
    const char *warp = aug_software_fact(use, AUG_FACT_WARP_LEVEL);
    bool block_scales = strcmp(use->formats, "fp8_block") == 0;
    *facts = (aug_moe_facts){
        .algorithm = algorithm,
        .remote = blocked || striped ? (aug_moe_remote)aug_software_word(use, AUG_FACT_REMOTE, remotes) : AUG_MOE_REMOTE_SKIPPED,
        .warp_level = warp ? strcmp(warp, "false") != 0 : blocked || striped,
        .rescales = holds(use, AUG_FACT_RESCALES) || (block_scales && (gathered || algorithm == AUG_MOE_PERMUTED)),
        .wide = holds(use, AUG_FACT_WIDE),
        .quantises = holds(use, AUG_FACT_QUANTISES),
        .untuned = holds(use, AUG_FACT_UNTUNED),
        .sorts_apart = aug_moe_sorts_apart(routing, algorithm),
        .assumes_even = (gathered && holds(use, AUG_FACT_EVEN_GATHERED)) || (blocked && holds(use, AUG_FACT_EVEN_BLOCKED)),
    };
}

// The design that a fact names, NULL where nothing is said or the name is unknown.
static const aug_named_design *find_design(const aug_software_use *use, const aug_named_design *designs, int count) {
    const char *name = aug_software_fact(use, AUG_FACT_DESIGN);
    for (int i = 0; name && i < count; i++)
        if (strcmp(designs[i].name, name) == 0)
            return &designs[i];
    return NULL;
}

void aug_software_prefill_design(const aug_software_use *use, aug_prefill_design *design) {
    const aug_named_design *found = find_design(use, use->software->prefill_designs, use->software->prefill_design_count);
    *design = found ? found->prefill : (aug_prefill_design){.tile_rows = 128.0, .tile_keys = 64.0, .resident = 1.0};
}

void aug_software_decode_design(const aug_software_use *use, aug_decode_design *design) {
    const aug_named_design *found = find_design(use, use->software->decode_designs, use->software->decode_design_count);
    const double most = (double)INFINITY;
    *design = found ? found->decode
                    : (aug_decode_design){.tile_rows = 64.0, .tile_keys = 64.0, .overlap = 1.0, .lone_keys = 64.0, .lone_overlap = 1.0,
                                          .least_group = 1.0, .most_group = most, .most_splits = most, .packs_windows = true};
    design->converts_cache = holds(use, AUG_FACT_CONVERTS_CACHE);
    design->cache_resident = holds(use, AUG_FACT_CACHE_RESIDENT);
}

void aug_software_elementwise_facts(const aug_software_use *use, double moved_bytes, aug_elementwise_shape *shape) {
    shape->moved_bytes = aug_software_number(use, AUG_FACT_MOVED, moved_bytes);
    shape->kept_bytes = aug_software_number(use, AUG_FACT_KEPT, shape->moved_bytes);
    shape->launches = aug_software_number(use, AUG_FACT_LAUNCHES, 1.0);
    shape->row_passes = aug_software_number(use, AUG_FACT_ROW_PASSES, shape->row_passes);
    shape->work = aug_software_number(use, AUG_FACT_WORK, 0.0);
}

// Limits of message sizes by chips ("2", "4", "8"): one shot below `one_shot`, the switch from `switched_from` to `switched_to`, kernels
// of the library's own up to `most`, the communication library beyond.
aug_reduce_method aug_software_reduce_method(const aug_software_use *use, double bytes) {
    double from = aug_software_number(use, AUG_FACT_SWITCHED_FROM, (double)INFINITY), to = aug_software_number(use, AUG_FACT_SWITCHED_TO, 0.0);
    if (bytes >= from && bytes <= to)
        return AUG_REDUCE_SWITCHED;
    if (bytes > aug_software_number(use, AUG_FACT_MOST, 8388608.0))
        return AUG_REDUCE_LIBRARY;
    return bytes < aug_software_number(use, AUG_FACT_ONE_SHOT, 524288.0) ? AUG_REDUCE_ONE_SHOT : AUG_REDUCE_TWO_SHOTS;
}

aug_number_format aug_software_attention_format(const aug_software_use *use) {
    return holds(use, AUG_FACT_MULTIPLIES_FP8) ? AUG_FORMAT_FP8 : AUG_FORMAT_BF16;
}

void aug_software_prefill_calls(const aug_software_use *use, aug_attention_prefill_shape *shape) {
    shape->appends = holds(use, AUG_FACT_APPENDS);
    shape->quantises_query = holds(use, AUG_FACT_QUANTISES_QUERY);
}
