// What the oracle for zeros is run on. Rules that skip or gate, formats, densities and loops are drawn apart, so that most of
// their pairs come together: "far[A B Z] for m:2 near[A] par pe.x n:1 register[B!] for k:1 for m:1 for n:1 mac".
#include "sparse_oracle_random.h"

#include "base/buffer.h"

static const char *const letters[TENSORS] = {"A", "B", "Z"};
static const char *const rank_names[RANKS] = {"m", "n", "k"};

static const char *pick(aug_random *random, const char *const *list, int count) {
    return list[aug_random_below(random, (uint64_t)count)];
}

static const char *random_sparse(aug_random *random, test_ground *ground) {
    static const char *const rules[] = {"", "{tensor: A, on: [B]}", "{tensor: B, on: [A]}", "{tensor: Z, on: [A, B]}", "{tensor: A, on: [B]}, {tensor: B, on: [A]}", "{tensor: Z, on: [A]}"};
    static const char *const formats[] = {"", "", "formats: {A: [bitmask]}", "formats: {A: [offsets, coordinates], B: [bitmask]}"};
    const char *rule = pick(random, rules, 6), *format = pick(random, formats, 4);
    const char *mode = aug_random_below(random, 4) ? "skip" : "gate";
    if (!rule[0])
        return format[0] ? aug_arena_print(&ground->arena, ", sparse: {%s}", format) : "";
    return aug_arena_print(&ground->arena, ", sparse: {%s%s%s: [%s]}", format, format[0] ? ", " : "", mode, rule);
}

const char *sparse_random_machine(aug_random *random, test_ground *ground) {
    static const char *const zeros[] = {"compute", "gate", "skip"};
    static const char *const shares[] = {"true", "true", "false", "[A]"};
    const char *outer = random_sparse(random, ground), *middle = random_sparse(random, ground), *inner = random_sparse(random, ground);
    return aug_arena_print(&ground->arena, "auger: machine/1\nclock: 1 GHz\nlevels:\n  - {memory: far%s}\n  - {memory: near%s}\n"
                                           "  - {array: pe, fanout: {x: 8, y: 8}, multicast: {x: %s}, reduce: {x: %s}}\n  - {memory: register%s}\n"
                                           "  - {compute: mac, rate: 1/cycle, zeros: %s}\n",
                           outer, middle, pick(random, shares, 4), pick(random, shares, 2), inner, pick(random, zeros, 3));
}

const char *sparse_random_density(aug_random *random, int tensor, const int *sizes) {
    static const char *const uniform[] = {"0.05", "0.1", "0.3", "0.6"};
    static const char *const blocks[] = {"{model: 'n:m', n: 1, m: 2}", "{model: 'n:m', n: 2, m: 4}", "{model: 'n:m', n: 1, m: 4}"};
    static const char *const bands[] = {"{model: banded, width: 0}", "{model: banded, width: 1}"};
    uint64_t kind = aug_random_below(random, 6);
    int columns = tensor == 0 ? sizes[2] : sizes[1];
    if (kind == 0 && columns % 4 == 0)
        return pick(random, blocks, 3);
    if (kind == 1 && tensor == 0)
        return pick(random, bands, 2);
    return kind == 2 ? "1" : pick(random, uniform, 4);
}

// Loops with random divisors; `last`: down to single elements.
static void put_loops(aug_random *random, aug_buffer *out, const char *const *heads, int head_count, int *extents, int most, bool last) {
    bool used[RANKS] = {false};
    for (int i = 0; i < most; i++) {
        int r = (int)aug_random_below(random, RANKS), tile = extents[r];
        if (!last) {
            int divisor = (int)aug_random_below(random, 3) + 1;
            tile = extents[r] % divisor == 0 ? extents[r] / divisor : extents[r];
        } else {
            for (int k = 0; k < RANKS && used[r]; k++)
                r = (r + 1) % RANKS;
            tile = 1;
        }
        if (!last && tile == extents[r])
            continue;
        used[r] = true;
        aug_buffer_print(out, "%s %s:%d ", head_count ? heads[i % head_count] : "for", rank_names[r], tile);
        extents[r] = tile;
    }
}

static void put_store(aug_random *random, aug_buffer *out, const char *name, bool all) {
    unsigned set = all ? 7 : (unsigned)aug_random_below(random, 8);
    if (!set)
        return;
    aug_buffer_print(out, "%s[", name);
    bool first = true;
    for (int t = 0; t < TENSORS; t++) {
        if (!(set >> t & 1))
            continue;
        aug_buffer_print(out, "%s%s%s", first ? "" : " ", letters[t], t < 2 && !all && aug_random_below(random, 6) == 0 ? "!" : "");
        first = false;
    }
    aug_buffer_put(out, "] ");
}

const char *sparse_random_nest(aug_random *random, test_ground *ground, const int *sizes) {
    static const char *const space[] = {"par pe.x", "par pe.y"};
    int extents[RANKS] = {sizes[0], sizes[1], sizes[2]};
    aug_buffer out;
    aug_buffer_init(&out, &ground->arena);
    put_store(random, &out, "far", true);
    put_loops(random, &out, NULL, 0, extents, (int)aug_random_below(random, 4), false);
    put_store(random, &out, "near", false);
    put_loops(random, &out, NULL, 0, extents, (int)aug_random_below(random, 3), false);
    put_loops(random, &out, space, 2, extents, 2, false);
    put_store(random, &out, "register", false);
    put_loops(random, &out, NULL, 0, extents, 3, true);
    aug_buffer_put(&out, "mac");
    return aug_buffer_text(&out);
}
