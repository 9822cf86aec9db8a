// Operations in order, and what stays over them. m 2, k 2 `for m for k`: A has a new word at each of four operations, Z at the first
// and the third: two stays of two operations each.
#include "sparse_oracle_walk.h"

void sparse_walk_operations(walk *w) {
    const aug_mapping *mapping = &w->s->mapping;
    int extents[RANKS], tiles = 1;
    for (int r = 0; r < RANKS; r++)
        extents[r] = w->sizes[r];
    for (int n = 0; n < mapping->count; n++) {
        const aug_mapping_node *node = &mapping->nodes[n];
        w->steps[n] = is_loop(node) ? extents[node->rank] / (int)node->tile : 1;
        tiles *= w->steps[n];
        if (is_loop(node))
            extents[node->rank] = (int)node->tile;
    }
    w->operation_count = tiles;
    for (int o = 0; o < tiles; o++) {
        int rest = o;
        for (int r = 0; r < RANKS; r++)
            w->start[o][r] = 0;
        for (int n = mapping->count - 1; n >= 0; n--) {
            w->index[o][n] = rest % w->steps[n];
            rest /= w->steps[n];
            if (is_loop(&mapping->nodes[n]))
                w->start[o][mapping->nodes[n].rank] += w->index[o][n] * (int)mapping->nodes[n].tile;
        }
    }
}

// A number for the indices of the loops of one kind before a node; that of an axis which may not share counts too where asked.
static int key(const walk *w, int operation, int node, aug_mapping_kind kind) {
    int value = 0;
    for (int n = 0; n < node; n++)
        if (w->s->mapping.nodes[n].kind == kind)
            value = value * w->steps[n] + w->index[operation][n];
    return value;
}

// Where the tile of a tensor at a node begins.
static int box(const walk *w, int tensor, int operation, int node) {
    int start[RANKS] = {0}, value = 0;
    for (int n = 0; n < node; n++) {
        const aug_mapping_node *at = &w->s->mapping.nodes[n];
        if (is_loop(at))
            start[at->rank] += w->index[operation][n] * (int)at->tile;
    }
    for (int r = 0; r < RANKS; r++)
        value = ranks_of[tensor] >> r & 1 ? value * MASK + start[r] : value;
    return value;
}

// Indices along axes that forbid sharing, between parent and child.
static int alone(const walk *w, int tensor, int operation, const edge *e) {
    int value = 0;
    for (int n = e->parent; n < e->child; n++) {
        const aug_mapping_node *at = &w->s->mapping.nodes[n];
        if (at->kind != AUG_MAPPING_PAR)
            continue;
        unsigned set = tensor == 2 ? w->s->problem.axes[at->axis].reduce : w->s->problem.axes[at->axis].multicast;
        if (!(set >> tensor & 1))
            value = value * w->steps[n] + w->index[operation][n] + 1;
    }
    return value;
}

typedef struct stay {
    int instance, time, box, parent, alone; // time: of its first step
} stay;

// Operations come in the order of all loops; those of one instance stand in the order of time.
static void find_groups(walk *w, int tensor, edge *e, bool compute, bool whole) {
    static stay open[OPERATIONS], groups[OPERATIONS];
    static int last[OPERATIONS], group_of_stay[OPERATIONS];
    int instances = 0, stays = 0;
    e->group_count = 0;
    for (int pass = 0; pass < w->operation_count; pass++) {
        int o = pass;
        stay now = {key(w, o, e->child, AUG_MAPPING_PAR), key(w, o, e->child, AUG_MAPPING_FOR), box(w, tensor, o, e->child),
                    key(w, o, e->parent, AUG_MAPPING_PAR), alone(w, tensor, o, e)};
        int i = 0;
        while (i < instances && open[i].instance != now.instance)
            i++;
        bool same = i < instances && open[i].box == now.box && (!(compute || whole) || last[i] == now.time);
        if (same) {
            last[i] = now.time;
            e->group[o] = group_of_stay[i];
            continue;
        }
        instances += i == instances;
        open[i] = now;
        last[i] = now.time;
        int g = 0;
        while (g < e->group_count && (groups[g].parent != now.parent || groups[g].time != now.time || groups[g].box != now.box || groups[g].alone != now.alone))
            g++;
        if (g == e->group_count) {
            groups[e->group_count] = now;
            e->members[g] = 0;
            e->inner[g] = o;
            e->group_count++;
        }
        e->members[g]++;
        group_of_stay[i] = g;
        e->group[o] = g;
        stays++;
    }
}

void sparse_walk_edges(walk *w) {
    const aug_mapping *mapping = &w->s->mapping;
    for (int t = 0; t < TENSORS; t++) {
        int stores[EDGES + 1], count = 0;
        for (int n = 0; n < mapping->count; n++)
            if (mapping->nodes[n].kind == AUG_MAPPING_STORE && (mapping->nodes[n].tensors >> t & 1))
                stores[count++] = n;
        w->edge_count[t] = count;
        for (int i = 0; i < count; i++) {
            edge *e = &w->edges[t][i];
            bool compute = i + 1 == count;
            e->parent = stores[i];
            e->child = compute ? mapping->count - 1 : stores[i + 1];
            int extents[RANKS];
            for (int r = 0; r < RANKS; r++)
                extents[r] = w->sizes[r];
            for (int n = 0; n < e->child; n++)
                if (is_loop(&mapping->nodes[n]))
                    extents[mapping->nodes[n].rank] = (int)mapping->nodes[n].tile;
            e->words = 1;
            for (int r = 0; r < RANKS; r++)
                e->words *= ranks_of[t] >> r & 1 ? extents[r] : 1;
            for (int o = 0; o < w->operation_count; o++) {
                const int *at = w->start[o];
                e->box[o] = box(w, t, o, e->child);
                e->word[o] = t == 0 ? at[0] * w->sizes[2] + at[2] : t == 1 ? at[2] * w->sizes[1] + at[1] : at[0] * w->sizes[1] + at[1];
            }
            find_groups(w, t, e, compute, mapping->nodes[e->child].whole >> t & 1);
        }
    }
}
