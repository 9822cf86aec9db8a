#include "kernel/collective_kernel.h"

#include <assert.h>
#include <math.h>

static const aug_constant constants_table[] = {
    {"start_seconds", AUG_DIMENSION_SECONDS, 1e-6, 30e-6, 6.5e-6,
     "from the call to the first step: launch, channels set up", true},
    {"step_seconds", AUG_DIMENSION_SECONDS, 0.2e-6, 10e-6, 1.3e-6,
     "one dependent step: a flag written, crossed, seen", true},
    {"eager_share", AUG_DIMENSION_NUMBER, 0.02, 1.0, 0.25,
     "share of the link bandwidth in the eager protocol", false},
    {"bulk_share", AUG_DIMENSION_NUMBER, 0.1, 1.0, 0.78, "share of the link bandwidth in the bulk protocol", false},
    {"peer_copies", AUG_DIMENSION_NUMBER, 0.0, 3.0, 1.0,
     "passes over one chip's share that an all-to-all adds", false},
    {"sync_seconds", AUG_DIMENSION_SECONDS, 0.0, 60e-6, 7.5e-6, "fences of the bulk protocol", true},
    {"crowd_share", AUG_DIMENSION_NUMBER, 0.1, 1.0, 1.0,
     "share of the bandwidth left to each of more than two chips", false},
    {"multicast_share", AUG_DIMENSION_NUMBER, 0.0, 1.0, 0.0,
     "share of the bandwidth where switches add; 0: they do not", false},
};

static const char *const regimes[] = {"latency", "eager", "switch", "bulk", "nodes", "all-to-all", "send"};

enum {
    REGIME_LATENCY,
    REGIME_EAGER,
    REGIME_SWITCH,
    REGIME_BULK,
    REGIME_NODES,
    REGIME_ALL_TO_ALL,
    REGIME_SEND
};

const aug_kernel_model aug_collective_model = {
    .name = "collective",
    .about = "collective calls of communication libraries",
    .constants = constants_table,
    .constant_count = sizeof constants_table / sizeof constants_table[0],
    .regimes = regimes,
    .regime_count = sizeof regimes / sizeof regimes[0],
};

// Facts of the library, the same on all chips: docs/kernels/collectives.md.
static const double fast_link = 100e9; // bytes/s; faster links keep the order inside a line of 128 bytes
static const double slow_changeover = 14e-6;    // seconds of the message on slow links
static const double reduce_changeover = 1.4e-6; // seconds of a chip's share of an all-reduce on fast links
static const double ring_changeover = 1.8e-6;   // of the other rings
static const double peer_changeover = 22e3;     // bytes per peer of an all-to-all
static const double channel_rate = 6.4e9;       // bytes/s of one channel that flags every word
static const double wake_bytes = 3.4e3;         // of one chip, that wake half of the channels
static const double wake_syncs = 0.21;          // cost of all channels awake
static const double fill_seconds = 1.7e-6;      // chunks in flight, in time on the link
static const double pair_eager = 0.8;           // two chips have half of the channels
static const double narrow_copies = 0.16;

enum { PAIR, FOUR, MANY };

// Of the bulk protocol by group size: trees and rings differ in how many fences they wait for.
static const double reduce_fences[] = {[PAIR] = 1.2, [FOUR] = 1.3, [MANY] = 1.1};
static const double ring_fences[] = {[PAIR] = 0.8, [FOUR] = 1.4, [MANY] = 1.2};

typedef struct ring {
    double steps, volume; // dependent steps; bytes over the links of a chip per byte of the message
    double fences, copies;
} ring;

static int size_class(double n) {
    return n <= 2.0 ? PAIR : n <= 4.0 ? FOUR : MANY;
}

static ring ring_of(const aug_collective_shape *shape, double n, double peer_copies) {
    double others = n - 1.0, own = shape->without_copies ? 0.0 : 1.0,
           sums = shape->narrow_integers ? narrow_copies : 0.0;
    switch (shape->call) {
    case AUG_CALL_ALL_REDUCE:
        return (ring){2.0 * others, 2.0 * others / n, reduce_fences[size_class(n)], own * (0.58 + sums)};
    case AUG_CALL_ALL_TO_ALL:
        return (ring){1.0 + 0.4 * others, others / n, 0.5, own * peer_copies};
    case AUG_CALL_SEND:
        return (ring){1.0, 0.92, 0.0, 0.0};
    default:
        return (ring){others, others / n, ring_fences[size_class(n)], own * (0.65 + sums)};
    }
}

static bool is_direct(const aug_collective_shape *shape) {
    return shape->call == AUG_CALL_ALL_TO_ALL || shape->call == AUG_CALL_SEND;
}

// Bytes of the message from which the bulk protocol is used.
static double changeover_bytes(const aug_collective_shape *shape, double n, double bandwidth) {
    if (shape->call == AUG_CALL_SEND)
        return 0.0;
    if (shape->call == AUG_CALL_ALL_TO_ALL)
        return peer_changeover * n;
    if (bandwidth < fast_link)
        return slow_changeover * bandwidth;
    bool reduce = shape->call == AUG_CALL_ALL_REDUCE;
    double shares = n <= 2.0 || (n > 4.0 && reduce) ? 2.0 : 3.6;
    return shares * (reduce ? reduce_changeover : ring_changeover) * bandwidth;
}

// Adds to `waits` what waits for no bandwidth; returns the seconds on the links.
static double eager(const double *k, const aug_collective_shape *shape, const ring *r, double n, double base,
                    double *waits) {
    double crowd = n <= 2.0 ? 1.0 : k[AUG_COLLECTIVE_CROWD], step = k[AUG_COLLECTIVE_STEP];
    double bandwidth =
        base * k[AUG_COLLECTIVE_EAGER] * (n > 4.0 ? crowd * crowd : crowd) * (n <= 2.0 ? pair_eager : 1.0);
    double on_link = shape->bytes * r->volume / bandwidth;
    if (is_direct(shape)) {
        *waits += r->steps * step;
        return on_link + shape->bytes / n / channel_rate;
    }
    double crossing = on_link / r->steps, woken = shape->bytes / (wake_bytes * n);
    *waits += wake_syncs * k[AUG_COLLECTIVE_SYNC] * woken * woken / (1.0 + woken * woken);
    *waits += r->steps * (sqrt(step * step + crossing * crossing) - crossing);
    return on_link;
}

static double bulk(const double *k, const aug_collective_shape *shape, const ring *r, double n, double base,
                   double *waits) {
    double crowd = n <= 2.0 ? 1.0 : k[AUG_COLLECTIVE_CROWD], multicast = k[AUG_COLLECTIVE_MULTICAST];
    double bandwidth =
        base * (is_direct(shape) && n > 4.0 ? crowd * sqrt(crowd) : crowd); // half of it crosses the middle
    double filled = shape->bytes / (shape->bytes + fill_seconds * base * n);
    *waits += r->steps * k[AUG_COLLECTIVE_STEP];
    *waits += k[AUG_COLLECTIVE_SYNC] * (wake_syncs + r->fences * (1.0 + filled));
    double per_byte = (r->volume / k[AUG_COLLECTIVE_BULK] + r->copies / n) / bandwidth;
    if (shape->call == AUG_CALL_ALL_REDUCE && !shape->narrow_integers && n > 4.0 && multicast > 0.0)
        per_byte = fmin(per_byte, (1.0 + 1.0 / n) / (base * multicast));
    return shape->bytes * per_byte;
}

static int regime_of(const aug_collective_shape *shape, double changeover, double on_link, double seconds) {
    if (shape->call == AUG_CALL_SEND)
        return REGIME_SEND;
    if (shape->call == AUG_CALL_ALL_TO_ALL)
        return REGIME_ALL_TO_ALL;
    if (shape->nodes > 1.0)
        return REGIME_NODES;
    if (shape->bytes >= 0.5 * changeover && shape->bytes < 2.0 * changeover)
        return REGIME_SWITCH;
    if (shape->bytes >= changeover)
        return REGIME_BULK;
    return on_link > 0.2 * seconds ? REGIME_EAGER : REGIME_LATENCY;
}

static aug_kernel_time inside(const aug_chip *chip, const double *k, const aug_collective_shape *shape) {
    double n = shape->chips, base = chip->link_bytes_per_second,
           changeover = changeover_bytes(shape, n, base);
    ring r = ring_of(shape, n, k[AUG_COLLECTIVE_PEERS]);
    double waits = k[AUG_COLLECTIVE_START] + shape->software_seconds;
    double other_waits = waits, on_link, seconds;
    bool is_eager = shape->bytes < changeover;
    on_link = (is_eager ? eager : bulk)(k, shape, &r, n, base, &waits);
    seconds = waits + on_link;
    if (shape->tuned) {
        double other = (is_eager ? bulk : eager)(k, shape, &r, n, base, &other_waits);
        seconds = fmin(seconds, other_waits + other);
    }
    return (aug_kernel_time){seconds, on_link > waits ? AUG_KERNEL_LINK : AUG_KERNEL_LATENCY,
                             regime_of(shape, changeover, on_link, seconds)};
}

static aug_kernel_time between(const aug_chip *chip, const double *k, const aug_collective_shape *shape) {
    double rail = shape->network_bytes_per_second;
    if (rail <= 0.0)
        rail = k[AUG_COLLECTIVE_BULK] * chip->node_link_bytes_per_second;
    double hop =
        k[AUG_COLLECTIVE_START] + k[AUG_COLLECTIVE_STEP]; // a step over the network costs about a call
    double steps = 2.0, on_link = shape->bytes / rail;    // to ask and to send
    if (shape->call == AUG_CALL_ALL_TO_ALL) {
        on_link *= (shape->nodes - 1.0) / shape->nodes; // what leaves the node, each chip over its own rail
    } else if (shape->call != AUG_CALL_SEND) {
        ring r = ring_of(shape, shape->chips, 0.0);
        steps = r.steps;
        on_link *= r.volume / fmin(shape->chips / shape->nodes, 4.0);
    }
    double waits = k[AUG_COLLECTIVE_START] + shape->software_seconds + steps * hop;
    return (aug_kernel_time){waits + on_link, on_link > waits ? AUG_KERNEL_LINK : AUG_KERNEL_LATENCY,
                             regime_of(shape, 0.0, on_link, waits + on_link)};
}

aug_kernel_time aug_collective_time(const aug_chip *chip, const double constants[AUG_CONSTANTS],
                                    const aug_collective_shape *shape) {
    assert(shape->chips >= 1.0 && shape->nodes >= 1.0);
    if (shape->chips <= 1.0)
        return (aug_kernel_time){.bound = AUG_KERNEL_LATENCY};
    return shape->nodes > 1.0 ? between(chip, constants, shape) : inside(chip, constants, shape);
}
