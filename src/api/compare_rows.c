#include "api/compare_rows.h"

#include "api/estimate_api.h"
#include "api/option_quantity.h"
#include "kernel/kernels.h"
#include "kernel/software.h"
#include "machine/silicon.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ROWS = 4000, MOST_ITEMS = 1000 };

// What one list gives; `given` is false for a single entry that stands for what the options in common say.
typedef struct list {
    const char **items;
    int count;
    bool given;
} list;

typedef struct builder {
    aug_context *context;
    aug_answer *answer;
    const aug_compare_options *options;
    list lists[AUG_IDENTITY_COUNT];
    double budget_watts;               // 0: none
    const struct aug_software *server; // of all rows; NULL: none
    const aug_model **models;
    aug_machine **machines;
} builder;

// ---- Lists

static bool split(aug_answer *answer, const char *name, const char *text, list *items) {
    *items = (list){.items = AUG_NEW_ARRAY(&answer->arena, const char *, MOST_ITEMS), .given = text != NULL};
    if (!text) {
        items->count = 1;
        return true;
    }
    for (const char *at = text;; at++) {
        size_t length = strcspn(at, ",");
        if (length == 0 || items->count == MOST_ITEMS) {
            aug_error *error =
                aug_error_add(&answer->errors, NULL, "%s: expected %s, found '%.60s'", name,
                              length ? "at most 1000 entries" : "entries between commas", text);
            aug_error_hint(error, "a list is written %s", "a,b,c");
            return false;
        }
        items->items[items->count++] = aug_arena_copy(&answer->arena, at, length);
        at += length;
        if (!*at)
            return true;
    }
}

static bool read_count(const char *text, uint64_t *value) {
    char *end = NULL;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    *value = number;
    return isdigit((unsigned char)text[0]) && *end == '\0' && errno == 0;
}

static bool check_counts(aug_answer *answer, const char *name, const list *items, bool degree) {
    uint64_t value = 0;
    for (int i = 0; items->given && i < items->count; i++) {
        bool whole = read_count(items->items[i], &value);
        if (whole && (value > 0 || !degree))
            continue;
        aug_error_add(&answer->errors, NULL, "%s: expected %s, found '%.60s'", name,
                      whole ? "1 or more" : "whole numbers between commas", items->items[i]);
        return false;
    }
    return true;
}

static bool check_formats(aug_answer *answer, const char *name, const list *items) {
    for (int i = 0; items->given && i < items->count; i++) {
        if (aug_format_find(items->items[i]) != AUG_FORMAT_NONE)
            continue;
        aug_error *error =
            aug_error_add(&answer->errors, NULL, "%s: unknown number format '%.40s'", name, items->items[i]);
        aug_error_hint(error, "known are bf16, fp16, fp8, fp8_block, int8, int4, nvfp4, mxfp4, fp4, fp32");
        return false;
    }
    return true;
}

static bool read_lists(builder *b, const char *models, const char *machines) {
    const aug_compare_options *o = b->options;
    const char *const texts[AUG_IDENTITY_COUNT] = {models, machines, o->chips,   o->tp,          o->pp,
                                                   o->ep,  o->dp,    o->weights, o->activations, o->kv,
                                                   o->in,  o->out,   o->batch};
    bool good = true;
    double rows = 1.0;
    for (int id = 0; id < AUG_IDENTITY_COUNT; id++) {
        const char *name = aug_identity_name(id);
        if (!split(b->answer, name, texts[id], &b->lists[id])) {
            good = false;
            continue;
        }
        bool named = id == AUG_IDENTITY_MODEL || id == AUG_IDENTITY_MACHINE;
        bool format = id == AUG_IDENTITY_WEIGHTS || id == AUG_IDENTITY_ACTIVATIONS || id == AUG_IDENTITY_KV;
        bool degree = id >= AUG_IDENTITY_CHIPS && id <= AUG_IDENTITY_DP;
        if (!named)
            good &= format ? check_formats(b->answer, name, &b->lists[id])
                           : check_counts(b->answer, name, &b->lists[id], degree);
        rows *= b->lists[id].count;
    }
    if (good && rows > MOST_ROWS) {
        aug_error_hint(
            aug_error_add(&b->answer->errors, NULL, "expected at most %d rows, found %.0f", MOST_ROWS, rows),
            "a study has more: auger help design");
        good = false;
    }
    return good;
}

static bool load(builder *b) {
    const list *models = &b->lists[AUG_IDENTITY_MODEL], *machines = &b->lists[AUG_IDENTITY_MACHINE];
    aug_arena *arena = &b->answer->arena;
    aug_errors *errors = &b->answer->errors;
    const aug_library *library = &b->context->library;
    b->models = AUG_NEW_ARRAY(arena, const aug_model *, (size_t)models->count);
    b->machines = AUG_NEW_ARRAY(arena, aug_machine *, (size_t)machines->count);
    bool good = true;
    if (b->options->common.server)
        good = (b->server = aug_software_load(library, arena, errors, b->options->common.server)) != NULL;
    for (int i = 0; i < models->count; i++)
        good &= (b->models[i] = aug_model_load(library, arena, errors, models->items[i])) != NULL;
    for (int i = 0; i < machines->count; i++) {
        aug_machine *machine = b->machines[i] = aug_machine_load(library, arena, errors, machines->items[i]);
        good &= machine && aug_silicon_load(library, arena, errors, machine) &&
                aug_kernels_attach(library, arena, errors, machine);
        if (machine && b->options->common.ideal)
            aug_machine_idealise(machine);
    }
    return good;
}

// ---- Chips that come to the same

// What one chip counts in the unit of a budget; NaN: not stated.
static double share_of(const aug_machine *machine, const char *unit) {
    return strcmp(unit, "power") == 0   ? machine->power_limit_watts
           : strcmp(unit, "price") == 0 ? machine->price_usd
           : strcmp(unit, "area") == 0  ? machine->area_mm2
                                        : 1.0;
}

static bool check_equal(builder *b) {
    const aug_compare_options *o = b->options;
    static const char *const known[] = {"chips", "power", "price", "area"};
    bool good = !o->equal;
    for (size_t i = 0; o->equal && i < AUG_COUNT(known); i++)
        good = good || strcmp(o->equal, known[i]) == 0;
    if (!good)
        aug_error_hint(aug_error_add(&b->answer->errors, NULL, "equal: unknown '%.40s'", o->equal),
                       "known are chips, power, price, area");
    good &= aug_option_quantity(&b->answer->errors, "budget-watts", o->budget_watts, AUG_DIMENSION_WATTS,
                                &b->budget_watts);
    int count = (o->equal != NULL) + (o->budget_watts != NULL) + (o->budget_usd != 0.0);
    if (o->budget_usd < 0.0 || !isfinite(o->budget_usd)) {
        aug_error_add(&b->answer->errors, NULL, "budget-usd: expected a number above 0");
        good = false;
    }
    if (count > 1 || (count == 1 && !o->equal && o->chips)) {
        aug_error_add(&b->answer->errors, NULL, "expected one of equal, budget-watts and budget-usd%s",
                      count > 1 ? "" : ", and no chips beside a budget");
        good = false;
    }
    return good;
}

// As many chips of a row's machine as the budget buys: sets the row's number, or its reason.
static void settle_chips(const builder *b, aug_comparison_row *row, aug_estimate_options *wish) {
    const aug_compare_options *o = b->options;
    const char *unit = b->budget_watts > 0.0 ? "power" : o->budget_usd > 0.0 ? "price" : o->equal;
    if (!unit)
        return;
    double first = share_of(b->machines[0], unit), one = share_of(row->machine, unit);
    double budget = b->budget_watts > 0.0 ? b->budget_watts
                    : o->budget_usd > 0.0 ? o->budget_usd
                                          : first * (double)wish->chips;
    if (!(one > 0.0) || !(budget > 0.0)) {
        row->reason = aug_arena_print(&b->answer->arena, "%s states no %s",
                                      one > 0.0 ? b->machines[0]->name : row->machine->name, unit);
        return;
    }
    double chips = floor(budget / one * (1.0 + 1e-12));
    if (chips < 1.0)
        row->reason = aug_arena_print(&b->answer->arena, "one chip takes %s times the %s of the budget",
                                      aug_show_number(one / budget, 3).text, unit);
    wish->chips = (uint64_t)fmax(1.0, fmin(chips, 0x1p40));
    row->is[AUG_IDENTITY_CHIPS] = aug_arena_print(&b->answer->arena, "%llu", (unsigned long long)wish->chips);
}

// ---- Rows

static void set_counts(const aug_comparison_row *row, aug_estimate_options *wish) {
    uint64_t *const counts[AUG_IDENTITY_COUNT] = {
        [AUG_IDENTITY_CHIPS] = &wish->chips,    [AUG_IDENTITY_TP] = &wish->tp,
        [AUG_IDENTITY_PP] = &wish->pp,          [AUG_IDENTITY_EP] = &wish->ep,
        [AUG_IDENTITY_DP] = &wish->dp,          [AUG_IDENTITY_IN] = &wish->in_tokens,
        [AUG_IDENTITY_OUT] = &wish->out_tokens, [AUG_IDENTITY_BATCH] = &wish->batch};
    const char **const formats[AUG_IDENTITY_COUNT] = {[AUG_IDENTITY_WEIGHTS] = &wish->weights,
                                                      [AUG_IDENTITY_ACTIVATIONS] = &wish->activations,
                                                      [AUG_IDENTITY_KV] = &wish->kv};
    for (int id = 0; id < AUG_IDENTITY_COUNT; id++) {
        if (row->is[id] && counts[id])
            read_count(row->is[id], counts[id]);
        if (row->is[id] && formats[id])
            *formats[id] = row->is[id];
    }
}

// Row `index` of the product of all lists, the last list running fastest. What is wrong with its wishes goes
// to `errors`.
static void make_row(const builder *b, int index, aug_comparison_row *row, aug_errors *errors) {
    int rest = index;
    for (int id = AUG_IDENTITY_COUNT - 1; id >= 0; id--) {
        int digit = rest % b->lists[id].count;
        rest /= b->lists[id].count;
        row->is[id] = b->lists[id].items[digit];
        if (id == AUG_IDENTITY_MODEL)
            row->model = b->models[digit];
        if (id == AUG_IDENTITY_MACHINE)
            row->machine = b->machines[digit];
    }
    row->is[AUG_IDENTITY_MODEL] = row->model->name;
    row->is[AUG_IDENTITY_MACHINE] = row->machine->name;
    aug_estimate_options wish = b->options->common;
    wish.server = NULL; // read once, for all
    set_counts(row, &wish);
    settle_chips(b, row, &wish);
    aug_errors before = b->answer->errors;
    memset(&b->answer->errors, 0, sizeof b->answer->errors);
    bool good = aug_estimate_read_wish(b->context, b->answer, &wish, row->model, &row->wish, &row->scenario,
                                       &row->wishes);
    row->wishes.server = b->server;
    *errors = b->answer->errors;
    b->answer->errors = before;
    if (!good && !row->reason)
        row->reason =
            aug_arena_print(&b->answer->arena, "%s",
                            errors->count ? errors->items[0].message : "what is wished does not agree");
}

bool aug_compare_rows_make(aug_context *context, aug_answer *answer, const char *models, const char *machines,
                           const aug_compare_options *options, aug_comparison *comparison) {
    builder b = {.context = context, .answer = answer, .options = options};
    bool good = read_lists(&b, models, machines);
    good &= check_equal(&b);
    good &= load(&b);
    if (!good)
        return false;
    int count = 1, wrong = 0;
    for (int id = 0; id < AUG_IDENTITY_COUNT; id++)
        count *= b.lists[id].count;
    comparison->rows = AUG_NEW_ARRAY(&answer->arena, aug_comparison_row, (size_t)count);
    aug_errors errors, first = {.count = 0};
    for (int i = 0; i < count; i++) {
        make_row(&b, i, &comparison->rows[i], &errors);
        wrong += errors.count > 0;
        if (i == 0)
            first = errors;
    }
    comparison->count = count;
    if (wrong == count)
        aug_errors_append(&answer->errors, &first);
    return wrong < count;
}
