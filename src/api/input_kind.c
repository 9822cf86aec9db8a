#include "api/input_kind.h"

#include "auger.h"
#include "base/spelling.h"
#include "design/mix.h"
#include "design/study.h"
#include "kernel/kernels.h"
#include "proof/certificate_check.h"
#include "mapper/restriction_read.h"
#include "mapping/mapping.h"
#include "validation/benchmark.h"
#include "workload/config.h"
#include "workload/model.h"
#include "workload/quantization.h"

#include <math.h>
#include <string.h>

static const char *check_model(const aug_input *input) {
    const aug_reader reader = {input->arena, input->errors};
    const aug_model *model = aug_model_read(input->library, &reader, input->document, input->name);
    if (!model)
        return NULL;
    aug_parameters parameters = aug_model_parameters(model);
    return aug_arena_print(input->arena, "%s: %s, %s parameters in %d stage%s", model->name, model->family,
                           aug_show_count(parameters.total + parameters.image).text, model->stage_count, model->stage_count == 1 ? "" : "s");
}

static const char *check_machine(const aug_input *input) {
    const aug_reader reader = {input->arena, input->errors};
    aug_machine *machine = AUG_NEW(input->arena, aug_machine);
    if (!aug_machine_read(&reader, input->document->root, input->name, machine) ||
        !aug_silicon_load(input->library, input->arena, input->errors, machine) ||
        !aug_kernels_attach(input->library, input->arena, input->errors, machine))
        return NULL;
    aug_number_format used;
    double peak = aug_machine_peak(machine, AUG_UNIT_MATRIX, AUG_FORMAT_BF16, &used);
    const aug_level *outer = &machine->levels[machine->memories[0]];
    return aug_arena_print(input->arena, "%s: %d levels, %s %s, %s in %s", machine->name, machine->level_count,
                           aug_show(aug_memory_total_bits(outer), AUG_DIMENSION_BITS).text, outer->name,
                           aug_show(peak, AUG_DIMENSION_OPS_PER_SECOND).text, aug_format_name(used));
}

static const char *check_study(const aug_input *input) {
    const aug_study *study = aug_study_read(input->library, input->arena, input->errors, input->document, input->name);
    if (!study)
        return NULL;
    return aug_arena_print(input->arena, "%s: %llu points, %d objective%s, %d budget%s", study->name,
                           (unsigned long long)(study->space.count / aug_mix_members(&study->space)), study->objective_count, study->objective_count == 1 ? "" : "s",
                           study->budget_count, study->budget_count == 1 ? "" : "s");
}

static const char *check_scenario(const aug_input *input) {
    const aug_reader reader = {input->arena, input->errors};
    aug_scenario scenario;
    if (!aug_scenario_read(&reader, input->document->root, &scenario))
        return NULL;
    if (scenario.turns)
        return aug_arena_print(input->arena, "%llu turns: %llu tokens in, then %llu each, %llu out; agents %llu", (unsigned long long)scenario.turns,
                               (unsigned long long)scenario.in_tokens, (unsigned long long)scenario.turn.in_tokens,
                               (unsigned long long)scenario.out_tokens, (unsigned long long)scenario.batch);
    return aug_arena_print(input->arena, "%llu tokens in, %llu out, batch %llu", (unsigned long long)scenario.in_tokens,
                           (unsigned long long)scenario.out_tokens, (unsigned long long)scenario.batch);
}

static const char *check_technology(const aug_input *input) {
    const aug_reader reader = {input->arena, input->errors};
    aug_technology technology;
    if (!aug_technology_read(&reader, input->document->root, input->name, &technology))
        return NULL;
    return aug_arena_print(input->arena, "%s: wafer %s", technology.name, aug_show(technology.wafer_usd, AUG_DIMENSION_USD).text);
}

static const char *check_dies(const aug_input *input) {
    const aug_reader reader = {input->arena, input->errors};
    aug_dies dies;
    if (!aug_dies_read(&reader, input->document->root, input->name, &dies) || !aug_dies_equip(input->library, input->arena, input->errors, &dies))
        return NULL;
    double count = 0.0;
    for (int i = 0; i < dies.count; i++)
        count += dies.dies[i].count;
    return aug_arena_print(input->arena, "%s: %g die%s", dies.name, count, count == 1.0 ? "" : "s");
}

static const char *check_economy(const aug_input *input) {
    const aug_reader reader = {input->arena, input->errors};
    aug_economy economy;
    if (!aug_economy_read(&reader, input->document->root, input->name, &economy))
        return NULL;
    return aug_arena_print(input->arena, "%s: %s, PUE %g", economy.name,
                           aug_show(economy.electricity_usd_per_kwh, AUG_DIMENSION_USD_PER_KWH).text, economy.pue);
}

static const char *check_law(const aug_input *input) {
    const aug_reader reader = {input->arena, input->errors};
    aug_law law;
    if (!aug_law_read(&reader, input->document->root, input->name, &law))
        return NULL;
    return aug_arena_print(input->arena, "%s: loss above %g", law.name, law.floor);
}

static const char *check_family(const aug_input *input) {
    const aug_reader reader = {input->arena, input->errors};
    aug_machine_family family;
    if (!aug_machine_family_read(&reader, input->document->root, input->name, &family))
        return NULL;
    unsigned kinds = family.kernels ? family.kernels->count : 0;
    return aug_arena_print(input->arena, "%s: constants of %u kind%s of kernels", family.name, kinds, kinds == 1 ? "" : "s");
}

static const char *check_software(const aug_input *input) {
    const aug_reader reader = {input->arena, input->errors};
    aug_software *software = AUG_NEW(input->arena, aug_software);
    if (!aug_software_read(&reader, input->document->root, input->name, software))
        return NULL;
    return aug_arena_print(input->arena, "%s: %d overhead%s, %d fact%s", software->name, software->overhead_count,
                           software->overhead_count == 1 ? "" : "s", software->fact_count, software->fact_count == 1 ? "" : "s");
}

static const char *check_benchmark(const aug_input *input) {
    const aug_reader reader = {input->arena, input->errors};
    aug_benchmark benchmark;
    if (!aug_benchmark_read(&reader, input->document->root, input->name, &benchmark))
        return NULL;
    return aug_arena_print(input->arena, "%s: %llu tokens in, %llu out", benchmark.name, (unsigned long long)benchmark.in_tokens,
                           (unsigned long long)benchmark.out_tokens);
}

static const char *check_quantization(const aug_input *input) {
    const aug_reader reader = {input->arena, input->errors};
    aug_precision precision = aug_precision_of(AUG_FORMAT_BF16);
    if (!aug_quantization_read(&reader, input->document->root, 1.0, &precision))
        return NULL;
    return aug_arena_print(input->arena, "attention %s, mlp %s, experts %s", aug_format_name(precision.of[AUG_STORAGE_ATTENTION]),
                           aug_format_name(precision.of[AUG_STORAGE_MLP]), aug_format_name(precision.of[AUG_STORAGE_EXPERT]));
}

static const char *check_names(const aug_input *input) {
    const aug_node *names = aug_node_peek(input->document->root, "names");
    bool good = names && names->kind == AUG_NODE_MAP;
    if (!good)
        aug_node_error(input->errors, names ? names : input->document->root, "expected 'names: {other name: file}'");
    for (const aug_node *row = good ? names->first : NULL; row; row = row->next) {
        if (row->kind == AUG_NODE_SCALAR)
            continue;
        aug_node_error(input->errors, row, "expected the name of a file, found %s", aug_node_noun(input->arena, row));
        good = false;
    }
    return good ? aug_arena_print(input->arena, "%u other names", names->count) : NULL;
}

// The names in a nest mean something only beside a workload and a machine, so only its grammar is checked.
static const char *check_mapping(const aug_input *input) {
    const aug_reader reader = {input->arena, input->errors};
    aug_mapping *mapping = AUG_NEW(input->arena, aug_mapping);
    if (!aug_mapping_scan(&reader, input->document->root, mapping))
        return NULL;
    int counts[AUG_MAPPING_COMPUTE + 1] = {0};
    for (int i = 0; i < mapping->count; i++)
        counts[mapping->nodes[i].kind]++;
    const aug_node *about = aug_node_peek(input->document->root, "about");
    return aug_arena_print(input->arena, "%s%s%d store%s, %d loop%s in time, %d in space", about ? about->text : input->name, about ? "; " : ": ", counts[AUG_MAPPING_STORE],
                           counts[AUG_MAPPING_STORE] == 1 ? "" : "s", counts[AUG_MAPPING_FOR], counts[AUG_MAPPING_FOR] == 1 ? "" : "s",
                           counts[AUG_MAPPING_PAR]);
}

// So with constraints: names mean something beside a workload and a machine.
static const char *check_constraints(const aug_input *input) {
    const aug_reader reader = {input->arena, input->errors};
    aug_restriction_counts counts;
    if (!aug_restriction_scan(&reader, input->document->root, &counts))
        return NULL;
    const aug_node *about = aug_node_peek(input->document->root, "about");
    return aug_arena_print(input->arena, "%s%s%d memor%s to keep in, %d ax%s, %d order%s, %d tile%s", about ? about->text : input->name,
                           about ? "; " : ": ", counts.memories, counts.memories == 1 ? "y" : "ies", counts.axes, counts.axes == 1 ? "is" : "es",
                           counts.orders, counts.orders == 1 ? "" : "s", counts.tiles, counts.tiles == 1 ? "" : "s");
}

// Checked to its last node: what it claims holds.
static const char *check_certificate(const aug_input *input) {
    const aug_reader reader = {input->arena, input->errors};
    return aug_certificate_check(&reader, input->document);
}

const aug_input_kind aug_input_kinds[] = {
    {.key = "machine/1", .noun = "machine", .folder = "machines", .fields = &aug_machine_fields, .check = check_machine,
     .about = "A chip described from its outermost memory to its compute units, and the links to others of its kind."},
    {.key = "", .noun = "config.json", .folder = "models", .fields = &aug_config_fields, .lenient = true, .is = aug_config_is, .check = check_model,
     .about = "The config.json that a model is published with on Hugging Face."},
    {.key = "model/1", .noun = "model", .folder = "models", .fields = &aug_model_fields, .check = check_model,
     .about = "A network of several stages."},
    {.key = "workload/1", .noun = "workload", .folder = "models", .fields = &aug_workload_fields, .check = check_model,
     .about = "Operators written by hand as extended einsums: `O[n,k,p,q] += I[n,c,2*p+r,2*q+s] * W[k,c,r,s]`; `+=` sums over the ranks "
              "that the output does not have, `max=` takes their maximum, `=` maps."},
    {.key = "scenario/1", .noun = "scenario", .folder = "scenarios", .fields = &aug_scenario_fields, .check = check_scenario,
     .about = "What is asked of a model."},
    {.key = "study/1", .noun = "study", .folder = "studies", .fields = &aug_study_fields, .extra = {&aug_choose_fields, &aug_mix_fields, &aug_range_fields},
     .check = check_study,
     .about = "A design space and what is wanted of it. Any scalar below `machine`, `model`, `plan` and `scenario` may be a choice; "
              "`auger list metrics` shows what can be minimised, maximised and limited."},
    {.key = "technology/1", .noun = "technology", .folder = "technologies", .fields = &aug_technology_fields, .check = check_technology,
     .about = "A process node, from which area, power and price of a varied machine follow."},
    {.key = "dies/1", .noun = "dies", .folder = "dies", .fields = &aug_dies_fields, .check = check_dies,
     .about = "What stands on the dies of a chip: cores and what each owns, memory that they share, interfaces."},
    {.key = "economy/1", .noun = "economy", .folder = "economies", .fields = &aug_economy_fields, .check = check_economy,
     .about = "How prices and power become dollars per hour."},
    {.key = "law/1", .noun = "law", .folder = "laws", .fields = &aug_law_fields, .check = check_law,
     .about = "A scaling law, as a proxy for a model's quality."},
    {.key = "benchmark/1", .noun = "benchmark", .folder = "benchmarks", .fields = &aug_benchmark_fields, .check = check_benchmark,
     .about = "What a published benchmark asks of a model; `auger validate` predicts results of systems by it."},
    {.key = "family/1", .noun = "family", .folder = "families", .fields = &aug_machine_family_fields, .check = check_family,
     .about = "An architecture: constants of kernel models for machines that were never measured."},
    {.key = "library/1", .noun = "library", .folder = "libraries", .fields = &aug_software_fields, .check = check_software,
     .about = "A library of kernels: what its software adds to the time on the hardware."},
    {.key = "", .noun = "hf_quant_config.json", .folder = "", .is = aug_quantization_is_file, .check = check_quantization,
     .about = "How the weights of a published model are quantised; it belongs beside a config.json."},
    {.key = "names/1", .noun = "names", .folder = "", .check = check_names,
     .about = "Other names of the files in its folder; a name that ends in `*` is a prefix."},
    {.key = "mapping/1", .noun = "mapping", .folder = "mappings", .fields = &aug_mapping_fields, .check = check_mapping,
     .about = "How a machine walks through the iterations of one einsum: `dram[A B Z] for m:64 buffer[A] for k:128 buffer[B Z] par pe.x m:1 "
              "par pe.y k:1 for n:1 mac`, outermost first. `memory[T ...]` keeps a tile of each tensor in each instance of the memory; "
              "`T!` is fetched whole at every step of the loops above it. `for r:t` walks rank r in tiles of t, the last of which may be "
              "shorter. `par array.axis r:t` gives each tile to another instance along the axis. A nest ends in the compute unit, which "
              "may be left out where only one can do the einsum; there, 1 remains of every rank. `auger evaluate` tells what it costs."},
    {.key = "constraints/1", .noun = "constraints", .folder = "", .fields = &aug_restriction_fields, .extra = {&aug_restriction_tile_fields},
     .check = check_constraints,
     .about = "What is wanted of the mappings that `auger map` searches: a dataflow, orders of loops, tiles, what memories keep. What is not "
              "named is free. Names are those of the workload and the machine that stand beside it."},
    {.key = "certificate/1", .noun = "certificate", .folder = "", .check = check_certificate,
     .about = "A proof that no mapping of an einsum, or none of each of several, is better than those in it, or what a plan of fused "
              "einsums takes and what no plan goes below, as `auger map --certificate` writes it; `auger check` verifies it without the search."},
    {0},
};

const aug_input_kind *aug_input_kind_find(const aug_document *document, aug_errors *errors) {
    const aug_node *root = document->root, *said = aug_node_peek(root, "auger");
    const char *key = aug_document_kind(document);
    aug_spelling spelling = {.wanted = key ? key : ""};
    for (const aug_input_kind *kind = aug_input_kinds; kind->noun; kind++) {
        if (key ? strcmp(key, kind->key) == 0 : !said && kind->is && kind->is(root))
            return kind;
        if (*kind->key)
            aug_spelling_offer(&spelling, kind->key);
    }
    if (!said) {
        aug_error *error = aug_node_error(errors, root, "not a file of auger: no key 'auger' says what it is");
        aug_error_hint(error, "begin the file with 'auger: machine/1' (or model/1, workload/1, scenario/1, study/1, ...)");
        return NULL;
    }
    aug_error *error = aug_node_error(errors, said, "unknown kind of file '%.60s'", key ? key : "(no text)");
    aug_spelling_hint(&spelling, error);
    return NULL;
}
