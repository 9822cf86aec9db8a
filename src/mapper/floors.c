#include "mapper/floors.h"

#include "mapper/keeping.h"

#include <string.h>

enum {
    FLOOR_NODES = 20000, // of one search; beyond, every word once has to do
    EARLY_NODES = 10000, // the same, of memories and compute together, with windows: at first, and
    LATER_NODES = 20000, // nodes after which it is looked at again
    SHARE = 4,            // no more than this part of the limit either
    CHEAP_NODES = 1000,   // as long as they suffice, limits of memories and compute together rise
    NEXT_NODES = 2500,    // of a search of those below a limit that has risen
};

static const double STEP = 1.25; // of the limits below which a memory is searched
static const double FIRST_STEP = 1.05; // the same of memories and compute together, with windows, at first

typedef struct key {
    int only;
    unsigned idle;
    unsigned kept[AUG_PROBLEM_MEMORIES];
    int parents[AUG_PROBLEM_TENSORS];
} key;

typedef struct entry {
    key key;
    aug_wide price;
    bool exact; // else nothing below `price` exists, but it may be more
    bool given_up;
    uint64_t again; // nodes of the whole search from which on it is worth another look; 0: none was stopped early
} entry;

struct aug_floors {
    aug_arena *arena;
    const aug_space *space;
    int count, capacity;
    entry *entries;
    aug_search *search;
    aug_wide least; // of all nests
};

aug_floors *aug_floors_new(aug_arena *arena, const aug_space *space, aug_search *search) {
    aug_floors *floors = AUG_NEW(arena, aug_floors);
    memset(floors, 0, sizeof *floors);
    floors->arena = arena;
    floors->space = space;
    floors->search = search;
    return floors;
}

void aug_floors_know(aug_floors *floors, aug_wide least) {
    floors->least = least;
}

static aug_wide sum_of(const aug_space *space, const aug_keeping *keeping) {
    aug_wide none[AUG_PROBLEM_MEMORIES + 1] = {0};
    return (aug_wide)space->problem->operations * space->unit_price + aug_bound_sum(space, keeping, none);
}

void aug_floors_begin(const aug_space *space, aug_keeping *keeping) {
    memset(keeping->floors, 0, sizeof keeping->floors);
    memset(keeping->tails, 0, sizeof keeping->tails);
    for (int t = 0; t < space->tensor_count; t++) {
        const aug_space_tensor *of = &space->tensors[t];
        for (int i = 1; i < keeping->chain_count[t]; i++) {
            aug_edge_words words =
                aug_edge_count(space, t, of->least, of->words, (aug_sharers){1, 1, 1, 1}, false);
            keeping->floors[keeping->chain[t][i]] +=
                aug_edge_price(space, t, keeping->chain[t][i - 1], keeping->chain[t][i], &words);
        }
        int parent = keeping->chain[t][keeping->chain_count[t] - 1];
        aug_count fan = space->fan_below[space->memories[parent].segment];
        aug_count each = space->problem->operations / fan;
        each = each > of->least ? each : of->least;
        aug_edge_words words = of->is_output ? (aug_edge_words){.up = each} : (aug_edge_words){.down = each};
        keeping->floors[space->memory_count] += aug_edge_price(space, t, parent, -1, &words);
    }
    keeping->floor = sum_of(space, keeping);
}

static void make_key(const aug_space *space, const aug_keeping *alone, key *made) {
    memset(made, 0, sizeof *made);
    made->only = alone->only;
    made->idle = alone->idle;
    for (int m = 0; m < space->memory_count; m++)
        made->kept[m] = alone->kept[m];
    for (int t = 0; t < space->tensor_count; t++) {
        bool counts = alone->chain_count[t] > 1 || aug_keeping_counts(space, alone, space->memory_count);
        made->parents[t] = counts ? alone->chain[t][0] : -1;
    }
}

static entry *find(aug_floors *floors, const key *wanted) {
    for (int i = 0; i < floors->count; i++)
        if (memcmp(&floors->entries[i].key, wanted, sizeof *wanted) == 0)
            return &floors->entries[i];
    if (floors->count == floors->capacity) {
        int capacity = floors->capacity ? 2 * floors->capacity : 32;
        entry *entries = AUG_NEW_ARRAY(floors->arena, entry, (size_t)capacity);
        if (floors->count)
            memcpy(entries, floors->entries, (size_t)floors->count * sizeof *entries);
        floors->entries = entries;
        floors->capacity = capacity;
    }
    floors->entries[floors->count] = (entry){.key = *wanted};
    return &floors->entries[floors->count++];
}

static uint64_t least_of(uint64_t a, uint64_t b) {
    return a < b ? a : b;
}

// The least price of memories and compute together where tensors slide: it is hardly more than that of their parts,
// and below a limit far above are more nests than can be looked at. Limits rise while that takes few nodes; `*cutoff`
// becomes the last one. Where the search below one is stopped, the one before is what is known.
static aug_wide search_tail(aug_floors *floors, const aug_keeping *alone, aug_wide least, aug_wide *cutoff,
                            uint64_t limit, uint64_t *nodes) {
    const aug_wide none[AUG_PROBLEM_MEMORIES + 1] = {0};
    aug_search *search = floors->search;
    aug_wide parts = aug_bound_sum(floors->space, alone, none), most = *cutoff;
    double step = least > parts ? STEP : FIRST_STEP;
    uint64_t used = 0;
    least = least > parts ? least : parts;
    search->stopped = false;
    search->nodes = 0;
    for (; least < most; step = STEP) {
        double next = (double)least * step;
        *cutoff = least > 0 && next < (double)most ? (aug_wide)next + 1 : most;
        aug_wide price = aug_search_floor(search, alone, *cutoff, used ? least_of(limit, NEXT_NODES) : limit);
        used += search->nodes;
        *nodes += search->nodes;
        if (search->stopped)
            return least;
        if (price < *cutoff || *cutoff == most || used > CHEAP_NODES)
            return price > least ? price : least; // searches below a limit know more than the nests of one part
        least = price;
    }
    return most;
}

// The least price of a part, at most `*cutoff`. `nodes`: of the whole search so far. To show that nothing is below a price that is near takes few nodes,
// so that limits rise from `least`, which is known; compute begins too far below for that.
static aug_wide search_part(aug_floors *floors, const aug_keeping *alone, aug_wide least, aug_wide *cutoff,
                            uint64_t limit, uint64_t *nodes) {
    aug_search *search = floors->search;
    uint64_t all = search->options->node_limit;
    if (all)
        limit = least_of(limit, least_of(all / SHARE, all > *nodes ? all - *nodes : 0) + 1);
    if (floors->space->sliding && alone->only > floors->space->memory_count && *cutoff > 0)
        return search_tail(floors, alone, least, cutoff, limit, nodes);
    bool climbs = search->is_plain && alone->only < floors->space->memory_count && least > 0;
    for (;;) {
        double next = (double)least * STEP;
        aug_wide rung = climbs && next < (double)*cutoff ? (aug_wide)next : *cutoff;
        aug_wide price = aug_search_floor(search, alone, rung, limit);
        *nodes += search->nodes;
        if (search->stopped || price < rung || rung == *cutoff)
            return price;
        least = rung;
    }
}

// At most `cutoff`.
static aug_wide floor_of(aug_floors *floors, const aug_keeping *keeping, int only, aug_wide begin,
                         aug_wide cutoff, uint64_t *nodes) {
    const aug_space *space = floors->space;
    aug_keeping alone;
    key wanted;
    aug_keeping_only(space, keeping, only, &alone);
    make_key(space, &alone, &wanted);
    entry *known = find(floors, &wanted);
    bool early = known->again == 0 && only > space->memory_count && space->sliding;
    if (known->exact || (known->given_up && (known->again == 0 || *nodes < known->again)) || known->price >= cutoff)
        return known->price;
    if (known->price > 0) // once more: further, so that it is not for each step of what is wanted
        cutoff *= 2;
    if (only > space->memory_count) { // floors of its parts
        for (int m = 0; m <= space->memory_count; m++)
            alone.floors[m] = aug_keeping_counts(space, &alone, m) ? keeping->floors[m] : 0;
        for (int t = only - space->memory_count; t < space->segment_count; t++)
            alone.tails[t] = keeping->tails[t];
    }
    aug_wide price = search_part(floors, &alone, known->price > begin ? known->price : begin, &cutoff,
                                 early ? EARLY_NODES : FLOOR_NODES, nodes);
    known->given_up = floors->search->stopped;
    known->again = known->given_up && early ? *nodes + LATER_NODES : 0;
    known->exact = !known->given_up && price < cutoff;
    known->price = price > known->price ? price : known->price;
    return known->price;
}

// One part: its price takes the place of what was known of it.
static void raise_part(aug_floors *floors, aug_keeping *keeping, int only, aug_wide *part, aug_wide cutoff,
                       uint64_t *nodes) {
    const aug_space *space = floors->space;
    aug_keeping without = *keeping;
    aug_wide *own =
        only <= space->memory_count ? &without.floors[only] : &without.tails[only - space->memory_count - 1];
    // What the part may cost at most: the rest keeps what is known.
    aug_wide rest = 0;
    if (only <= space->memory_count) {
        *own = 0;
        rest = sum_of(space, &without);
    } else {
        for (int m = 0; m < space->memory_count; m++)
            rest += space->memories[m].segment < only - space->memory_count - 1 ? keeping->floors[m] : 0;
        rest += (aug_wide)space->problem->operations * space->unit_price;
    }
    if (rest >= cutoff)
        return;
    aug_wide price = floor_of(floors, keeping, only, *part, cutoff - rest, nodes);
    if (price > *part) {
        *part = price;
        aug_wide sum = sum_of(space, keeping);
        keeping->floor = sum > floors->least ? sum : floors->least;
    }
}

// Memories of the innermost segment: a tail holds them and compute, and is searched in hardly more nodes than they.
static bool is_in_tail(const aug_space *space, int memory) {
    return space->perfect && space->segment_count > 1 &&
           space->memories[memory].segment == space->segment_count - 1;
}

// The part that is looked at as number `step`; -1: none. Compute, memories from the outside in, tails from the
// inside out, at last memories whose tail is not known.
static int part_of(const aug_space *space, const aug_keeping *keeping, int step) {
    int compute = space->memory_count, tails = space->segment_count - 1;
    if (step == 0)
        return compute;
    if (step <= compute)
        return keeping->kept[step - 1] && !is_in_tail(space, step - 1) ? step - 1 : -1;
    if (step <= compute + tails) {
        int segment = space->segment_count - (step - compute);
        return keeping->idle >> segment ? -1 : compute + 1 + segment;
    }
    int memory = step - compute - tails - 1;
    bool known = keeping->tails[space->segment_count - 1] > 0;
    return keeping->kept[memory] && is_in_tail(space, memory) && !known ? memory : -1;
}

bool aug_floors_raise(aug_floors *floors, aug_keeping *keeping, aug_wide cutoff, uint64_t *nodes) {
    const aug_space *space = floors->space;
    if (space->all_tiles) // what a part costs at least is known of least tiles alone
        return false;
    int compute = space->memory_count, steps = 2 * compute + space->segment_count;
    while (keeping->raised < steps) {
        int part = part_of(space, keeping, keeping->raised++);
        if (part < 0)
            continue;
        raise_part(floors, keeping, part,
                   part <= compute ? &keeping->floors[part] : &keeping->tails[part - compute - 1], cutoff, nodes);
        return true;
    }
    return false;
}
