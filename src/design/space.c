// Indices, digits and copies.
//
// Digits run through the choices of a part in their order, the last one fastest. Three choices of 2, 3 and 4 values have
// 24 points; point 17 = 1·12 + 1·4 + 1 has digits 1, 1, 1. A choice that follows another one has its digit. Variants
// stand one behind the other: of two with 6 and 4 points, point 7 of the part is point 1 of the second one.
#include "design/space.h"

#include <string.h>

const char *aug_part_name(aug_part part) {
    static const char *const names[] = {"machine", "model", "plan", "scenario"};
    return names[part];
}

bool aug_space_is_choice(const aug_node *node) {
    return node->kind == AUG_NODE_MAP && (aug_node_peek(node, "choose") || aug_node_peek(node, "mix") || aug_node_peek(node, "range"));
}

// What an item of a list is called in a path: the name of a level or stage, else its place.
static const char *item_name(aug_arena *arena, const aug_node *item, unsigned index) {
    static const char *const keys[] = {"memory", "array", "compute", "name"};
    for (size_t i = 0; i < AUG_COUNT(keys); i++) {
        const aug_node *name = aug_node_peek(item, keys[i]);
        if (name && name->kind == AUG_NODE_SCALAR)
            return name->text;
    }
    return aug_arena_print(arena, "%u", index);
}

void aug_space_walk(aug_arena *arena, aug_node *node, const char *path, aug_space_visitor *visit, void *user) {
    if (aug_space_is_choice(node)) {
        visit(user, path, node);
        return;
    }
    unsigned index = 0;
    for (aug_node *child = node->first; child; child = child->next, index++) {
        if (child->kind == AUG_NODE_SCALAR)
            continue;
        const char *name = node->kind == AUG_NODE_MAP ? child->key : item_name(arena, child, index);
        aug_space_walk(arena, child, aug_arena_print(arena, "%s.%s", path, name), visit, user);
    }
}

bool aug_space_has(const aug_choice *choice, int variant) {
    return choice->is_variant || (choice->variants[variant / 64] >> (variant % 64) & 1);
}

bool aug_space_has_all(const aug_space *space, int choice) {
    for (int v = 0; v < space->parts[space->choices[choice].part].variant_count; v++)
        if (!aug_space_has(&space->choices[choice], v))
            return false;
    return true;
}

// Whether a choice has a place in the indices of a variant.
static bool counts(const aug_space *space, int choice, aug_part part, int variant) {
    const aug_choice *c = &space->choices[choice];
    return c->part == part && !c->is_variant && c->leader < 0 && aug_space_has(c, variant);
}

// The variant at an index of its part, which becomes one of the variant's own.
static int enter(const aug_space *space, aug_part part, uint64_t *part_index) {
    const aug_space_part *p = &space->parts[part];
    int variant = 0;
    for (; variant + 1 < p->variant_count && *part_index >= p->variants[variant].count; variant++)
        *part_index -= p->variants[variant].count;
    return variant;
}

int aug_space_digit(const aug_space *space, int choice, uint64_t part_index) {
    aug_part part = space->choices[choice].part;
    int variant = enter(space, part, &part_index);
    if (space->choices[choice].is_variant)
        return variant;
    if (!aug_space_has(&space->choices[choice], variant))
        return -1;
    if (space->choices[choice].leader >= 0)
        choice = space->choices[choice].leader;
    for (int c = space->choice_count - 1; c > choice; c--)
        if (counts(space, c, part, variant))
            part_index /= (uint64_t)space->choices[c].count;
    return space->choices[choice].is_variant ? variant : (int)(part_index % (uint64_t)space->choices[choice].count);
}

uint64_t aug_space_compose(const aug_space *space, aug_part part, int variant, const int *digits) {
    uint64_t index = 0, before = 0;
    for (int v = 0; v < variant; v++)
        before += space->parts[part].variants[v].count;
    for (int c = 0; c < space->choice_count; c++)
        if (counts(space, c, part, variant))
            index = index * (uint64_t)space->choices[c].count + (uint64_t)digits[c];
    return before + index;
}

uint64_t aug_space_part_index(const aug_space *space, uint64_t point, aug_part part) {
    for (int p = AUG_PART_COUNT - 1; p > (int)part; p--)
        point /= space->parts[p].count;
    return point % space->parts[part].count;
}

// The points of one machine are dealt to blocks like cards, so that each block is a sample of all of them and its front
// soon prunes the next; where there are more models than a worker keeps, blocks are runs of neighbours instead.
//
// 2 machines with 5 points each in 2 blocks: 0 2 4, 5 7 9, then 1 3, 6 8. As runs: 0 1 2, 5 6 7, then 3 4, 8 9.
uint64_t aug_space_visited(const aug_space *space, uint64_t place) {
    uint64_t machines = space->parts[AUG_PART_MACHINE].count, models = space->parts[AUG_PART_MODEL].count;
    uint64_t points = space->count / machines, of_model = points / models;
    bool few = models <= AUG_VISIT_MODELS;
    uint64_t most = few || of_model >= AUG_VISIT_POINTS ? AUG_VISIT_POINTS : AUG_VISIT_MODELS / 2 * of_model;
    most = most < AUG_VISIT_POINTS ? most : AUG_VISIT_POINTS;
    uint64_t blocks = (points + most - 1) / most, width = points / blocks, wider = points % blocks;
    uint64_t of_wider = wider * (width + 1) * machines; // places in blocks that have one point more
    uint64_t block = place < of_wider ? place / ((width + 1) * machines) : wider + (place - of_wider) / (width * machines);
    uint64_t before = block * width + (block < wider ? block : wider), rest = place - before * machines;
    width += block < wider;
    uint64_t machine = rest / width, at = rest % width;
    return machine * points + (few ? at * blocks + block : before + at);
}

int aug_space_variant(const aug_space *space, aug_part part, uint64_t part_index) {
    return enter(space, part, &part_index);
}

typedef struct copier {
    const aug_space *space;
    aug_space_copy *copy;
    int variant;
} copier;

static void note_slot(void *user, const char *path, aug_node *node) {
    copier *c = user;
    for (int i = 0; i < c->space->choice_count; i++)
        if (strcmp(c->space->choices[i].path, path) == 0 && aug_space_has(&c->space->choices[i], c->variant) && !c->space->choices[i].is_variant)
            c->copy->slots[i][c->variant] = node;
}

void aug_space_copy_part(aug_arena *arena, const aug_space *space, aug_part part, aug_space_copy *copy) {
    const aug_space_part *p = &space->parts[part];
    for (int c = 0; c < space->choice_count; c++)
        if (space->choices[c].part == part)
            copy->slots[c] = AUG_NEW_ARRAY(arena, aug_node *, (size_t)p->variant_count);
    copy->roots[part] = AUG_NEW_ARRAY(arena, aug_node *, (size_t)p->variant_count);
    copy->formats[part] = AUG_NEW_ARRAY(arena, aug_node *, (size_t)p->variant_count);
    for (int v = 0; v < p->variant_count; v++) {
        copier c = {space, copy, v};
        copy->roots[part][v] = aug_node_copy(arena, p->variants[v].root);
        aug_space_walk(arena, copy->roots[part][v], aug_part_name(part), note_slot, &c);
        if (!p->variants[v].formats)
            continue;
        copy->formats[part][v] = aug_node_copy(arena, p->variants[v].formats);
        aug_space_walk(arena, copy->formats[part][v], aug_part_name(part), note_slot, &c);
    }
}

int aug_space_fill(const aug_space *space, aug_part part, uint64_t part_index, aug_space_copy *copy) {
    int variant = aug_space_variant(space, part, part_index);
    for (int c = 0; c < space->choice_count; c++) {
        const aug_choice *choice = &space->choices[c];
        if (choice->part != part || choice->is_variant || !copy->slots[c][variant])
            continue;
        aug_node_assign(copy->slots[c][variant], choice->values[aug_space_digit(space, c, part_index)]);
    }
    return variant;
}
