// What a library's kernels do, as the shapes of calls want it: facts of "auger: library/1" by name.
#ifndef AUG_KERNEL_SOFTWARE_FACTS_H
#define AUG_KERNEL_SOFTWARE_FACTS_H

#include "kernel/software.h"

void aug_software_gemm_facts(const aug_software_use *use, aug_gemm_facts *facts);
// Whether a layer's experts are too many for the routing kernels that come with an algorithm.
bool aug_moe_sorts_apart(const aug_moe_routing *routing, aug_moe_algorithm algorithm);
// `routing` says how many experts there are and how many a token chooses.
void aug_software_moe_facts(const aug_software_use *use, const aug_moe_routing *routing, aug_moe_facts *facts);
// How attention kernels cut their work; `kind` is one of the prefill (decode) kinds.
void aug_software_prefill_design(const aug_software_use *use, aug_prefill_design *design);
void aug_software_decode_design(const aug_software_use *use, aug_decode_design *design);
// Traffic and launches of an elementwise kernel; `moved_bytes` and what the shape holds stand where the library says nothing.
void aug_software_elementwise_facts(const aug_software_use *use, double moved_bytes, aug_elementwise_shape *shape);
// How the library's own all-reduce goes about a message; the formats of `use` are the number of chips.
aug_reduce_method aug_software_reduce_method(const aug_software_use *use, double bytes);
// The format that an attention kernel multiplies in.
aug_number_format aug_software_attention_format(const aug_software_use *use);
// What a prefill call does beside the attention itself.
void aug_software_prefill_calls(const aug_software_use *use, aug_attention_prefill_shape *shape);

#endif
