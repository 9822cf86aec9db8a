// Traffic over a memory level.
//
// Every tensor moves at least once (compulsory). A matrix product of M multiply-accumulates whose operands do not stay
// in the S words of fast memory below moves about 2 M / √S words: the lower bound is 2 M / √S - 2 S [Smith19, Hong81], and
// the 2 S that a schedule may find there at its start is not counted, so that twice the work never moves more than twice
// the words. A sliding window that uses each element ω times lowers it to 2 M / √(S ω) [Demmel18]. The larger of the two
// counts.
//
// Where the children of a level share reads (multicast), their memories act as one of their total size; where they do
// not, each has to reuse what it reads on its own.
#include "cost/roofline.h"

#include <math.h>
#include <string.h>

// The reuse that the levels below memory `index` offer.
static void set_below(const aug_machine *machine, int index, aug_roofline_memory *memory) {
    memory->innermost = index + 1 == machine->memory_count;
    memory->below_bits = (double)INFINITY;
    if (memory->innermost)
        return;
    int level = machine->memories[index], next = machine->memories[index + 1];
    const aug_level *below = &machine->levels[next];
    bool multicast = true;
    for (int i = level + 1; i < next; i++)
        if (machine->levels[i].kind == AUG_LEVEL_ARRAY)
            multicast = multicast && machine->levels[i].array.multicast;
    memory->below_bits = multicast ? aug_memory_total_bits(below) : below->memory.size_bits;
}

static void set_memory(const aug_machine *machine, int index, aug_roofline_memory *memory) {
    const aug_level *level = &machine->levels[machine->memories[index]];
    const aug_memory *m = &level->memory;
    double share = (machine->models ? 1.0 : machine->kernel.achievable_memory) * level->instances;
    *memory = (aug_roofline_memory){.name = level->name,
                                    .capacity_bits = aug_memory_total_bits(level),
                                    .read_bits_per_second = m->read_bits_per_second * share,
                                    .write_bits_per_second = m->write_bits_per_second * share,
                                    .shared_port = m->shared_port,
                                    .computed = m->words == 1,
                                    .read_pj_per_bit = m->energy_pj_per_bit[AUG_ACTION_READ],
                                    .write_pj_per_bit = m->energy_pj_per_bit[AUG_ACTION_WRITE]};
    set_below(machine, index, memory);
}

static uint64_t hash(uint64_t key, const double *numbers, size_t count) { // FNV-1a over 64-bit words
    for (size_t i = 0; i < count; i++) {
        uint64_t word;
        memcpy(&word, &numbers[i], sizeof word);
        key = (key ^ word) * UINT64_C(0x100000001B3);
        key ^= key >> 29;
    }
    return key;
}

// Of all that times and energies of kernels and exchanges follow from.
static uint64_t timing_of(const aug_roofline *roofline, const aug_machine *machine) {
    const aug_chip *chip = &roofline->chip;
    const double numbers[] = {chip->units, chip->memory_bytes_per_second, chip->cache_bytes, chip->cache_bytes_per_second, chip->power_watts,
                              chip->link_bytes_per_second, chip->link_chips, chip->node_link_bytes_per_second, roofline->hop_seconds,
                              (double)(uintptr_t)roofline->models};
    uint64_t key = hash(UINT64_C(0xCBF29CE484222325), numbers, AUG_COUNT(numbers));
    key = hash(key, chip->flops, AUG_COUNT(chip->flops));
    key = hash(key, &roofline->rate[0][0], (size_t)AUG_UNIT_COUNT * AUG_FORMAT_COUNT);
    key = hash(key, &roofline->energy_pj[0][0], (size_t)AUG_UNIT_COUNT * AUG_FORMAT_COUNT);
    for (int i = 0; i < roofline->memory_count; i++) {
        const aug_roofline_memory *m = &roofline->memories[i];
        const double memory[] = {m->read_bits_per_second, m->write_bits_per_second, m->shared_port, m->read_pj_per_bit,
                                 m->write_pj_per_bit, m->below_bits, m->innermost};
        key = hash(key, memory, AUG_COUNT(memory));
    }
    for (int i = 0; i < machine->link_count; i++) {
        const aug_link *l = &machine->links[i];
        const double link[] = {l->bandwidth_bits_per_second, l->latency_seconds, l->topology, l->chips, l->energy_pj_per_bit};
        key = hash(key, link, AUG_COUNT(link));
    }
    return key;
}

// Products that run into the power limit tell what an operation takes: the limit over their rate is all that the chip draws, static
// power included, so limit / rate - static / rate are the operation's own. Where the model of products was fitted to such
// measurements, and says more than the machine states, it counts.
static void set_ceiling_energies(aug_roofline *roofline, const aug_machine *machine) {
    const aug_kernel_fit *fit = &machine->models->fits[AUG_KERNEL_KIND_GEMM];
    double share = machine->power_static_watts / machine->power_limit_watts;
    if (fit->basis == AUG_BASIS_DATASHEET || !(share < 1.0))
        return;
    for (int f = 0; f < AUG_FORMAT_COUNT; f++) {
        double *stated = &roofline->energy_pj[AUG_UNIT_MATRIX][f];
        double found = aug_gemm_energy_pj(fit->constants, aug_format_computed((aug_number_format)f)) * (1.0 - share);
        if (found > *stated) // not where none is stated
            *stated = found;
    }
}

void aug_roofline_init(aug_roofline *roofline, const aug_machine *machine) {
    roofline->machine = machine;
    roofline->memory_count = machine->memory_count < AUG_ROOFLINE_MEMORIES ? machine->memory_count : AUG_ROOFLINE_MEMORIES;
    for (int i = 0; i < roofline->memory_count; i++)
        set_memory(machine, i, &roofline->memories[i]);
    for (int unit = 0; unit < AUG_UNIT_COUNT; unit++)
        for (int f = 0; f < AUG_FORMAT_COUNT; f++) {
            aug_number_format used;
            double peak = aug_machine_peak(machine, (aug_unit)unit, (aug_number_format)f, &used);
            double share = used == AUG_FORMAT_NONE ? 0.0 : machine->models ? 1.0 : machine->kernel.achievable_compute[used];
            roofline->rate[unit][f] = peak * share;
            roofline->energy_pj[unit][f] = (double)NAN;
            if (used != AUG_FORMAT_NONE)
                roofline->energy_pj[unit][f] = machine->energy_pj_per_op[unit][used];
        }
    roofline->models = machine->models;
    roofline->fuses = machine->kernel.fuses && !machine->models;
    if (machine->models)
        set_ceiling_energies(roofline, machine);
    aug_chip_of(machine, &roofline->chip);
    roofline->timing = 0;
    roofline->launch_seconds = machine->models ? 0.0 : machine->kernel.launch_seconds;
    roofline->hop_seconds = machine->hop_seconds;
    roofline->crossing = aug_crossing_of(machine);
    if (machine->models)
        roofline->timing = timing_of(roofline, machine);
}

typedef struct traffic {
    double read_bits, write_bits;
    double operand_bits; // mean bits of an input element
    double wide_read_bits; // with each input at least as wide as the operator computes
    double weight_bits;    // of all bits: weights and states, which move once however many tokens there are
} traffic;

// Whether a tensor moves as a whole however its operator's work is shared out: weights, and inputs whose windows overlap.
static bool moves_whole(const aug_operator *op, int tensor) {
    const aug_einsum_tensor *t = &op->einsum.tensors[tensor];
    for (int d = 0; d < t->dim_count; d++)
        if (t->dims[d].term_count > 1)
            return true;
    return op->uses[tensor].role == AUG_ROLE_WEIGHT;
}

// Every tensor once.
static traffic compulsory(const aug_operator *op, const aug_setting *setting, const double *sizes, double computed_bits) {
    traffic t = {0};
    int inputs = op->einsum.tensor_count - 1;
    for (int i = 0; i <= inputs; i++) {
        double width = aug_operator_bits(op, i, setting->precision);
        double bits = aug_operator_moved(op, i, sizes) * width;
        if (i < inputs)
            t.operand_bits += width / inputs;
        if (op->uses[i].role == AUG_ROLE_STATE) {
            t.read_bits += bits / 2.0;
            t.wide_read_bits += bits / 2.0;
            t.weight_bits += bits;
            t.write_bits += bits / 2.0;
        } else if (i == inputs) {
            t.write_bits += bits;
        } else {
            t.read_bits += bits;
            t.wide_read_bits += bits * fmax(1.0, computed_bits / width);
            t.weight_bits += moves_whole(op, i) ? bits : 0.0;
        }
    }
    return t;
}

// What an element-wise operator changes of the traffic where it runs inside the product that wrote its inputs.
static traffic handed_on(const aug_operator *op, const aug_setting *setting, const double *sizes) {
    traffic t = {0};
    for (int i = 0; i < op->einsum.tensor_count; i++) {
        double bits = aug_operator_moved(op, i, sizes) * aug_operator_bits(op, i, setting->precision);
        aug_tensor_role role = op->uses[i].role;
        if (i + 1 == op->einsum.tensor_count)
            t.write_bits += bits;
        else if (role == AUG_ROLE_INPUT)
            t.write_bits -= bits;
        else
            t.read_bits += bits;
    }
    return t;
}

// Bits that a product reads through a level for want of reuse (see above); 0 where the level's reuse is not known.
static double reuse_bits(const aug_roofline_memory *memory, double products, double overlap, double operand_bits) {
    if (!isfinite(memory->below_bits) || !(memory->below_bits > 0.0))
        return 0.0;
    return 2.0 * products / sqrt(memory->below_bits / operand_bits * overlap) * operand_bits;
}

static double port_seconds(const aug_roofline_memory *memory, double read_bits, double write_bits) {
    if (memory->shared_port)
        return (read_bits + write_bits) / memory->read_bits_per_second;
    return fmax(read_bits / memory->read_bits_per_second, write_bits / memory->write_bits_per_second);
}

// Returns the share of weights and states in what moves.
static double add_memories(const aug_roofline *roofline, const aug_operator *op, const aug_setting *setting,
                         const double *sizes, double products, double computed_bits, aug_work *work) {
    bool inside = roofline->fuses && !aug_einsum_is_product(&op->einsum) && !op->vector;
    traffic t = inside ? handed_on(op, setting, sizes) : compulsory(op, setting, sizes, computed_bits);
    double overlap = products > 0.0 ? aug_operator_overlap(op, sizes) : 1.0;
    bool mapped = roofline->machine->model == AUG_MACHINE_MAPPED;
    work->bits = t.read_bits + t.write_bits;
    double filled = 0.0; // bits that the level outside wrote into this one
    for (int i = setting->home; i < roofline->memory_count; i++) {
        const aug_roofline_memory *memory = &roofline->memories[i];
        double read = memory->computed ? t.wide_read_bits : t.read_bits, write = t.write_bits;
        if (products > 0.0) {
            // The innermost memory of a machine that is described to its end feeds every operation.
            double reused = memory->innermost ? (mapped ? products * 3.0 * t.operand_bits : 0.0)
                                              : reuse_bits(memory, products, overlap, t.operand_bits);
            if (reused > read)
                read = reused;
            if (memory->innermost && mapped && products * t.operand_bits > write)
                write = products * t.operand_bits;
        }
        if (i == setting->home)
            work->bits = read + write;
        work->memory_seconds[i] = port_seconds(memory, read, write);
        if (read != 0.0 || write + filled != 0.0) {
            work->parts.memories_pj[i] = read * memory->read_pj_per_bit + (write + filled) * memory->write_pj_per_bit;
            work->energy_pj += work->parts.memories_pj[i];
        }
        filled = read;
    }
    return t.weight_bits > 0.0 ? t.weight_bits / (t.read_bits + t.write_bits) : 0.0;
}

// Where the chip's memory lies inside its arrays, only the region that holds a layer, one of L, can work on it. T tokens of a pass are at
// work in as many regions, max(1, T / L) in each: what all L layers do for one token takes L times its share of the chip, what they do
// for T takes T / L of that. Weights and states move once for each such group, from the region's own memory.
static void confine(const aug_setting *setting, const aug_operator *op, double weight_share, aug_work *work) {
    bool each_token = false; // else its work grows with the sequences alone
    for (int r = 0; r < op->einsum.rank_count; r++)
        each_token = each_token || op->ranks[r].variable == AUG_VARIABLE_TOKENS || op->ranks[r].variable == AUG_VARIABLE_NEW;
    double layers = setting->layers;
    double tokens = fmax(1.0, setting->pass->sequences * (each_token ? setting->pass->new_tokens : 1.0));
    double idle = layers / fmin(layers, tokens);
    for (int i = 0; i < AUG_UNIT_COUNT; i++)
        work->unit_seconds[i] *= idle;
    for (int i = 0; i < AUG_ROOFLINE_MEMORIES; i++)
        work->memory_seconds[i] *= weight_share * layers + (1.0 - weight_share) * idle;
}

aug_work aug_roofline_work(const aug_roofline *roofline, const aug_operator *op, const aug_setting *setting) {
    aug_work work = {0};
    double sizes[AUG_EINSUM_RANKS];
    aug_operator_sizes(op, setting->pass, setting->split, sizes);
    double points = aug_operator_points(op, setting->pass, sizes);
    bool product = aug_einsum_is_product(&op->einsum) && !op->vector;
    aug_unit unit = product ? AUG_UNIT_MATRIX : AUG_UNIT_VECTOR;
    aug_number_format format = aug_operator_format(op, setting->precision);
    work.operations = points * aug_operator_operations(op);
    double rate = roofline->rate[unit][format];
    if (rate > 0.0) {
        work.unit_seconds[unit] = work.operations / rate;
        work.parts.operations_pj = work.operations * roofline->energy_pj[unit][format];
        work.energy_pj += work.parts.operations_pj;
    }
    aug_number_format used = AUG_FORMAT_NONE;
    aug_machine_peak(roofline->machine, unit, format, &used);
    double weights = add_memories(roofline, op, setting, sizes, product ? points : 0.0, product ? aug_format_bits(used) : 0.0, &work);
    aug_crossings count = {0};
    aug_crossings_add(&count, op, 1.0);
    work.hop_seconds = aug_crossing_rounds(&roofline->crossing, &count) * aug_crossing_seconds(&roofline->crossing, setting->layers);
    if (roofline->crossing.resident && setting->layers > 1.0)
        confine(setting, op, weights, &work);
    return work;
}

double aug_energy_clocked_pj(const aug_energy *energy) {
    double sum = energy->operations_pj;
    for (int i = 1; i < AUG_ROOFLINE_MEMORIES; i++)
        sum += energy->memories_pj[i];
    return sum;
}

void aug_energy_scale_clocked(aug_energy *energy, double share) {
    energy->operations_pj *= share;
    for (int i = 1; i < AUG_ROOFLINE_MEMORIES; i++)
        energy->memories_pj[i] *= share;
}

void aug_energy_add(aug_energy *sum, const aug_energy *part, double times) {
    sum->operations_pj += part->operations_pj * times;
    sum->links_pj += part->links_pj * times;
    for (int i = 0; i < AUG_ROOFLINE_MEMORIES; i++)
        sum->memories_pj[i] += part->memories_pj[i] * times;
}

void aug_work_add(aug_work *sum, const aug_work *work) {
    sum->operations += work->operations;
    sum->bits += work->bits;
    sum->energy_pj += work->energy_pj;
    sum->hop_seconds += work->hop_seconds;
    aug_energy_add(&sum->parts, &work->parts, 1.0);
    for (int i = 0; i < AUG_UNIT_COUNT; i++)
        sum->unit_seconds[i] += work->unit_seconds[i];
    for (int i = 0; i < AUG_ROOFLINE_MEMORIES; i++)
        sum->memory_seconds[i] += work->memory_seconds[i];
}

void aug_work_fuse(aug_work *works, int count) {
    for (int i = 1; i < count; i++) {
        aug_work *work = &works[i];
        if (work->bits >= 0.0)
            continue;
        works[0].bits += work->bits;
        works[0].energy_pj += work->energy_pj;
        aug_energy_add(&works[0].parts, &work->parts, 1.0);
        work->bits = work->energy_pj = 0.0;
        work->parts = (aug_energy){0};
        for (int m = 0; m < AUG_ROOFLINE_MEMORIES; m++) {
            works[0].memory_seconds[m] += work->memory_seconds[m];
            work->memory_seconds[m] = 0.0;
        }
    }
    if (works[0].bits < 0.0)
        works[0] = (aug_work){.operations = works[0].operations, .unit_seconds = {works[0].unit_seconds[0], works[0].unit_seconds[1]}};
}

static double busiest(const aug_work *work, int *bound) {
    double seconds = work->unit_seconds[AUG_UNIT_MATRIX];
    *bound = AUG_BOUND_MATRIX;
    if (work->unit_seconds[AUG_UNIT_VECTOR] > seconds) {
        seconds = work->unit_seconds[AUG_UNIT_VECTOR];
        *bound = AUG_BOUND_VECTOR;
    }
    for (int i = 0; i < AUG_ROOFLINE_MEMORIES; i++) {
        if (work->memory_seconds[i] > seconds) {
            seconds = work->memory_seconds[i];
            *bound = AUG_BOUND_MEMORY + i;
        }
    }
    return seconds;
}

double aug_work_busy_seconds(const aug_work *work) {
    int bound;
    return busiest(work, &bound);
}

double aug_work_seconds(const aug_roofline *roofline, const aug_work *work, int *bound) {
    double seconds = busiest(work, bound);
    double hops = roofline->crossing.per_kernel ? roofline->hop_seconds : work->hop_seconds;
    if (roofline->launch_seconds > seconds && roofline->launch_seconds >= hops)
        *bound = AUG_BOUND_LAUNCH;
    else if (hops > seconds)
        *bound = AUG_BOUND_HOPS;
    return seconds + roofline->launch_seconds + hops;
}

const char *aug_bound_name(const aug_roofline *roofline, int bound) {
    switch (bound) {
    case AUG_BOUND_MATRIX:
        return "matrix units";
    case AUG_BOUND_VECTOR:
        return "vector units";
    case AUG_BOUND_POWER:
        return "power";
    case AUG_BOUND_LATENCY:
        return "latency";
    case AUG_BOUND_LAUNCH:
        return "launch";
    case AUG_BOUND_HOPS:
        return "hops";
    case AUG_BOUND_LINK:
        return "links";
    default:
        return bound - AUG_BOUND_MEMORY < roofline->memory_count ? roofline->memories[bound - AUG_BOUND_MEMORY].name : "memory";
    }
}
