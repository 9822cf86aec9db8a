#include "group_certify.h"

#include "proof/certificate.h"
#include "proof/certificate_check.h"

#include <math.h>
#include <stdlib.h>

static double figure(const char *text, const char *key) {
    const char *at = text;
    for (const char *next = text; (next = strstr(next, key)) != NULL; next++)
        at = next + strlen(key);
    return strtod(at, NULL);
}

// Groups in their order. Whether one has several members.
static bool list_groups(aug_arena *arena, const aug_group_plan *last, aug_certificate_plan *plan) {
    const char **groups = AUG_NEW_ARRAY(arena, const char *, GROUP_WORLD_MOST);
    bool fused = false;
    for (const aug_group_plan *of = last; of; of = of->before)
        plan->group_count++;
    int at = plan->group_count;
    for (const aug_group_plan *of = last; of; of = of->before) {
        aug_buffer text;
        aug_buffer_init(&text, arena);
        aug_group_print(&text, of);
        groups[--at] = aug_buffer_text(&text);
        fused |= of->group->member_count > 1;
    }
    plan->groups = groups;
    return fused;
}

static double optimum_of(const exhaust *b, aug_objective objective) {
    double optimum = (double)INFINITY;
    for (int i = 0; i < b->whole.count; i++)
        optimum = fmin(optimum, objective == AUG_OBJECTIVE_ENERGY ? b->whole.at[i].energy : b->whole.at[i].cycles);
    return objective == AUG_OBJECTIVE_ENERGY ? optimum * 1e12 : optimum;
}

bool certify_check(exhaust *b, aug_objective objective, certify_tally *sum) {
    aug_arena *arena = &b->ground->arena;
    aug_mapper_options options = {.objective = objective, .threads = 1, .perfect = true};
    const aug_group_chain chain = {.members = b->world->members, .count = b->world->count, .overlap = AUG_OVERLAP_TURNS};
    aug_certificate_part parts[GROUP_WORLD_MOST];
    aug_mapper_result alone[GROUP_WORLD_MOST];
    aug_certificate_plan plan = {0};
    aug_group_result result;
    aug_buffer out;
    aug_group_map(arena, &chain, &options, &result);
    if (result.point_count == 0)
        return true;
    for (int i = 0; i < b->world->count; i++) {
        aug_mapper_run(arena, b->world->members[i], &options, &alone[i]);
        parts[i] = (aug_certificate_part){b->world->members[i]->name, 1.0, b->world->members[i], &alone[i], NULL};
    }
    sum->fused += list_groups(arena, result.points[0].last, &plan);
    sum->plans++;
    aug_buffer_init(&out, arena);
    if (!aug_certificate_write_plan(&out, arena, parts, b->world->count, &plan, &options)) {
        print_error("no certificate: %s\n", plan.groups[0]);
        return false;
    }
    const char *text = aug_buffer_text(&out);
    const aug_document *document = aug_document_parse(arena, &b->ground->errors, "proof", text, out.length);
    const char *said = document ? aug_certificate_check(&b->ground->reader, document) : NULL;
    double value = figure(text, "\nvalue: "), bound = figure(text, "\nbound: "), optimum = optimum_of(b, objective);
    sum->closed += bound >= value;
    if (said && fabs(value - optimum) <= 1e-9 * optimum && bound <= optimum * (1.0 + 1e-9))
        return true;
    print_error("%s: value %.17g, bound %.17g, optimum %.17g: %s\n%s\n", aug_objective_names[objective], value, bound, optimum,
                said ? said : b->ground->errors.items[0].message, text);
    return false;
}
