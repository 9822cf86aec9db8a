// n of every m neighbours along one dimension, also of several levels.
//
// Which n of a block's m parts are filled is random, alike for all choices, and blocks do not know of each other. A tile
// covers some of a block's parts whole (f of them) and cuts off at most two, a head and a tail, which are empty with h and t
// where they are filled at all. Its parts of the block are empty with
//
//     [ C(m-f-2, n) + C(m-f-2, n-1) (h + t) + C(m-f-2, n-2) h t ] / C(m, n)
//
// (m-f-1 and one sum fewer where one part alone is cut). Parts of the last level are single elements, which are never cut.
// Example: 2:4 and 2 neighbours that share a block: C(2,2)/C(4,2) = 1/6; 2 neighbours of two blocks: (1/2)(1/2) = 1/4. A tile of
// 3 begins at 0, 3, 6, 9 ... : the chance is the mean over these places.
#include "workload/density.h"

#include "base/gcd.h"

#include <assert.h>
#include <math.h>

enum { MOST_PLACES = 1024 };

// Elements of a part of a level: of one block of the level behind it.
static uint64_t part_size(const aug_density *density, int level) {
    uint64_t size = 1;
    for (int l = level + 1; l < density->level_count; l++)
        size *= density->levels[l].m;
    return size;
}

// C(m - less, n - fewer) / C(m, n): none of `less - fewer` given parts is filled, `fewer` given ones are.
static double share_of_choices(aug_density_block block, uint64_t less, uint64_t fewer) {
    if (less > block.m || fewer > block.n || block.n - fewer > block.m - less)
        return 0.0;
    double share = 1.0;
    for (uint64_t i = 0; i < fewer; i++)
        share *= (double)(block.n - i) / (double)(block.m - i);
    for (uint64_t i = 0; i < less - fewer; i++)
        share *= (double)(block.m - block.n - i) / (double)(block.m - fewer - i);
    return share;
}

// The elements [start, start + length) of one block of a level. Recursion is as deep as there are levels.
typedef struct window {
    uint64_t full;          // parts covered whole
    int cut_count;
    uint64_t start[2], length[2]; // inside the parts that are cut
} window;

static window split(uint64_t part, uint64_t start, uint64_t length) {
    window w = {0};
    uint64_t end = start + length;
    while (start < end) {
        uint64_t inside = start % part, most = part - inside, take = end - start < most ? end - start : most;
        if (take == part) {
            w.full += (end - start) / part;
            start += (end - start) / part * part;
            continue;
        }
        w.start[w.cut_count] = inside;
        w.length[w.cut_count++] = take;
        start += take;
    }
    return w;
}

static double block_empty(const aug_density *density, int level, uint64_t start, uint64_t length) {
    aug_density_block block = density->levels[level];
    window w = split(part_size(density, level), start, length);
    double cut[2] = {0.0, 0.0};
    for (int i = 0; i < w.cut_count; i++)
        cut[i] = block_empty(density, level + 1, w.start[i], w.length[i]);
    uint64_t less = w.full + (uint64_t)w.cut_count;
    double chance = share_of_choices(block, less, 0);
    if (w.cut_count > 0)
        chance += share_of_choices(block, less, 1) * (cut[0] + cut[1]);
    if (w.cut_count > 1)
        chance += share_of_choices(block, less, 2) * cut[0] * cut[1];
    return chance;
}

static double block_most(const aug_density *density, int level, uint64_t start, uint64_t length) {
    aug_density_block block = density->levels[level];
    window w = split(part_size(density, level), start, length);
    double whole = 1.0, cut[2] = {0.0, 0.0};
    for (int l = level + 1; l < density->level_count; l++)
        whole *= (double)density->levels[l].n;
    for (int i = 0; i < w.cut_count; i++)
        cut[i] = block_most(density, level + 1, w.start[i], w.length[i]);
    double most = (double)(w.full < block.n ? w.full : block.n) * whole, larger = fmax(cut[0], cut[1]);
    if (w.full < block.n)
        most += larger;
    if (w.full + 1 < block.n)
        most += fmin(cut[0], cut[1]);
    return most;
}

// All blocks that the elements [start, start + length) touch. `start` is below one period.
static double row_empty(const aug_density *density, uint64_t period, uint64_t start, uint64_t length) {
    uint64_t head = period - start < length ? period - start : length;
    double chance = block_empty(density, 0, start, head);
    length -= head;
    if (length >= period)
        return 0.0; // a whole block is never empty
    return length ? chance * block_empty(density, 0, 0, length) : chance;
}

static double row_most(const aug_density *density, uint64_t period, uint64_t start, uint64_t length) {
    uint64_t head = period - start < length ? period - start : length;
    double most = block_most(density, 0, start, head);
    length -= head;
    most += (double)(length / period) * block_most(density, 0, 0, period);
    return length % period ? most + block_most(density, 0, 0, length % period) : most;
}

// Where tiles begin inside a block: so many different places, `step` apart.
static uint64_t places_of(const aug_density *density, const aug_tile_shape *of, uint64_t *period) {
    uint64_t tile = of->tile[density->dim], shape = of->shape[density->dim];
    *period = density->levels[0].m * part_size(density, 0);
    uint64_t places = *period / aug_gcd(tile, *period), tiles = (shape + tile - 1) / tile;
    places = places < tiles ? places : tiles;
    return places < MOST_PLACES ? places : MOST_PLACES;
}

static double rows_of(const aug_density *density, const aug_tile_shape *of) {
    double rows = 1.0;
    for (int d = 0; d < of->dim_count; d++)
        if (d != density->dim)
            rows *= (double)of->tile[d];
    return rows;
}

double aug_blocks_empty(const aug_density *density, const aug_tile_shape *of) {
    uint64_t period, places = places_of(density, of, &period), tile = of->tile[density->dim];
    double sum = 0.0, rows = rows_of(density, of);
    for (uint64_t i = 0; i < places; i++)
        sum += pow(row_empty(density, period, i * tile % period, tile), rows);
    return sum / (double)places;
}

double aug_blocks_most(const aug_density *density, const aug_tile_shape *of) {
    uint64_t period, places = places_of(density, of, &period), tile = of->tile[density->dim];
    double most = 0.0;
    for (uint64_t i = 0; i < places; i++)
        most = fmax(most, row_most(density, period, i * tile % period, tile));
    return most * rows_of(density, of);
}
