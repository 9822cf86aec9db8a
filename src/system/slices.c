#include "system/slices.h"

#include <math.h>
#include <string.h>

enum { MASK_SLICES = 8, FARTHEST = 4096 };

typedef struct cutting {
    const aug_operator *first;
    int count;
    const aug_setting *setting;
    aug_slices *slices;
} cutting;

static int rank_called(const aug_operator *op, const char *name) {
    for (int r = 0; r < op->einsum.rank_count; r++)
        if (strcmp(op->einsum.ranks[r], name) == 0)
            return r;
    return -1;
}

// What a kernel keeps on the chip is what one of its operators makes there. Other tensors that the roofline
// counts as read before are read again.
static unsigned staying(const aug_operator *first, int count, int at) {
    unsigned tensors = 0;
    for (int t = 0; t < first[at].einsum.tensor_count; t++)
        for (int i = 0; i < count && first[at].uses[t].local; i++) {
            const aug_einsum *maker = &first[i].einsum;
            int output = maker->tensor_count - 1;
            if (first[i].uses[output].local &&
                strcmp(maker->tensors[output].name, first[at].einsum.tensors[t].name) == 0)
                tensors |= 1u << t;
        }
    return tensors;
}

static bool stays(const cutting *c, int at, int tensor) {
    return c->slices->stay[at] >> tensor & 1;
}

// Whether slices along a rank do not meet: it indexes all results and all that stays.
static bool is_free(const cutting *c, const char *name) {
    for (int i = 0; i < c->count; i++) {
        const aug_operator *op = &c->first[i];
        int rank = rank_called(op, name), output = op->einsum.tensor_count - 1;
        for (int t = 0; t <= output; t++)
            if ((t == output || stays(c, i, t)) &&
                (rank < 0 || !aug_einsum_indexes(&op->einsum.tensors[t], rank)))
                return false;
    }
    return true;
}

static double size_of(const cutting *c, const char *name) {
    return c->slices->sizes[0][rank_called(&c->first[0], name)];
}

static void set_size(const cutting *c, const char *name, double size) {
    for (int i = 0; i < c->count; i++) {
        int rank = rank_called(&c->first[i], name);
        if (rank >= 0)
            c->slices->sizes[i][rank] = size;
    }
}

// Cuts a rank into at least so many parts, which divide its whole size unless that is huge.
static void cut(const cutting *c, const char *name, double parts) {
    double size = size_of(c, name), whole = ceil(size - 1e-9);
    double most = fmax(1.0, floor(whole / parts + 1e-9)), slice = most;
    while (fmod(whole, slice) != 0.0 && most - slice < FARTHEST)
        slice -= 1.0;
    c->slices->times *= size / slice;
    set_size(c, name, slice);
}

static double bits_of(const cutting *c, int op, int tensor) {
    return aug_operator_elements(&c->first[op], tensor, c->slices->sizes[op]) *
           aug_operator_bits(&c->first[op], tensor, c->setting->precision);
}

// Whether one of the operators [from, to) has a tensor of this name that stays.
static bool is_used(const cutting *c, const char *name, int from, int to) {
    for (int i = from; i < to; i++)
        for (int t = 0; t < c->first[i].einsum.tensor_count; t++)
            if (stays(c, i, t) && strcmp(c->first[i].einsum.tensors[t].name, name) == 0)
                return true;
    return false;
}

// Bits that stay while operator `at` runs: its own, and those that one before it made or used and one behind
// it uses.
static double bits_at(const cutting *c, int at, double *for_others) {
    const aug_operator *op = &c->first[at];
    double own = 0.0;
    *for_others = 0.0;
    for (int t = 0; t < op->einsum.tensor_count; t++)
        if (stays(c, at, t))
            own += bits_of(c, at, t);
    for (int i = 0; i < at; i++)
        for (int t = 0; t < c->first[i].einsum.tensor_count; t++) {
            const char *name = c->first[i].einsum.tensors[t].name;
            if (stays(c, i, t) && !is_used(c, name, 0, i) && !is_used(c, name, at, at + 1) &&
                is_used(c, name, at + 1, c->count))
                *for_others += bits_of(c, i, t);
        }
    return own + *for_others;
}

static void measure(const cutting *c) {
    c->slices->most_bits = 0.0;
    for (int i = 0; i < c->count; i++)
        c->slices->most_bits = fmax(c->slices->most_bits, bits_at(c, i, &c->slices->kept_bits[i]));
}

// Whether all tensors of all operators depend on a rank, so that slices along it share nothing.
static bool is_apart(const cutting *c, const char *name) {
    for (int i = 0; i < c->count; i++) {
        const aug_operator *op = &c->first[i];
        int rank = rank_called(op, name);
        for (int t = 0; t < op->einsum.tensor_count; t++)
            if (rank < 0 || !aug_einsum_indexes(&op->einsum.tensors[t], rank))
                return false;
    }
    return true;
}

// Ranks that slices share nothing along are cut to the end, which costs nothing and leaves small einsums.
static void cut_apart(const cutting *c) {
    const aug_operator *op = &c->first[0];
    for (int r = 0; r < op->einsum.rank_count; r++)
        if (is_apart(c, op->einsum.ranks[r]))
            cut(c, op->einsum.ranks[r], size_of(c, op->einsum.ranks[r]));
    measure(c);
}

static void cut_for_room(const cutting *c, double room_bits, bool tokens) {
    const aug_operator *op = &c->first[0];
    for (int r = 0; r < op->einsum.rank_count && c->slices->most_bits > room_bits; r++) {
        if ((op->ranks[r].variable == AUG_VARIABLE_NEW) != tokens || !is_free(c, op->einsum.ranks[r]))
            continue;
        cut(c, op->einsum.ranks[r], fmin(size_of(c, op->einsum.ranks[r]), c->slices->most_bits / room_bits));
        measure(c);
    }
}

static const char *rank_of(const aug_operator *op, aug_variable variable) {
    for (int r = 0; r < op->einsum.rank_count; r++)
        if (op->ranks[r].variable == variable)
            return op->einsum.ranks[r];
    return NULL;
}

static bool is_masked(const cutting *c) {
    for (int i = 0; i < c->count; i++)
        if (!c->first[i].pairs || !c->first[i].causal)
            return false;
    return c->setting->pass->new_tokens > 1.0;
}

// Positions that the mean slice of `rows` new tokens attends to.
static double mean_positions(const cutting *c, double rows, double all) {
    double last = c->setting->pass->past_tokens + (c->setting->pass->new_tokens + rows) / 2.0;
    double window = c->first[0].window;
    return fmin(all, window > 0.0 ? fmin(last, window + rows - 1.0) : last);
}

static void cut_for_mask(const cutting *c) {
    const char *tokens = rank_of(&c->first[0], AUG_VARIABLE_NEW);
    const char *positions = rank_of(&c->first[0], AUG_VARIABLE_POSITIONS);
    if (!is_masked(c) || !tokens || !positions)
        return;
    c->slices->masked = true;
    if (!is_free(c, tokens))
        return;
    if (c->count > 1)
        cut_apart(c);
    double size = size_of(c, tokens), parts = c->setting->pass->new_tokens / size;
    if (parts < MASK_SLICES)
        cut(c, tokens, fmin(size, MASK_SLICES / parts));
    set_size(c, positions, mean_positions(c, size_of(c, tokens), size_of(c, positions)));
    measure(c);
}

static void cut_experts(const cutting *c) {
    const aug_operator *op = &c->first[0];
    for (int r = 0; r < op->einsum.rank_count; r++)
        if (op->ranks[r].kind == AUG_RANK_EXPERT && is_free(c, op->einsum.ranks[r])) {
            c->slices->times *= size_of(c, op->einsum.ranks[r]);
            set_size(c, op->einsum.ranks[r], 1.0);
        }
}

void aug_slices_make(const aug_operator *first, int count, const aug_setting *setting, double room_bits,
                     aug_slices *slices) {
    const cutting c = {first, count, setting, slices};
    *slices = (aug_slices){.times = 1.0};
    for (int i = 0; i < count; i++)
        aug_operator_sizes(&first[i], setting->pass, setting->split, slices->sizes[i]);
    for (int i = 0; i < count; i++)
        slices->stay[i] = staying(first, count, i);
    measure(&c);
    cut_experts(&c);
    if (room_bits > 0.0) {
        if (slices->most_bits > room_bits)
            cut_apart(&c);
        cut_for_room(&c, room_bits, false);
        cut_for_room(&c, room_bits, true);
    }
    cut_for_mask(&c);
}
