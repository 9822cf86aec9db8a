#include "cost/network.h"

#include <math.h>

// Points of one axis that loops reach: those whose index tells transfers apart, and those that share one.
typedef struct reach {
    int count;
    struct {
        aug_count steps, stride;
        bool shared;
    } loops[AUG_MAPPING_NODES];
} reach;

static reach reach_of(const aug_form *form, const aug_edge *edge, int axis) {
    reach found = {0};
    aug_count extents[AUG_PROBLEM_RANKS], stride = 1;
    const aug_problem *problem = form->problem;
    for (int r = 0; r < problem->rank_count; r++)
        extents[r] = problem->sizes[r];
    for (int n = 0; n < edge->child; n++) {
        const aug_mapping_node *node = &form->mapping->nodes[n];
        if (node->kind != AUG_MAPPING_FOR && node->kind != AUG_MAPPING_PAR)
            continue;
        aug_count steps = (extents[node->rank] + node->tile - 1) / node->tile;
        if (node->tile < extents[node->rank])
            extents[node->rank] = node->tile;
        if (node->kind == AUG_MAPPING_PAR && node->axis == axis) {
            bool shared = !(form->tensors[edge->tensor].ranks >> node->rank & 1) &&
                          (problem->axes[axis].multicast >> edge->tensor & 1);
            found.loops[found.count].steps = steps;
            found.loops[found.count++].shared = shared;
        }
    }
    for (int l = found.count - 1; l >= 0; l--) {
        found.loops[l].stride = stride;
        stride *= found.loops[l].steps;
    }
    return found;
}

// The mean over the transfers of what `rate` says of the lowest and the highest point that one reaches.
static double mean_over(const reach *along, double centre,
                        double (*rate)(double low, double high, double centre)) {
    aug_count transfers = 1, span = 0;
    for (int l = 0; l < along->count; l++) {
        if (along->loops[l].shared)
            span += (along->loops[l].steps - 1) * along->loops[l].stride;
        else
            transfers *= along->loops[l].steps;
    }
    double sum = 0.0;
    for (aug_count i = 0; i < transfers; i++) {
        aug_count rest = i, low = 0;
        for (int l = along->count - 1; l >= 0; l--)
            if (!along->loops[l].shared) {
                low += rest % along->loops[l].steps * along->loops[l].stride;
                rest /= along->loops[l].steps;
            }
        sum += rate((double)low, (double)(low + span), centre);
    }
    return sum / (double)transfers;
}

static double farthest(double low, double high, double centre) {
    (void)low;
    (void)centre;
    return high;
}

static double up_and_down(double low, double high, double centre) {
    return fmax(0.0, high - centre) + fmax(0.0, centre - low);
}

static double columns_of(const reach *along) {
    double columns = 1.0;
    for (int l = 0; l < along->count; l++)
        if (along->loops[l].shared)
            columns *= (double)along->loops[l].steps;
    return columns;
}

// ---- Arrays that are used in part, as Timeloop numbers them
//
// It numbers the instances in use through, row by row, and puts number i at column i mod columns, row i /
// columns of the whole mesh: rows of a part that is narrower than the mesh wrap around. `drain: free` counts
// as it does.

enum { PACKED_COLUMNS = 512 };

static aug_count points_of(const reach *along, bool shared) {
    aug_count points = 1;
    for (int l = 0; l < along->count; l++)
        points *= along->loops[l].shared == shared ? along->loops[l].steps : 1;
    return points;
}

// Where combination `index` of the loops of one kind is.
static aug_count point_at(const reach *along, bool shared, aug_count index) {
    aug_count at = 0;
    for (int l = along->count - 1; l >= 0; l--)
        if (along->loops[l].shared == shared) {
            at += index % along->loops[l].steps * along->loops[l].stride;
            index /= along->loops[l].steps;
        }
    return at;
}

static double packed_transfer(const reach *across, const reach *along, aug_count x, aug_count y,
                              aug_count columns, double centre) {
    double low[PACKED_COLUMNS], high[PACKED_COLUMNS], hops = 0.0, far = 0.0;
    aug_count used = points_of(across, false) * points_of(across, true);
    for (aug_count c = 0; c < columns; c++)
        low[c] = high[c] = -1.0;
    for (aug_count i = 0; i < points_of(across, true); i++)
        for (aug_count j = 0; j < points_of(along, true); j++) {
            aug_count number = (y + point_at(along, true, j)) * used + x + point_at(across, true, i);
            double row = (double)(number / columns);
            aug_count c = number % columns;
            low[c] = low[c] < 0.0 || row < low[c] ? row : low[c];
            high[c] = row > high[c] ? row : high[c];
            far = (double)c > far ? (double)c : far;
        }
    for (aug_count c = 0; c < columns; c++)
        hops += high[c] < 0.0 ? 0.0 : up_and_down(low[c], high[c], centre);
    return far + hops;
}

static double packed_hops(const reach *across, const reach *along, aug_count columns, double centre) {
    double sum = 0.0;
    aug_count wide = points_of(across, false), high = points_of(along, false);
    for (aug_count i = 0; i < wide; i++)
        for (aug_count j = 0; j < high; j++)
            sum += packed_transfer(across, along, point_at(across, false, i), point_at(along, false, j),
                                   columns, centre);
    return sum / ((double)wide * (double)high);
}

static double hops_of(const aug_form *form, const aug_edge *edge, const aug_problem_array *array) {
    reach across = reach_of(form, edge, array->first_axis);
    double hops = mean_over(&across, 0.0, farthest);
    if (array->axis_count < 2)
        return hops;
    reach along = reach_of(form, edge, array->first_axis + 1);
    aug_count columns = form->problem->axes[array->first_axis].fanout;
    double rows = (double)form->problem->axes[array->first_axis + 1].fanout;
    bool in_part = points_of(&across, false) * points_of(&across, true) < columns;
    if (!form->problem->drain_reads && in_part && columns <= PACKED_COLUMNS)
        return packed_hops(&across, &along, columns, (rows - 1.0) / 2.0);
    return hops + columns_of(&across) * mean_over(&along, (rows - 1.0) / 2.0, up_and_down);
}

// Words that enter or leave the array for a tensor: what its parent gives, or takes. Partial results that are
// read back go down again, which Timeloop (`drain: free`) counts below the outermost memory alone; those that
// leave the parent upwards do not pass here.
static aug_count transfers_of(const aug_form *form, const aug_edge *edge, const aug_cost *cost) {
    const aug_problem *problem = form->problem;
    const aug_holding *parent =
        &cost->memories[form->mapping->nodes[edge->parent].memory].tensors[edge->tensor];
    if (!problem->tensors[edge->tensor].is_output)
        return parent->flows[AUG_FLOW_READ].dense;
    bool outermost = form->mapping->nodes[edge->parent].memory == 0;
    bool back = (problem->drain_reads || outermost) && edge->child != form->compute_node;
    return parent->flows[AUG_FLOW_UPDATE].dense +
           (back ? parent->flows[AUG_FLOW_READ].dense - parent->drain_words : 0);
}

static bool crosses(const aug_form *form, const aug_edge *edge, const aug_problem_array *array, int compute) {
    const aug_problem *problem = form->problem;
    if (edge->parent < 0)
        return false;
    int outside = problem->memories[form->mapping->nodes[edge->parent].memory].axes_above;
    int inside = edge->child == form->compute_node
                     ? problem->computes[compute].axes_above
                     : problem->memories[form->mapping->nodes[edge->child].memory].axes_above;
    return outside <= array->first_axis && inside > array->first_axis;
}

void aug_network(const aug_problem *problem, const aug_mapping *mapping, aug_cost_scratch *scratch,
                 aug_cost *cost) {
    for (int a = 0; a < problem->array_count; a++) {
        const aug_problem_array *array = &problem->arrays[a];
        if (array->hop_pj <= 0.0 && array->router_pj <= 0.0)
            continue;
        const aug_form *form = aug_scratch_form(scratch, problem, mapping);
        for (int t = 0; t < problem->tensor_count; t++)
            for (int s = 1; s <= form->tensors[t].store_count; s++) {
                aug_edge edge = aug_form_edge(form, t, s);
                if (!crosses(form, &edge, array, cost->compute_unit))
                    continue;
                double hops = cost->networks[a].hops[t] = hops_of(form, &edge, array);
                aug_count words = cost->networks[a].transfers[t] = transfers_of(form, &edge, cost);
                cost->networks[a].energy_pj +=
                    (double)words * (hops * array->hop_pj + (1.0 + floor(hops)) * array->router_pj);
            }
    }
}
