// A machine as its file describes it: memories, arrays and compute units from the outside in, links between chips,
// power, price, and how real kernels fall short of it.
//
// Derived members are filled by aug_machine_finish and hold for one chip: instances of a level are the product of the
// fanouts around it.
#ifndef AUG_MACHINE_MACHINE_H
#define AUG_MACHINE_MACHINE_H

#include "base/number_format.h"
#include "machine/name_list.h"
#include "text/library.h"
#include "text/scalar.h"

enum { AUG_LEVELS = 16, AUG_AXES = 4, AUG_LINKS = 4 };

typedef enum aug_level_kind { AUG_LEVEL_MEMORY, AUG_LEVEL_ARRAY, AUG_LEVEL_COMPUTE } aug_level_kind;

// What a memory is made of: decides area and price, nothing else.
typedef enum aug_cells { AUG_CELLS_SRAM, AUG_CELLS_HBM, AUG_CELLS_GDDR, AUG_CELLS_LPDDR, AUG_CELLS_DDR } aug_cells;

// What units do: multiply-accumulates, or single operations on many numbers or on one.
typedef enum aug_unit { AUG_UNIT_MATRIX, AUG_UNIT_VECTOR, AUG_UNIT_SCALAR, AUG_UNIT_COUNT } aug_unit;

extern const char *const aug_unit_names[AUG_UNIT_COUNT + 1]; // NULL at the end

enum { AUG_ACTION_READ, AUG_ACTION_WRITE, AUG_ACTION_UPDATE, AUG_ACTION_COUNT };

// Bits of a word in a memory where they are not the tensor's own.
typedef struct aug_word_bits {
    double all;         // of every tensor; NaN: not stated
    aug_name_list names; // of single tensors or roles
    double *of;         // bits of each name
} aug_word_bits;

typedef struct aug_memory {
    double size_bits;    // per instance; infinite: unlimited
    double read_bits_per_second, write_bits_per_second; // per instance; infinite: unlimited
    double read_bits_per_cycle, write_bits_per_cycle;   // exact, where stated per cycle; else NaN
    bool shared_port;    // reads and writes share one bandwidth
    int words;           // 1: operands come here as wide as they are computed in, 0: as they are stored
    // The energy of an action is stated in one of three ways; the other two are NaN, all three where it is not stated. One per
    // word or per action gives one per bit too where `bits` says how long every word is.
    double energy_pj_per_bit[AUG_ACTION_COUNT];
    double energy_pj_per_word[AUG_ACTION_COUNT];
    double energy_pj_per_action[AUG_ACTION_COUNT]; // an action moves `vector` words
    uint64_t vector;
    aug_word_bits bits;
    double leakage_pj_per_cycle; // per instance
    const char *gated_at; // memory further out whose instances switch this one off as a whole; NULL: each by itself
    double area_mm2;      // per instance; NaN: not stated
    int cells;
    aug_keep keep;        // constraints for the mapper
    const struct aug_sparse_memory *sparse; // what it does with zeros (machine/sparse_design.h); NULL: nothing
    uint64_t buffers;
} aug_memory;

typedef struct aug_array {
    const char *axes[AUG_AXES];
    double fanout[AUG_AXES];
    int axis_count;
    aug_sharing share[AUG_AXES];  // of reads, by axis
    aug_sharing reduce[AUG_AXES]; // of results on their way up
    bool multicast;     // children that need the same words share one read, along some axis at least
    double hop_cycles;  // latency of one step between neighbours; 0: not modelled
    double sum_hop_cycles; // of a step on the way out, where results are added as they go; as hop_cycles where not stated
    double sum_rounds;  // sweeps that a reduction over the array takes
    double network_hop_pj, network_router_pj; // per word and hop, per word and router
    double fill_cycles, drain_cycles;         // until the first result, behind the last
    bool per_fold;      // both once per set of tiles that the array holds, else once per run
} aug_array;

typedef struct aug_compute {
    int unit;
    bool any_format;                              // one rate for all formats
    double rate_per_cycle[AUG_FORMAT_COUNT];      // multiply-accumulates (else operations) per instance
    double peak_ops_per_second[AUG_FORMAT_COUNT]; // of the whole chip, dense, stated instead of a rate
    double energy_pj[AUG_FORMAT_COUNT];           // per multiply-accumulate (else operation)
    int zeros;                                    // what it does where an operand is zero: aug_zeros
    double gated_pj, skipped_pj;                  // where an operand is zero and the unit makes use of it
    double area_mm2;                              // per instance; NaN: not stated
} aug_compute;

typedef struct aug_level {
    aug_level_kind kind;
    const char *name;
    aug_memory memory;
    aug_array array;
    aug_compute compute;
    double instances; // derived
} aug_level;

typedef enum aug_topology { AUG_TOPOLOGY_SWITCH, AUG_TOPOLOGY_MESH, AUG_TOPOLOGY_RING, AUG_TOPOLOGY_TORUS, AUG_TOPOLOGY_ROW } aug_topology;

// Links that join chips: first those of the smallest group.
typedef struct aug_link {
    const char *name;
    double bandwidth_bits_per_second; // one way, all links of a chip together
    double latency_seconds;           // per hop
    double sync_seconds;              // before each exchange, until the chips of a group stand at the same step
    double reach;                     // of a row: groups ahead and behind that a group is joined with
    int topology;
    double chips;                     // that it joins; infinite: any number
    double energy_pj_per_bit;
} aug_link;

// Where the constants of a prediction come from: assumptions beside the data sheet, measurements of machines of the same
// family, or of this one.
typedef enum aug_basis { AUG_BASIS_DATASHEET, AUG_BASIS_FAMILY, AUG_BASIS_FITTED } aug_basis;

extern const char *const aug_basis_names[]; // "datasheet", "family", "fitted"; NULL at the end

// How kernels fall short of the data sheet.
typedef struct aug_kernel {
    double launch_seconds;                      // per kernel
    double achievable_compute[AUG_FORMAT_COUNT]; // share of the peak
    double achievable_memory, achievable_link;  // shares of the bandwidths
    double low_ratio, high_ratio;               // 80 % of measured times lie between these multiples of the prediction
    int basis;                                  // aug_basis
    bool fuses;                                 // element-wise operators run inside the product before them
} aug_kernel;

typedef enum aug_machine_model { AUG_MACHINE_MAPPED, AUG_MACHINE_KERNEL } aug_machine_model;

typedef struct aug_machine {
    const char *name, *maker, *technology;
    int model;
    double clock_hz; // NaN: not stated
    aug_level levels[AUG_LEVELS];
    int level_count;
    aug_link links[AUG_LINKS];
    int link_count;
    aug_kernel kernel;
    bool ideal; // nothing but the data sheet counts (aug_machine_idealise)
    double power_limit_watts, power_static_watts; // NaN: not stated
    // How the clock follows the voltage (system/throttle.h): threshold and least voltage over that at full clock; exponent.
    double power_threshold, power_least_voltage, power_saturation;
    double price_usd, rent_usd_per_hour;
    double area_mm2;
    const char *dies;   // file of data/dies that counts its blocks; NULL: none
    double cores;       // of its dies that it uses; NaN: as that file says
    double volume;      // chips that are made; NaN: the technology's
    double year;
    int expectation;    // how counts of random zeros are kept: aug_expectation
    bool drain_is_free; // a result that leaves a memory is not read there
    const aug_node *sources;
    const char *family;                // whose constants hold for kernels that were not measured on it; NULL: none
    const aug_node *kernels;           // constants of kernel models as its file states them; NULL: none
    const struct aug_kernels *models;  // the constants that hold (kernel/kernels.h); NULL: none, a roofline with the shares above
    const aug_node *technology_node; // where `technology` stands
    bool price_modelled, area_modelled, power_modelled, energy_modelled; // from the technology, not stated

    // Derived.
    int memories[AUG_LEVELS]; // indices of memory levels, outermost first
    int memory_count;
    double peak_ops_per_second[AUG_UNIT_COUNT][AUG_FORMAT_COUNT]; // 0: none
    double energy_pj_per_op[AUG_UNIT_COUNT][AUG_FORMAT_COUNT];    // NaN: not stated
    double hop_seconds; // to cross all arrays once and back
    double hop_in_seconds; // once, from the outside in
    bool has_energy;    // every memory that carries traffic and every compute unit states its energy
} aug_machine;

extern const struct aug_fields aug_machine_fields;

// Loads a machine by path or name. NULL with errors added.
aug_machine *aug_machine_load(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *name);
// Reads and checks the map of an "auger: machine/1" file into `machine`.
bool aug_machine_read(const aug_reader *reader, const aug_node *root, const char *name, aug_machine *machine);
// Checks what tables cannot: an outermost memory, compute inside, names once. Errors point at the file.
bool aug_machine_check(const aug_reader *reader, const aug_node *root, const aug_machine *machine);
// Fills the derived members.
void aug_machine_finish(aug_machine *machine);

// Leaves a machine with what its data sheet says: full peaks and bandwidths, no launches, no hops, no models of kernels. Element-wise
// operators hand on what they are given (cost/roofline.h).
void aug_machine_idealise(aug_machine *machine);

// The index of a level by name, or -1.
int aug_machine_level(const aug_machine *machine, const char *name);
// Peak rate of a unit for a format, else for the next wider one that the machine has, else for its widest; `used`
// receives which. 0: the machine has no such unit.
double aug_machine_peak(const aug_machine *machine, aug_unit unit, aug_number_format format, aug_number_format *used);
// Capacity of one memory level over the whole chip.
double aug_memory_total_bits(const aug_level *level);
// Operations that the machine counts per action of a unit: a multiply-accumulate of a matrix unit is two.
double aug_unit_operations(int unit);
// The innermost link that joins at least `chips` chips, or the last one; NULL where the machine has none.
const aug_link *aug_machine_link(const aug_machine *machine, double chips);

#endif
