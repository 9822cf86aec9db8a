// Gate and up of a feed-forward layer, G[m,f] += X[m,d] * W[d,f] and U[m,f] += X[m,d] * V[d,f] of the same sizes and
// bits, have one key (mapper/problem_key.h), and so one search for each floor and each branch.
//
// Windows that are recomputed make many einsums, few of which are the same, so only the first ones are compared.
#include "fusion/group_same.h"

#include "mapper/problem_key.h"

#include <string.h>

enum { COMPARED = 128 };

typedef struct aug_group_same {
    struct aug_group_same *next;
    const aug_problem *problem, *same;
    const char *key; // NULL: it has none
} aug_group_same_entry;

static const char *key_of(aug_arena *arena, const aug_problem *problem) {
    aug_buffer text;
    aug_buffer_init(&text, arena);
    return aug_problem_key(&text, problem) ? aug_buffer_text(&text) : NULL;
}

const aug_problem *aug_group_same(aug_group_sames *sames, const aug_problem *problem) {
    for (const aug_group_same_entry *e = sames->first; e; e = e->next)
        if (e->problem == problem)
            return e->same;
    if (sames->count == COMPARED)
        return problem;
    sames->count++;
    aug_group_same_entry *entry = AUG_NEW(sames->arena, aug_group_same_entry);
    *entry = (aug_group_same_entry){sames->first, problem, problem, key_of(sames->arena, problem)};
    for (const aug_group_same_entry *e = sames->first; e && entry->key; e = e->next)
        if (e->key && strcmp(e->key, entry->key) == 0)
            entry->same = e->same;
    sames->first = entry;
    return entry->same;
}
