#include "mapper/shape_cut.h"

#include "mapper/shape_corner.h"

#include <math.h>

enum { DEEP = 100 }; // cuts of a shape

// The class whose count is the nearest one.
static int nearest(const aug_shape_terms *terms, const aug_box *box, int item, double at) {
    const aug_tile_classes *classes = &terms->space->classes[terms->shape->at[item].rank];
    int low = box->from[item], high = box->to[item];
    while (high - low > 1) {
        int middle = (low + high) / 2;
        if (log((double)classes->at[middle].count) <= at)
            low = middle;
        else
            high = middle;
    }
    double down = at - log((double)classes->at[low].count), up = log((double)classes->at[high].count) - at;
    return up < down ? high : low;
}

// What to cut: much of the price depends on it, and it is far from a whole number, or open.
typedef struct chosen {
    int item;
    bool steps;
    double score;
} chosen;

static void consider(chosen *best, int item, bool steps, double weight, double far, double width) {
    double score = weight * (far + 0.05 * fmin(width, 1.0));
    if (score > best->score)
        *best = (chosen){item, steps, score};
}

static aug_count nearest_steps(const aug_box *box, int item, double at) {
    double steps = exp(at), whole = floor(steps + 0.5);
    aug_count found = whole > 1.0 ? (aug_count)whole : 1;
    found = found > box->least[item] ? found : box->least[item];
    return found < box->most[item] ? found : box->most[item];
}

// Tiles where those around them are known, so from the outside in.
static chosen choose(const aug_shape_terms *terms, const aug_box *box, const aug_box_point *at) {
    const aug_shape *shape = terms->shape;
    aug_box_point weights;
    chosen best = {-1, false, -1.0};
    double all = 0.0;
    aug_shape_weights(terms, box, at, &weights);
    for (int i = 0; i < shape->count; i++)
        all += weights.tiles[i] + weights.steps[i];
    for (int i = 0; i < shape->count; i++) {
        if (shape->at[i].kind == AUG_ITEM_STORE)
            continue;
        bool inside = aug_shape_is_inside(terms, i);
        if (shape->at[i].kind == AUG_ITEM_PAR && inside && box->least[i] < box->most[i]) {
            double far = fabs(at->steps[i] - log((double)nearest_steps(box, i, at->steps[i])));
            consider(&best, i, true, weights.steps[i] + 1e-3 * all, far,
                     log((double)box->most[i] / (double)box->least[i]));
        }
        if (box->from[i] == box->to[i])
            continue;
        const aug_tile_class *classes = terms->space->classes[shape->at[i].rank].at;
        double far = fabs(at->tiles[i] - log((double)classes[nearest(terms, box, i, at->tiles[i])].count));
        double width = log((double)classes[box->to[i]].count / (double)classes[box->from[i]].count);
        bool both = shape->at[i].kind == AUG_ITEM_PAR && !inside;
        consider(&best, i, false, weights.tiles[i] + (both ? weights.steps[i] : 0.0) + 1e-3 * all, far,
                 width);
    }
    return best;
}

// The loop in space of which least is known: it decides on cycles.
static chosen choose_in_space(const aug_shape_terms *terms, const aug_box *box) {
    const aug_shape *shape = terms->shape;
    chosen best = {-1, false, 0.0};
    for (int i = 0; i < shape->count; i++) {
        if (shape->at[i].kind != AUG_ITEM_PAR)
            continue;
        const aug_tile_class *classes = terms->space->classes[shape->at[i].rank].at;
        bool steps = aug_shape_is_inside(terms, i);
        double width = steps ? log((double)box->most[i] / (double)box->least[i])
                             : log((double)classes[box->to[i]].count / (double)classes[box->from[i]].count);
        if (width > best.score)
            best = (chosen){i, steps, width};
    }
    return best;
}

// The nearest value, those below it, those above it; far down two halves, so that depth is bounded.
static int cut_tiles(const aug_shape_terms *terms, const aug_box *box, int item, double at, int depth,
                     aug_box parts[AUG_BOX_PARTS]) {
    int class = nearest(terms, box, item, at), below = class - 1, count = 0;
    if (depth > DEEP) {
        below = (box->from[item] + box->to[item]) / 2;
        class = below;
    } else {
        parts[count] = *box;
        parts[count].from[item] = parts[count].to[item] = class;
        count++;
    }
    if (below >= box->from[item]) {
        parts[count] = *box;
        parts[count++].to[item] = below;
    }
    if (class < box->to[item]) {
        parts[count] = *box;
        parts[count++].from[item] = class + 1;
    }
    return count;
}

static int cut_steps(const aug_box *box, int item, double at, int depth, aug_box parts[AUG_BOX_PARTS]) {
    aug_count steps = nearest_steps(box, item, at), below = steps - 1;
    int count = 0;
    if (depth > DEEP) {
        below = (box->least[item] + box->most[item]) / 2;
        steps = below;
    } else {
        parts[count] = *box;
        parts[count].least[item] = parts[count].most[item] = steps;
        count++;
    }
    if (below >= box->least[item]) {
        parts[count] = *box;
        parts[count++].most[item] = below;
    }
    if (steps < box->most[item]) {
        parts[count] = *box;
        parts[count++].least[item] = steps + 1;
    }
    return count;
}

int aug_box_cut(const aug_shape_terms *terms, const aug_box *box, const aug_box_point *at, bool in_space,
                int depth, aug_box parts[AUG_BOX_PARTS]) {
    chosen of = in_space ? choose_in_space(terms, box) : (chosen){-1, false, 0.0};
    of = of.item < 0 ? choose(terms, box, at) : of;
    return of.steps ? cut_steps(box, of.item, at->steps[of.item], depth, parts)
                    : cut_tiles(terms, box, of.item, at->tiles[of.item], depth, parts);
}

// A loop in space whose last tiles may be one alone, where all else about it is known; -1: none.
static int find_last_alone(const aug_shape_terms *terms, const aug_box *box) {
    const aug_shape *shape = terms->shape;
    for (int i = 0; i < shape->count; i++) {
        int outer = shape->at[i].before;
        if (shape->at[i].kind == AUG_ITEM_PAR && aug_shape_is_inside(terms, i) && box->from[i] != box->to[i] &&
            box->least[i] == box->most[i] && box->least[i] > 1 && aug_box_is_single(box, outer) &&
            !aug_box_fills_last(terms, box, i))
            return i;
    }
    return -1;
}

int aug_box_cut_apart(const aug_shape_terms *terms, const aug_box *box, aug_box parts[AUG_BOX_PARTS]) {
    int item = aug_box_two_steps(terms, box);
    item = item < 0 ? find_last_alone(terms, box) : item;
    if (item < 0)
        return 0;
    parts[0] = parts[1] = *box;
    parts[0].from[item]++;
    parts[1].to[item] = box->from[item];
    return 2;
}

bool aug_box_is_nest(const aug_shape_terms *terms, const aug_box *box) {
    const aug_shape *shape = terms->shape;
    for (int i = 0; i < shape->count; i++) {
        bool inside = shape->at[i].kind == AUG_ITEM_PAR && aug_shape_is_inside(terms, i);
        if (box->from[i] != box->to[i] || (inside && box->least[i] != box->most[i]))
            return false;
    }
    return true;
}
