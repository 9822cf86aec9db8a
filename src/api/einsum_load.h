// What `evaluate` and `map` begin with: a workload of einsums, one of them, a machine, and both bound to each
// other.
//
// Everything lives in the reader's arena. Functions that return a pointer return NULL with errors added.
#ifndef AUG_API_EINSUM_LOAD_H
#define AUG_API_EINSUM_LOAD_H

#include "api/context.h"
#include "problem/problem.h"
#include "workload/model.h"

// A workload by path or name. A model is none: the sizes of its einsums depend on what is asked of it.
const aug_model *aug_einsum_load_workload(aug_context *context, const aug_reader *reader, const char *name);
// A machine by path or name, its area and power worked out.
const aug_machine *aug_einsum_load_machine(aug_context *context, const aug_reader *reader, const char *name);

// The einsum of a name; NULL as name: the only one.
const aug_operator *aug_einsum_choose(const aug_reader *reader, const aug_model *workload, const char *name);
// Binds an einsum at the sizes that its workload states.
bool aug_einsum_bind(const aug_reader *reader, const aug_operator *operation, const aug_machine *machine,
                     aug_problem *problem);

// A case of Timeloop, read like files of one's own.
typedef struct aug_einsum_case {
    const aug_model *workload;
    const aug_machine *machine;
    const aug_document *mapping, *constraints; // NULL where there is none
} aug_einsum_case;

bool aug_einsum_load_timeloop(aug_context *context, const aug_reader *reader, const char *const *paths,
                              int count, aug_einsum_case *found);

#endif
