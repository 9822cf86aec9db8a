// Time and energy of kernels from the best mappings of their einsums, on machines that are described level by
// level (`model: mapped`).
//
// Each operator of a kernel is an einsum at the sizes of one slice (slices.h), mapped by itself for the least
// product of energy and cycles (mapper/balance.h). Operators of a kernel run one after another, slices too:
//
//     seconds = launch + Σ operators (slices · (cycles - overhead) + overhead) / clock
//     energy  = Σ operators slices · energy
//
// Operands and results pass the memory that the model's data live in; what stays on the chip between the
// operators of a kernel lives in the memory inside of it. An operator that cannot be mapped, or whose mapping
// may be far from the best, makes its kernel count by the roofline, and tells why.
#ifndef AUG_SYSTEM_MAPPED_H
#define AUG_SYSTEM_MAPPED_H

#include "base/progress.h"
#include "cost/call.h"

struct aug_mapping_memo; // mapper/mapping_memo.h

typedef struct aug_mapped_options {
    struct aug_mapping_memo *memo; // what is known, which others may share; NULL: one of its own
    int threads;                   // 1 at least
    uint64_t node_limit;           // of each search; 0: AUG_MAPPED_NODES
    const char *cache;             // a folder (mapper/mapping_cache.h); NULL: none
    aug_progress *progress;        // NULL: nobody stops it
} aug_mapped_options;

enum { AUG_MAPPED_NODES = 50000 };

typedef struct aug_mapped aug_mapped;

// What mapped machines of several threads share. NULL when out of memory.
struct aug_mapping_memo *aug_mapped_memo_new(void);
void aug_mapped_memo_free(struct aug_mapping_memo *memo);

// One per thread. Memory that fails jumps to `failure`. NULL when out of memory.
aug_mapped *aug_mapped_new(const aug_mapped_options *options, jmp_buf *failure);
void aug_mapped_free(aug_mapped *mapped);
// From now on mappings are those that are best on `machine`, evaluated on the machine at hand, which differs
// in figures alone; NULL, as at the start: those that are best on the machine at hand.
void aug_mapped_hold(aug_mapped *mapped, const aug_machine *machine);
// Whether a search was stopped: what is mapped since then may be poor.
bool aug_mapped_stopped(const aug_mapped *mapped);

// One operator's share of a kernel, once.
typedef struct aug_mapped_cost {
    double seconds; // launch left out
    double bits;    // over the memory that the model's data live in
    double energy_pj;
    int bound;  // aug_bound
    double gap; // 1 - bound / value of the product of energy and cycles; 0: proven
} aug_mapped_cost;

// Searches what operators of a pass need and is not known yet, all at once.
void aug_mapped_prepare(aug_mapped *mapped, const aug_roofline *roofline, const aug_graph *graph,
                        const aug_setting *setting);
// The shares of the operators of a kernel; NULL, or why it is not mapped: a sentence that lives until the
// next aug_mapped_prepare.
const char *aug_mapped_kernel(aug_mapped *mapped, const aug_roofline *roofline, const aug_operator *first,
                              int count, const aug_setting *setting, aug_mapped_cost *costs);

#endif
