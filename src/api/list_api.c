// What ships, topic by topic. A topic is one row: its name, what is in it, and the functions that list all and show one.
#include "api/context.h"

#include "api/input_kind.h"
#include "base/spelling.h"
#include "design/study.h"
#include "machine/silicon.h"
#include "report/listing.h"
#include "workload/family.h"
#include "workload/model.h"

#include <math.h>
#include <string.h>

typedef struct lister {
    const aug_library *library;
    aug_arena *arena;
    aug_errors *errors;
} lister;

typedef struct list_topic {
    const char *name;
    const char *title;
    const char *folder; // of data/; NULL: none
    aug_listing *(*all)(const lister *l, const struct list_topic *topic);
    aug_listing *(*one)(const lister *l, const char *name); // NULL: the file itself says it all
} list_topic;

static void add_shown(aug_listing *listing, double value, aug_shown shown) {
    aug_listing_number(listing, value, aug_arena_copy(listing->arena, shown.text, strlen(shown.text)));
}

static void add_pair(aug_listing *listing, const char *key, const char *value) {
    aug_listing_text(listing, key);
    aug_listing_text(listing, value);
}

static void add_quantity(aug_listing *listing, const char *key, double value, aug_dimension dimension) {
    aug_listing_text(listing, key);
    add_shown(listing, isfinite(value) ? value : (double)NAN, aug_show(value, dimension));
}

static aug_listing *add_sources(const lister *l, const aug_node *sources) {
    aug_listing *listing = aug_listing_new(l->arena, "sources", "sources", "path source");
    for (const aug_node *row = sources ? sources->first : NULL; row; row = row->next)
        add_pair(listing, row->key, row->kind == AUG_NODE_SCALAR ? row->text : "");
    return listing->cell_count ? listing : NULL;
}

// ---- Machines

static double finite_or_unknown(double value) {
    return isfinite(value) ? value : (double)NAN;
}

static aug_listing *all_machines(const lister *l, const list_topic *t) {
    aug_listing *listing = aug_listing_new(l->arena, t->name, t->title, "name year memory bandwidth bf16 power price");
    aug_library_names names = aug_library_list(l->library, l->arena, "machines");
    for (int i = 0; i < names.count; i++) {
        aug_machine *machine = aug_machine_load(l->library, l->arena, l->errors, names.names[i]);
        if (!machine || !aug_silicon_load(l->library, l->arena, l->errors, machine))
            continue;
        const aug_level *outer = &machine->levels[machine->memories[0]];
        double bits = finite_or_unknown(aug_memory_total_bits(outer));
        double bandwidth = finite_or_unknown(outer->memory.read_bits_per_second * outer->instances);
        aug_number_format used;
        double peak = aug_machine_peak(machine, AUG_UNIT_MATRIX, AUG_FORMAT_BF16, &used);
        aug_listing_text(listing, names.names[i]);
        add_shown(listing, machine->year, aug_show_number(machine->year, 4));
        add_shown(listing, bits / 8.0, aug_show(bits, AUG_DIMENSION_BITS));
        add_shown(listing, bandwidth / 8.0, aug_show(bandwidth, AUG_DIMENSION_BITS_PER_SECOND));
        add_shown(listing, used == AUG_FORMAT_BF16 ? peak : (double)NAN, aug_show(peak, AUG_DIMENSION_OPS_PER_SECOND));
        add_shown(listing, machine->power_limit_watts, aug_show(machine->power_limit_watts, AUG_DIMENSION_WATTS));
        add_shown(listing, machine->price_usd, aug_show(machine->price_usd, AUG_DIMENSION_USD));
    }
    return listing;
}

static void add_memory(aug_listing *listing, const aug_level *level) {
    const aug_memory *m = &level->memory;
    add_pair(listing, level->name,
             aug_arena_print(listing->arena, "memory, %.0f x %s, %s, read %s", level->instances, aug_show_capacity(m->size_bits).text,
                             aug_show(m->read_bits_per_second, AUG_DIMENSION_BITS_PER_SECOND).text,
                             aug_show(m->energy_pj_per_bit[AUG_ACTION_READ], AUG_DIMENSION_PJ_PER_BIT).text));
}

static void add_compute(aug_listing *listing, const aug_machine *machine, const aug_level *level) {
    aug_buffer out;
    aug_buffer_init(&out, listing->arena);
    aug_buffer_print(&out, "%s units, %.0f x:", aug_unit_names[level->compute.unit], level->instances);
    if (level->compute.any_format) {
        aug_buffer_print(&out, " any format %s", aug_show(machine->peak_ops_per_second[level->compute.unit][AUG_FORMAT_BF16], AUG_DIMENSION_OPS_PER_SECOND).text);
        add_pair(listing, level->name, aug_buffer_text(&out));
        return;
    }
    for (int f = 0; f < AUG_FORMAT_COUNT; f++) {
        bool has = level->compute.rate_per_cycle[f] > 0.0 || level->compute.peak_ops_per_second[f] > 0.0;
        if (has)
            aug_buffer_print(&out, " %s %s", aug_format_name((aug_number_format)f),
                             aug_show(machine->peak_ops_per_second[level->compute.unit][f], AUG_DIMENSION_OPS_PER_SECOND).text);
    }
    add_pair(listing, level->name, aug_buffer_text(&out));
}

static aug_listing *one_machine(const lister *l, const char *name) {
    aug_machine *machine = aug_machine_load(l->library, l->arena, l->errors, name);
    if (!machine || !aug_silicon_load(l->library, l->arena, l->errors, machine))
        return NULL;
    aug_listing *figures = aug_listing_new(l->arena, "machine", machine->name, "key value");
    add_pair(figures, "maker", machine->maker);
    add_quantity(figures, "year", machine->year, AUG_DIMENSION_NUMBER);
    add_pair(figures, "technology", machine->technology);
    add_quantity(figures, "clock", machine->clock_hz, AUG_DIMENSION_HERTZ);
    for (int i = 0; i < machine->level_count; i++) {
        const aug_level *level = &machine->levels[i];
        if (level->kind == AUG_LEVEL_MEMORY)
            add_memory(figures, level);
        else if (level->kind == AUG_LEVEL_COMPUTE)
            add_compute(figures, machine, level);
        else
            add_pair(figures, level->name, aug_arena_print(l->arena, "array, %.0f x", level->instances));
    }
    for (int i = 0; i < machine->link_count; i++) {
        const aug_link *link = &machine->links[i];
        add_pair(figures, link->name,
                 aug_arena_print(l->arena, "link of %s chips, %s one way, %s per hop", aug_show_number(link->chips, 4).text,
                                 aug_show(link->bandwidth_bits_per_second, AUG_DIMENSION_BITS_PER_SECOND).text,
                                 aug_show(link->latency_seconds, AUG_DIMENSION_SECONDS).text));
    }
    add_quantity(figures, "power limit", machine->power_limit_watts, AUG_DIMENSION_WATTS);
    add_quantity(figures, "static power", machine->power_static_watts, AUG_DIMENSION_WATTS);
    add_quantity(figures, machine->price_modelled ? "price (modelled)" : "price", machine->price_usd, AUG_DIMENSION_USD);
    add_quantity(figures, "rent", machine->rent_usd_per_hour, AUG_DIMENSION_USD_PER_HOUR);
    add_quantity(figures, machine->area_modelled ? "area (modelled)" : "area", machine->area_mm2, AUG_DIMENSION_MM2);
    figures->next = add_sources(l, machine->sources);
    return figures;
}

// ---- Models

static double model_cache(const aug_model *model, double *state) {
    double bytes = 0.0;
    *state = 0.0;
    for (int i = 0; i < model->stage_count; i++) {
        const aug_stage *stage = &model->stages[i];
        if (stage->kind == AUG_STAGE_IMAGE)
            continue;
        bytes += aug_stage_cache_bytes_per_token(stage, &stage->precision);
        *state += aug_stage_state_bytes(stage, 1.0);
    }
    return bytes;
}

static aug_listing *all_models(const lister *l, const list_topic *t) {
    aug_listing *listing = aug_listing_new(l->arena, t->name, t->title, "name family total active kv_bytes");
    aug_library_names names = aug_library_list(l->library, l->arena, "models");
    for (int i = 0; i < names.count; i++) {
        const aug_model *model = aug_model_load(l->library, l->arena, l->errors, names.names[i]);
        if (!model)
            continue;
        aug_parameters parameters = aug_model_parameters(model);
        double state, cache = model_cache(model, &state);
        aug_listing_text(listing, names.names[i]);
        aug_listing_text(listing, model->family);
        add_shown(listing, parameters.total, aug_show_count(parameters.total));
        add_shown(listing, parameters.active, aug_show_count(parameters.active));
        add_shown(listing, cache, aug_show(cache * 8.0, AUG_DIMENSION_BITS));
    }
    return listing;
}

static aug_listing *one_model(const lister *l, const char *name) {
    const aug_model *model = aug_model_load(l->library, l->arena, l->errors, name);
    if (!model)
        return NULL;
    aug_parameters parameters = aug_model_parameters(model);
    double state, cache = model_cache(model, &state);
    aug_listing *figures = aug_listing_new(l->arena, "model", model->name, "key value");
    add_pair(figures, "family", model->family);
    aug_listing_text(figures, "parameters");
    add_shown(figures, parameters.total, aug_show_count(parameters.total));
    aug_listing_text(figures, "active per token");
    add_shown(figures, parameters.active, aug_show_count(parameters.active));
    if (parameters.image > 0.0) {
        aug_listing_text(figures, "image encoder");
        add_shown(figures, parameters.image, aug_show_count(parameters.image));
    }
    aug_listing_text(figures, "kv bytes per token");
    add_shown(figures, cache, aug_show(cache * 8.0, AUG_DIMENSION_BITS));
    aug_listing_text(figures, "state bytes per sequence");
    add_shown(figures, state, aug_show(state * 8.0, AUG_DIMENSION_BITS));
    aug_listing *formats = aug_listing_new(l->arena, "precision", "number formats", "tensors format");
    const aug_stage *stage = &model->stages[model->language >= 0 ? model->language : 0];
    for (int s = 0; s < AUG_STORAGE_COUNT; s++)
        add_pair(formats, aug_storage_name((aug_storage)s), aug_format_name(stage->precision.of[s]));
    figures->next = formats;
    aug_listing *operators = aug_listing_new(l->arena, "operators", "operators", "operator repeats einsum");
    for (int i = 0; i < model->stage_count; i++) {
        const aug_graph *graph = &model->stages[i].graph;
        for (int o = 0; o < graph->count; o++) {
            aug_buffer text;
            aug_buffer_init(&text, l->arena);
            aug_einsum_print(&text, &graph->operators[o].einsum);
            const char *own = graph->operators[o].name;
            aug_listing_text(operators, model->stage_count > 1 ? aug_arena_print(l->arena, "%s: %s", model->stages[i].name, own) : own);
            add_shown(operators, graph->operators[o].repeats, aug_show_number(graph->operators[o].repeats, 6));
            aug_listing_text(operators, aug_buffer_text(&text));
        }
    }
    formats->next = operators;
    return figures;
}

// ---- Other topics

// Files of a folder with the sentence that a check says about each.
static aug_listing *all_files(const lister *l, const list_topic *t) {
    aug_listing *listing = aug_listing_new(l->arena, t->name, t->title, "name summary");
    aug_library_names names = aug_library_list(l->library, l->arena, t->folder);
    for (int i = 0; i < names.count; i++) {
        aug_library_file file;
        if (!aug_library_find(l->library, l->arena, l->errors, t->folder, "file", names.names[i], &file))
            continue;
        const aug_document *document = aug_document_load(l->arena, l->errors, file.path);
        const aug_input_kind *kind = document ? aug_input_kind_find(document, l->errors) : NULL;
        if (!kind)
            continue;
        const aug_input input = {l->library, l->arena, l->errors, document, names.names[i]};
        const char *summary = kind->check(&input);
        const aug_node *question = aug_node_peek(document->root, "question");
        if (summary)
            add_pair(listing, names.names[i], question && question->kind == AUG_NODE_SCALAR ? question->text : summary);
    }
    return listing;
}

static aug_listing *all_families(const lister *l, const list_topic *t) {
    aug_listing *listing = aug_listing_new(l->arena, t->name, t->title, "model_type needs");
    int count;
    const aug_family *families = aug_family_list(&count);
    for (int i = 0; i < count; i++)
        add_pair(listing, families[i].model_type, families[i].required);
    return listing;
}

static aug_listing *all_metrics(const lister *l, const list_topic *t) {
    aug_listing *listing = aug_listing_new(l->arena, t->name, t->title, "key what");
    for (int i = 0; i < AUG_METRIC_COUNT; i++)
        add_pair(listing, aug_metric_key((aug_metric)i), aug_metric_help((aug_metric)i));
    return listing;
}

static aug_listing *all_formats(const lister *l, const list_topic *t) {
    aug_listing *listing = aug_listing_new(l->arena, t->name, t->title, "name what");
    for (int i = 0; i < AUG_FORMAT_COUNT; i++)
        add_pair(listing, aug_format_name((aug_number_format)i), aug_format_help((aug_number_format)i));
    return listing;
}

static const list_topic topics[] = {
    {"models", "models (kv: bytes per token): 'auger list models NAME' shows one", "models", all_models, one_model},
    {"machines", "machines: 'auger list machines NAME' shows one with its sources", "machines", all_machines, one_machine},
    {"studies", "studies", "studies", all_files, NULL},
    {"scenarios", "scenarios: what is asked of a model", "scenarios", all_files, NULL},
    {"mappings", "mappings of einsums to machines", "mappings", all_files, NULL},
    {"technologies", "technologies", "technologies", all_files, NULL},
    {"dies", "what stands on the dies of chips", "dies", all_files, NULL},
    {"economies", "economies", "economies", all_files, NULL},
    {"laws", "laws of quality", "laws", all_files, NULL},
    {"benchmarks", "benchmarks of whole systems", "benchmarks", all_files, NULL},
    {"architectures", "architectures of machines: constants of kernels for those that were never measured", "families", all_files, NULL},
    {"libraries", "libraries of kernels: what their software adds", "libraries", all_files, NULL},
    {"families", "model types whose config.json is understood, and the keys that each needs", NULL, all_families, NULL},
    {"metrics", "figures that a study can minimise, maximise and limit", NULL, all_metrics, NULL},
    {"formats", "number formats", NULL, all_formats, NULL},
};

static const list_topic *find_topic(aug_errors *errors, const char *name) {
    aug_spelling spelling = {.wanted = name};
    for (size_t i = 0; i < AUG_COUNT(topics); i++) {
        if (strcmp(topics[i].name, name) == 0)
            return &topics[i];
        aug_spelling_offer(&spelling, topics[i].name);
    }
    aug_error *error = aug_error_add(errors, NULL, "unknown topic '%.60s'", name);
    if (spelling.nearest)
        aug_error_hint(error, "did you mean '%s'?", spelling.nearest);
    else
        aug_error_hint(error, "'auger list' shows all topics");
    return NULL;
}

// All topics: the names of what is in the folders, and that the other topics are there.
static aug_listing *all_topics(const lister *l) {
    aug_listing *listing = aug_listing_new(l->arena, "topics", "'auger list TOPIC' tells more about", "topic names");
    for (size_t i = 0; i < AUG_COUNT(topics); i++) {
        aug_buffer names;
        aug_buffer_init(&names, l->arena);
        aug_library_names files = {0};
        if (topics[i].folder)
            files = aug_library_list(l->library, l->arena, topics[i].folder);
        for (int f = 0; f < files.count; f++)
            aug_buffer_print(&names, "%s%s", f ? " " : "", files.names[f]);
        add_pair(listing, topics[i].name, topics[i].folder ? aug_buffer_text(&names) : topics[i].title);
    }
    return listing;
}

static aug_status run(aug_context *context, aug_answer *answer, const char *topic_name, const char *name) {
    const lister l = {&context->library, &answer->arena, &answer->errors};
    aug_listing *found = NULL;
    if (!topic_name) {
        found = all_topics(&l);
    } else {
        const list_topic *t = find_topic(&answer->errors, topic_name);
        if (!t)
            return AUG_BAD_INPUT;
        if (name && !t->one) {
            aug_error *error = aug_error_add(&answer->errors, NULL, "'%s' has no details of one", topic_name);
            aug_error_hint(error, "'auger list %s' shows all", topic_name);
            return AUG_BAD_INPUT;
        }
        found = name ? t->one(&l, name) : t->all(&l, t);
    }
    if (!found)
        return AUG_BAD_INPUT;
    answer->report = aug_listing_report(found);
    return AUG_OK;
}

aug_status aug_list_run(aug_context *context, const char *topic, const char *name, aug_answer **answer) {
    AUG_CALL(answer, run(context, *answer, topic, name));
}
