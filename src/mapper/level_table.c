#include "mapper/level_table.h"

#include <string.h>

enum { BUCKETS = 1024, MOST_CHOICES = 512, MOST_BYTES = 16 << 20 }; // then it begins anew

typedef struct page {
    struct page *next;
    int memory;
    unsigned kept;
    int cut[AUG_PROBLEM_RANKS];
    aug_level_choices choices;
} page;

struct aug_level_table {
    aug_arena *arena;
    const aug_space *space;
    page *buckets[BUCKETS];
    int count;
    aug_level_choice found[MOST_CHOICES];
};

aug_level_table *aug_level_table_new(aug_arena *arena, aug_arena *memory, const aug_space *space) {
    aug_level_table *table = AUG_NEW_ROOM(arena, aug_level_table, 1);
    table->arena = memory;
    table->space = space;
    table->count = 0;
    memset(table->buckets, 0, sizeof table->buckets);
    return table;
}

// ---- Choices that matter

// Whether a is nowhere above b; a tensor that is still is below any factor.
static bool covers(const aug_level_choice *a, const aug_level_choice *b, int tensors) {
    if (b->still & ~a->still)
        return false;
    for (int t = 0; t < tensors; t++)
        if (!(a->still >> t & 1) && a->again[t] > b->again[t])
            return false;
    return true;
}

static void add_choice(aug_level_table *table, const aug_level_choice *choice) {
    int tensors = table->space->tensor_count, kept = 0;
    for (int i = 0; i < table->count; i++)
        if (covers(&table->found[i], choice, tensors))
            return;
    for (int i = 0; i < table->count; i++)
        if (!covers(choice, &table->found[i], tensors))
            table->found[kept++] = table->found[i];
    table->count = kept;
    if (table->count < MOST_CHOICES)
        table->found[table->count++] = *choice;
}

// ---- Orders and counts

typedef struct walk {
    aug_level_table *table;
    int memory;
    const int *from;
    int cut[AUG_PROBLEM_RANKS];
    aug_count extents[AUG_PROBLEM_RANKS], steps[AUG_PROBLEM_RANKS]; // of a tile; of the loops so far
    double room; // bits
    aug_level_choice choice;
} walk;

static void set_cut(walk *w, int rank, int to) {
    const aug_tile_class *classes = w->table->space->classes[rank].at;
    w->cut[rank] = to;
    w->extents[rank] = classes[to].least;
    w->steps[rank] = classes[to].steps == classes[w->from[rank]].steps
                         ? 1
                         : classes[to].steps / classes[w->from[rank]].steps;
}

static double sliding_bits(const walk *w, int tensor, unsigned full) {
    const aug_space *space = w->table->space;
    aug_count extents[AUG_PROBLEM_RANKS];
    for (int r = 0; r < space->rank_count; r++)
        extents[r] = full >> r & 1 ? 1 : w->extents[r];
    return (double)aug_tensor_words(&space->problem->tensors[tensor], extents) *
           space->memories[w->memory].bits[tensor];
}

static double tile_bits(const walk *w, int tensor, unsigned full) {
    const aug_space_tensor *of = &w->table->space->tensors[tensor];
    if (!of->plain)
        return sliding_bits(w, tensor, full);
    aug_count words = 1;
    unsigned ranks = of->ranks & ~full;
    for (int r = 0; ranks; r++, ranks >>= 1)
        words *= ranks & 1 ? w->extents[r] : 1;
    return (double)words * w->table->space->memories[w->memory].bits[tensor];
}

static aug_count again_of(const walk *w, int tensor) {
    aug_count product = 1;
    unsigned others = w->table->space->large & ~w->table->space->tensors[tensor].ranks;
    for (int r = 0; others; r++, others >>= 1)
        product *= others & 1 ? w->steps[r] : 1;
    return product;
}

// Whether what is found is nowhere above the best that can come: tensors of `rest` as often as they would come
// here. Then nothing below matters, nor anything with larger counts. Tensors that slide are still in every choice, so
// they do not count.
static bool is_covered(const walk *w, unsigned rest) {
    const aug_space *space = w->table->space;
    aug_level_choice best = w->choice;
    if (w->table->count == 0)
        return false;
    unsigned uncut = 0;
    for (int r = 0; r < space->rank_count; r++)
        uncut |= (unsigned)(w->cut[r] == w->from[r]) << r;
    for (int t = 0; t < space->tensor_count; t++)
        if (rest >> t & 1) {
            best.again[t] = again_of(w, t);
            best.still |= (unsigned)!(space->tensors[t].ranks & ~uncut) << t;
        }
    for (int i = 0; i < w->table->count; i++)
        if (covers(&w->table->found[i], &best, space->tensor_count))
            return true;
    return false;
}

static bool choose_next(walk *w, unsigned rest, int previous);

static bool put(walk *w, unsigned rest, int tensor, double bits, bool whole) {
    const aug_space *space = w->table->space;
    bool still = whole;
    for (int r = 0; r < space->rank_count; r++)
        still &= !(space->tensors[tensor].ranks >> r & 1) || w->cut[r] == w->from[r];
    unsigned was_still = w->choice.still;
    double room = w->room;
    w->room -= bits;
    w->choice.again[tensor] = space->tensors[tensor].slides ? 1 : again_of(w, tensor);
    w->choice.still |= (unsigned)(still || space->tensors[tensor].slides) << tensor;
    bool done = choose_next(w, rest & ~(1u << tensor), tensor);
    w->choice.still = was_still;
    w->choice.again[tensor] = 0;
    w->room = room;
    return done;
}

// Counts of the ranks of `free` from `rank` on. Where one tensor follows alone, the last rank of the gap
// takes the first count at which all fit: a larger one only makes that tensor come more often. False where
// nothing fits.
static bool choose_counts(walk *w, unsigned rest, int tensor, unsigned free, int rank) {
    const aug_space *space = w->table->space;
    unsigned left = free & ~((1u << rank) - 1u), others = rest & ~(1u << tensor);
    if (left == 0) {
        double bits = tile_bits(w, tensor, 0);
        return bits <= w->room && put(w, rest, tensor, bits, true);
    }
    while (!(left >> rank & 1))
        rank++;
    const aug_tile_classes *classes = &space->classes[rank];
    bool last = (left & (left - 1)) == 0 && (others & (others - 1)) == 0, any = false;
    bool plain = space->tensors[tensor].plain;
    double bits = plain ? tile_bits(w, tensor, left) : 0.0; // of a tile of one point of each rank that is left
    int start = w->cut[rank];
    for (int to = start; to < classes->count; to++) {
        if (start > 0 && classes->at[to].steps % classes->at[start].steps != 0)
            continue;
        if (plain && bits * (double)classes->at[to].least > w->room)
            continue;
        set_cut(w, rank, to);
        if (!plain && tile_bits(w, tensor, left & ~(1u << rank)) > w->room)
            continue;
        if (is_covered(w, rest))
            break;
        bool done = choose_counts(w, rest, tensor, free, rank + 1);
        any |= done;
        if (last && done)
            break;
    }
    set_cut(w, rank, start);
    return any;
}

static bool choose_next(walk *w, unsigned rest, int previous) {
    const aug_space *space = w->table->space;
    if (rest == 0) {
        add_choice(w->table, &w->choice);
        return true;
    }
    bool any = false;
    for (int t = 0; t < space->tensor_count; t++) {
        if (!(rest >> t & 1))
            continue;
        unsigned free = space->tensors[t].ranks & ~(previous >= 0 ? space->tensors[previous].ranks : 0);
        if ((rest & (rest - 1)) == 0) { // the last one: whole if there is room, else as small as it can be
            double whole = tile_bits(w, t, 0), least = tile_bits(w, t, free);
            any |= whole <= w->room ? put(w, rest, t, whole, true)
                                    : least <= w->room && put(w, rest, t, least, false);
        } else {
            any |= choose_counts(w, rest, t, free, 0);
        }
    }
    return any;
}

static void fill(aug_level_table *table, page *at) {
    walk w = {.table = table, .memory = at->memory, .from = at->cut};
    const aug_space_memory *memory = &table->space->memories[at->memory];
    w.room = memory->capacity_bits / memory->buffers * (1.0 + 1e-12);
    for (int r = 0; r < table->space->rank_count; r++)
        set_cut(&w, r, at->cut[r]);
    table->count = 0;
    choose_next(&w, at->kept, -1);
    aug_level_choice *kept = AUG_NEW_ARRAY(table->arena, aug_level_choice, (size_t)(table->count + 1));
    memcpy(kept, table->found, (size_t)table->count * sizeof *kept);
    at->choices = (aug_level_choices){table->count, kept};
    if (table->count == MOST_CHOICES) { // too many to tell: once is a bound for all
        for (int t = 0; t < table->space->tensor_count; t++)
            kept[0].again[t] = 1;
        kept[0].still = at->kept;
        at->choices.count = 1;
    }
}

aug_level_choices aug_level_table_find(aug_level_table *table, int memory, unsigned kept, const int *cut) {
    unsigned hash = (unsigned)memory * 31u + kept;
    for (int r = 0; r < table->space->rank_count; r++)
        hash = hash * 37u + (unsigned)cut[r];
    page **at = &table->buckets[(hash ^ hash >> 10) % BUCKETS];
    for (page *p = *at; p; p = p->next)
        if (p->memory == memory && p->kept == kept &&
            memcmp(p->cut, cut, (size_t)table->space->rank_count * sizeof *cut) == 0)
            return p->choices;
    if (table->arena->used_bytes > MOST_BYTES) {
        aug_arena_reset(table->arena);
        memset(table->buckets, 0, sizeof table->buckets);
    }
    page *made = AUG_NEW(table->arena, page);
    *made = (page){.next = *at, .memory = memory, .kept = kept};
    memcpy(made->cut, cut, (size_t)table->space->rank_count * sizeof *cut);
    fill(table, made);
    *at = made;
    return made->choices;
}
