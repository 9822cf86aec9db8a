// Least energy and fewest cycles are seldom met by one nest. A member with its intermediates at home on the
// chip does no worse than below any prefix (group_least.c), so its whole front lies under all that it does
// there:
//
//     (energy, cycles) of the member  >=  some point of that front, in both
//
// In turns cycles add up as energies do, so sums of such points, one of each member, lie under all plans. Where
// units overlap, so they do for the cycles of one unit and the energy of all, and for what passes one port;
// plans take at least as much as some point of each of these, so the larger of both figures of one point of
// each lies under them, too.
//
// Example: two members on one array take 10 pJ in 7 cycles or 12 in 1, through one port. Sums: 20 pJ in 14
// cycles, 22 in 8, 24 in 2. In no more than 9 cycles they take 22 pJ at least, and not 20.
//
// Of fewest cycles it is known what a member takes then, and that it takes a cycle more if it takes less
// energy.
#include "fusion/group_stairs.h"

#include "fusion/group_prefixes.h"

#include <math.h>
#include <string.h>

enum { MOST_POINTS = 48, MOST_HOMES = 64 };

typedef struct builder {
    aug_group_search *search;
    aug_arena *arena;
    const aug_group *group;
    const aug_group_front *front; // what is known
    bool overlaps;                // units may
    int home_count;               // choices of homes that were looked at
    int8_t homes[AUG_GROUP_TENSORS];
    double least_pj[AUG_GROUP_MEMBERS], least_cycles[AUG_GROUP_MEMBERS];
    aug_group_front all;
} builder;

static aug_group_front nothing(const builder *b) {
    return (aug_group_front){.arena = b->arena, .objective = AUG_OBJECTIVE_FRONT};
}

static void add(aug_group_front *to, double energy_pj, double cycles) {
    aug_group_front_add(to, (aug_group_point){energy_pj, cycles, NULL});
}

// ---- Stairs

// Two neighbours become the corner below both, those first whose corner is least far from them.
static void coarsen(aug_group_front *of) {
    while (of->count > MOST_POINTS) {
        int best = 0;
        double least = (double)INFINITY;
        for (int i = 0; i + 1 < of->count; i++) {
            const aug_group_point *a = &of->points[i], *b = &of->points[i + 1];
            double far = (b->energy_pj / fmax(a->energy_pj, 1e-300) - 1.0) *
                         (a->cycles / fmax(b->cycles, 1e-300) - 1.0);
            if (far < least) {
                least = far;
                best = i;
            }
        }
        of->points[best].cycles = of->points[best + 1].cycles;
        of->count--;
        memmove(&of->points[best + 1], &of->points[best + 2],
                (size_t)(of->count - best - 1) * sizeof *of->points);
    }
}

// Under all that is above a point of each.
static aug_group_front meet(const builder *b, const aug_group_front *x, const aug_group_front *y) {
    aug_group_front both = nothing(b);
    for (int i = 0; i < x->count; i++)
        for (int k = 0; k < y->count; k++)
            add(&both, fmax(x->points[i].energy_pj, y->points[k].energy_pj),
                fmax(x->points[i].cycles, y->points[k].cycles));
    coarsen(&both);
    return both;
}

// ---- Members

// Of one thing: the time of a unit (memory -1), or of a port.
typedef struct thing {
    int unit, memory, kind;
} thing;

static bool has_part(const builder *b, thing of, int member) {
    return of.memory >= 0 || !b->overlaps || aug_problem_unit(b->group->members[member]) == of.unit;
}

// EDP: what of a member matters. All take no less energy together; of cycles what adds up.
static aug_product_cut cut_for(const builder *b, thing of, int member) {
    const aug_group_front *front = b->front;
    if (front->objective != AUG_OBJECTIVE_EDP || !(front->product > 0.0))
        return (aug_product_cut){0.0, 0.0, 0.0};
    double scale = of.memory >= 0 ? (double)AUG_PORT_SCALE : 1.0;
    aug_product_cut cut = {.product = front->product / (front->times * front->times) * (1.0 + 1e-9) * scale,
                           .rest_pj = front->rest_pj / front->times,
                           .rest_cycles = front->rest_cycles / front->times * scale};
    for (int e = 0; e < b->group->member_count; e++) {
        cut.rest_pj += e == member ? 0.0 : b->least_pj[e];
        cut.rest_cycles += e != member && of.memory < 0 && has_part(b, of, e) ? b->least_cycles[e] : 0.0;
    }
    return cut;
}

static void add_member(const builder *b, thing of, int member, aug_group_front *sum) {
    aug_group_front own = nothing(b), before = *sum;
    if (has_part(b, of, member)) {
        const aug_product_cut cut = cut_for(b, of, member);
        aug_group_least_steps(&b->search->leasts, &b->search->ports, b->group, member, b->homes, of.memory, of.kind,
                              &cut, &own);
    } else {
        add(&own, b->least_pj[member], 0.0);
    }
    coarsen(&own);
    *sum = nothing(b);
    aug_group_front_add_sums(sum, &before, &own, 1.0);
    coarsen(sum);
}

// The group's, as far as it is of interest.
static aug_group_front stairs_of_thing(const builder *b, thing of) {
    aug_group_front sum = nothing(b), wanted = nothing(b);
    add(&sum, 0.0, 0.0);
    for (int e = 0; e < b->group->member_count; e++)
        add_member(b, of, e, &sum);
    for (int i = 0; i < sum.count; i++) {
        double energy_pj = sum.points[i].energy_pj, cycles = sum.points[i].cycles;
        if (aug_group_front_allows(b->front, energy_pj, cycles))
            add(&wanted, energy_pj, cycles);
    }
    return wanted;
}

static void raise_by(const builder *b, thing of, aug_group_front *stairs) {
    const aug_group_front own = stairs_of_thing(b, of);
    *stairs = meet(b, stairs, &own);
}

// Ports of memories outside of arrays that have a width. Energies of a world without other times are others
// where memories leak.
static void raise_by_ports(const builder *b, aug_group_front *stairs) {
    const aug_problem *p = b->group->members[0];
    if (!b->overlaps || b->front->objective == AUG_OBJECTIVE_LATENCY || aug_problem_leaks(p))
        return;
    for (int m = 0; m < p->memory_count; m++) {
        const aug_problem_memory *memory = &p->memories[m];
        if (memory->axes_above > 0)
            continue;
        if (!isinf(memory->read_bits_per_cycle))
            raise_by(b, (thing){-1, m, memory->shared_port ? AUG_PORT_SHARED : AUG_PORT_READ}, stairs);
        if (!memory->shared_port && !isinf(memory->write_bits_per_cycle))
            raise_by(b, (thing){-1, m, AUG_PORT_WRITE}, stairs);
    }
}

// ---- Homes

static void look_at(builder *b) {
    aug_group_front stairs = nothing(b);
    unsigned units = 0;
    double energy_pj = 0.0;
    for (int e = 0; e < b->group->member_count; e++) {
        const aug_group_least *least =
            aug_group_least_of(&b->search->leasts, b->group, e, b->group->members[e], b->homes);
        b->least_pj[e] = least->energy_pj;
        b->least_cycles[e] = least->cycles;
        energy_pj += least->energy_pj;
    }
    add(&stairs, energy_pj, 0.0);
    for (int e = 0; e < b->group->member_count; e++) {
        int unit = b->overlaps ? aug_problem_unit(b->group->members[e]) : 0;
        if (unit >= 0 && !(units >> unit & 1u))
            raise_by(b, (thing){unit, -1, 0}, &stairs);
        units |= unit >= 0 ? 1u << unit : 0u;
    }
    raise_by_ports(b, &stairs);
    for (int i = 0; i < stairs.count; i++)
        aug_group_front_add(&b->all, stairs.points[i]);
}

static void choose_homes(builder *b, int tensor) {
    const aug_group *group = b->group;
    while (tensor < group->tensor_count && !(group->intermediates >> tensor & 1u))
        tensor++;
    if (tensor >= group->tensor_count) {
        if (++b->home_count <= MOST_HOMES)
            look_at(b);
        return;
    }
    for (int m = 0; m < group->members[0]->memory_count; m++)
        if (aug_group_may_be_home(group, m, tensor)) {
            b->homes[tensor] = (int8_t)m;
            choose_homes(b, tensor + 1);
        }
}

static bool has_several_units(const aug_group *group) {
    for (int e = 1; e < group->member_count; e++)
        if (aug_problem_unit(group->members[e]) != aug_problem_unit(group->members[0]))
            return true;
    return false;
}

const aug_group_front *aug_group_stairs_of(aug_group_search *search, const aug_group *group,
                                           const aug_group_front *front) {
    if (group->windowed || front->objective == AUG_OBJECTIVE_ENERGY ||
        aug_mapper_can_search(group->members[0], NULL))
        return NULL; // windows make other einsums of members, or sparse
    builder *b = AUG_NEW(search->scratch, builder);
    *b = (builder){.search = search, .arena = search->scratch, .group = group, .front = front};
    b->overlaps = group->overlap != AUG_OVERLAP_TURNS && has_several_units(group);
    b->all = nothing(b);
    memset(b->homes, -1, sizeof b->homes);
    choose_homes(b, 0);
    if (b->home_count > MOST_HOMES)
        return NULL;
    coarsen(&b->all);
    aug_group_front *all = AUG_NEW(search->scratch, aug_group_front);
    *all = b->all;
    return all;
}
