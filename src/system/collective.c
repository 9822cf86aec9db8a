// n chips, B bits, bandwidth w one way per chip, latency a per hop.
//
//     all-reduce, any chip reaches any other in one hop (switch, full mesh):
//         one step   a + (n-1) B / w              every chip sends all it has to all others
//         two steps  2 a + 2 (n-1)/n B / w        reduce-scatter, then all-gather
//     all-reduce on a ring      2 (n-1) a + 2 (n-1)/n B / w
//     on a torus of side s=√n   4 (s-1) a + 2 (n-1)/n B / w
//     on a row of groups, each joined with the `reach` next ones on both sides
//                               2 ceil((n-1)/reach) a + 2 (n-1)/n B / w
//     all-gather                half of an all-reduce's two steps
//     all-to-all                switch, mesh: a + (n-1)/n B / w;  ring: n/2 hops, n/8 B / w;  torus: s hops, s/8 B / w;
//                               row: ceil((n-1)/reach) hops, n/4 / reach B / w
//
// On chips whose arrays words have to cross (cost/crossings.h) a hop ends with one crossing in, to where the words are added or kept.
// Chips that run in step wait for one another before an exchange: `sync` of the link, once.
//
// (bandwidth-optimal volumes: [Patarasuk & Yuan 2009]; all-to-all on rings and tori: bisection.) The faster of the
// algorithms counts. Over several groups: inside the groups first, then between them with one n-th of the data each,
// then inside again.
#include "system/collective.h"

#include <math.h>

double aug_collective_joined(const aug_machine *machine) {
    return machine->link_count > 0 ? machine->links[machine->link_count - 1].chips : 1.0;
}

static double share_of(const aug_machine *machine) {
    return machine->kernel.achievable_link;
}

static bool one_hop(const aug_link *link) {
    return link->topology == AUG_TOPOLOGY_SWITCH || link->topology == AUG_TOPOLOGY_MESH;
}

// Hops of one sweep over all chips.
static double sweep_hops(const aug_link *link, double n) {
    if (one_hop(link))
        return 1.0;
    if (link->topology == AUG_TOPOLOGY_ROW)
        return ceil((n - 1.0) / link->reach);
    return link->topology == AUG_TOPOLOGY_RING ? n - 1.0 : 2.0 * (sqrt(n) - 1.0);
}

// Reduce-scatter or all-gather inside one group.
static double half_reduce(const aug_link *link, double rate, double n, double bits) {
    return sweep_hops(link, n) * link->latency_seconds + (n - 1.0) / n * bits / rate;
}

static double all_reduce(const aug_link *link, double rate, double n, double bits) {
    double two_steps = 2.0 * half_reduce(link, rate, n, bits);
    if (!one_hop(link))
        return two_steps;
    return fmin(two_steps, link->latency_seconds + (n - 1.0) * bits / rate);
}

static double all_to_all(const aug_link *link, double rate, double n, double bits) {
    if (one_hop(link))
        return link->latency_seconds + (n - 1.0) / n * bits / rate;
    if (link->topology == AUG_TOPOLOGY_ROW) // half of the bits of half of the groups cross the middle, over `reach` times the links of a side
        return sweep_hops(link, n) * link->latency_seconds + fmax(n / 4.0 / link->reach, (n - 1.0) / n) * bits / rate;
    bool ring = link->topology == AUG_TOPOLOGY_RING;
    double side = ring ? n : sqrt(n), hops = ring ? n / 2.0 : side; // to the farthest chip: half of each side
    double load = fmax(side / 8.0, (n - 1.0) / n);
    return hops * link->latency_seconds + load * bits / rate;
}

static aug_exchange_cost inside(const aug_machine *machine, const aug_link *link, aug_collective_kind kind, double n,
                                double bits) {
    double rate = link->bandwidth_bits_per_second * share_of(machine);
    double moved = (n - 1.0) / n * bits; // sent by one chip
    aug_exchange_cost cost = {0};
    switch (kind) {
    case AUG_COLLECTIVE_ALL_REDUCE:
        cost.seconds = all_reduce(link, rate, n, bits);
        moved *= 2.0;
        break;
    case AUG_COLLECTIVE_ALL_GATHER:
        cost.seconds = half_reduce(link, rate, n, bits);
        break;
    case AUG_COLLECTIVE_ALL_TO_ALL:
        cost.seconds = all_to_all(link, rate, n, bits);
        break;
    case AUG_COLLECTIVE_SEND:
        cost.seconds = link->latency_seconds + bits / rate;
        moved = bits;
        break;
    }
    cost.energy_pj = moved * link->energy_pj_per_bit;
    return cost;
}

// Two levels of links, the nearest and the one that joins all: groups of `size` chips, n / size groups. Levels between
// them are passed over.
static aug_exchange_cost across(const aug_machine *machine, const aug_link *near, const aug_link *far,
                                aug_collective_kind kind, double n, double bits) {
    double size = near->chips, groups = ceil(n / size);
    aug_exchange_cost inner, outer;
    if (kind == AUG_COLLECTIVE_ALL_TO_ALL) {
        inner = inside(machine, near, kind, size, bits * size / n);
        outer = inside(machine, far, kind, groups, bits);
    } else {
        // Inside the groups the parts are summed and handed out again in two steps, whatever one step would cost.
        double rate = near->bandwidth_bits_per_second * share_of(machine);
        bool reduce = kind == AUG_COLLECTIVE_ALL_REDUCE;
        inner = inside(machine, near, kind, size, bits);
        if (reduce)
            inner.seconds = 2.0 * half_reduce(near, rate, size, bits);
        outer = inside(machine, far, kind, groups, bits / size); // each chip of a group carries its part
    }
    return (aug_exchange_cost){.seconds = inner.seconds + outer.seconds, .energy_pj = inner.energy_pj + outer.energy_pj};
}

// What kernel models say of an exchange: that of the communication library, or the quicker of it and the library's own
// kernels for short messages.
static void model_exchange(const aug_roofline *roofline, aug_collective_kind kind, double chips, double bits, aug_exchange_cost *cost) {
    static const int calls[] = {[AUG_COLLECTIVE_ALL_REDUCE] = AUG_CALL_ALL_REDUCE,
                                [AUG_COLLECTIVE_ALL_GATHER] = AUG_CALL_ALL_GATHER,
                                [AUG_COLLECTIVE_ALL_TO_ALL] = AUG_CALL_ALL_TO_ALL,
                                [AUG_COLLECTIVE_SEND] = AUG_CALL_SEND};
    const aug_kernels *models = roofline->models;
    const aug_chip *chip = &roofline->chip;
    double group = fmin(chips, chip->link_chips);
    if (kind == AUG_COLLECTIVE_SEND)
        group = chips = 2.0;
    aug_kernel_shape shape = {.collective = {.call = calls[kind],
                                             .chips = chips,
                                             .nodes = ceil(chips / group),
                                             .bytes = bits / 8.0,
                                             .tuned = true}};
    const aug_kernel_fit *fit = &models->fits[AUG_KERNEL_KIND_COLLECTIVE];
    aug_kernel_time time = aug_kernel_call(AUG_KERNEL_KIND_COLLECTIVE, chip, fit->constants, &shape);
    cost->low = fmin(fit->low[time.regime], 1.0);
    cost->high = fmax(fit->high[time.regime], 1.0);
    cost->basis = fit->basis;
    if (kind == AUG_COLLECTIVE_ALL_REDUCE && chips <= chip->link_chips) {
        const aug_kernel_fit *own = &models->fits[AUG_KERNEL_KIND_CUSTOM_REDUCE];
        for (int method = AUG_REDUCE_ONE_SHOT; method <= AUG_REDUCE_TWO_SHOTS; method++) {
            shape = (aug_kernel_shape){.custom_reduce = {.chips = chips, .bytes = bits / 8.0, .method = method, .barriers = 1.0}};
            aug_kernel_time quick = aug_kernel_call(AUG_KERNEL_KIND_CUSTOM_REDUCE, chip, own->constants, &shape);
            if (quick.seconds >= time.seconds)
                continue;
            time = quick;
            cost->low = fmin(own->low[time.regime], 1.0);
            cost->high = fmax(own->high[time.regime], 1.0);
            cost->basis = own->basis;
        }
    }
    cost->seconds = time.seconds;
}

// A link whose hops end where the words are needed.
static aug_link landed(const aug_roofline *roofline, const aug_link *link) {
    aug_link landed = *link;
    if (!roofline->crossing.per_kernel)
        landed.latency_seconds += roofline->crossing.in_seconds;
    return landed;
}

aug_exchange_cost aug_collective_cost(const aug_roofline *roofline, aug_collective_kind kind, double chips, double bits) {
    const aug_machine *machine = roofline->machine;
    const aug_link *link = aug_machine_link(machine, chips);
    if (chips <= 1.0 || !link)
        return (aug_exchange_cost){0};
    const aug_link near = landed(roofline, &machine->links[0]), far = landed(roofline, link);
    bool one_level = link == &machine->links[0] || near.chips <= 1.0 || kind == AUG_COLLECTIVE_SEND;
    aug_exchange_cost cost =
        one_level ? inside(machine, &far, kind, chips, bits) : across(machine, &near, &far, kind, chips, bits);
    cost.seconds += machine->kernel.launch_seconds + link->sync_seconds;
    cost.low = machine->kernel.low_ratio;
    cost.high = machine->kernel.high_ratio;
    cost.basis = machine->kernel.basis;
    if (roofline->models)
        model_exchange(roofline, kind, chips, bits, &cost);
    return cost;
}
