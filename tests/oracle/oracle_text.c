// Reads and prints the short forms of oracle_text.h.
//
// Words are taken from the front of what is left of the text. The einsum and the nest are read by the library's own readers.
#include "oracle_text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static AUG_NORETURN void refuse(const char *what, const char *text) {
    fprintf(stderr, "the text of a test: %s at '%s'\n", what, text);
    abort();
}

// Takes the next word, which ends at a space or in front of a stop character.
static bool next_word(const char **text, const char *stops, char word[32]) {
    *text += strspn(*text, " ");
    size_t length = 0;
    while ((*text)[length] != '\0' && (*text)[length] != ' ' && !strchr(stops, (*text)[length]))
        length++;
    if (length == 0 || length >= 32)
        return false;
    memcpy(word, *text, length);
    word[length] = '\0';
    *text += length;
    return true;
}

static aug_count number_after(const char **text, char mark) {
    char *end;
    if (**text != mark)
        refuse("a number is missing", *text);
    aug_count number = strtoull(*text + 1, &end, 10);
    *text = end;
    return number;
}

static int rank_named(const aug_problem *problem, const char *name) {
    for (int i = 0; i < problem->rank_count; i++)
        if (strcmp(problem->ranks[i], name) == 0)
            return i;
    refuse("no such rank", name);
}

// --- Problem ---

static void take_einsum(aug_arena *arena, const char *text, aug_problem *problem) {
    aug_einsum *einsum = AUG_NEW(arena, aug_einsum);
    aug_einsum_error error;
    if (!aug_einsum_read(arena, text, einsum, &error))
        refuse(error.message, text);
    problem->einsum = einsum;
    problem->rank_count = einsum->rank_count;
    memcpy(problem->ranks, einsum->ranks, sizeof problem->ranks);
    problem->tensor_count = einsum->tensor_count;
    for (int t = 0; t < einsum->tensor_count; t++) {
        const aug_einsum_tensor *from = &einsum->tensors[t];
        aug_problem_tensor *to = &problem->tensors[t];
        to->name = from->name;
        to->dim_count = from->dim_count;
        for (int d = 0; d < from->dim_count; d++) {
            to->dims[d].term_count = from->dims[d].term_count;
            for (int i = 0; i < from->dims[d].term_count; i++)
                to->dims[d].terms[i] = (aug_problem_term){from->dims[d].terms[i].rank,
                                                          (aug_count)from->dims[d].terms[i].coefficient};
        }
    }
}

static void take_sizes(const char *text, aug_problem *problem) {
    char word[32];
    while (next_word(&text, "=", word))
        problem->sizes[rank_named(problem, word)] = number_after(&text, '=');
}

static void take_machine(aug_arena *arena, const char *text, aug_problem *problem) {
    char word[32];
    while (next_word(&text, ":", word)) {
        const char *name = aug_arena_copy(arena, word, strlen(word));
        if (*text == ':') {
            problem->axes[problem->axis_count++] = (aug_problem_axis){
                .name = name, .array = problem->axis_count, .memories_above = problem->memory_count,
                .fanout = number_after(&text, ':'), .multicast = ~0u, .reduce = ~0u};
        } else if (strspn(text, " ") == strlen(text)) {
            problem->computes[problem->compute_count++] = (aug_problem_compute){
                .name = name, .memories_above = problem->memory_count, .axes_above = problem->axis_count,
                .rate_per_cycle = 1};
        } else {
            aug_problem_memory *memory = &problem->memories[problem->memory_count++];
            *memory = (aug_problem_memory){.name = name, .capacity_bits = (double)INFINITY, .buffers = 1, .block = 1,
                                           .read_bits_per_cycle = (double)INFINITY, .write_bits_per_cycle = (double)INFINITY,
                                           .gated_at = -1};
            for (int t = 0; t < AUG_PROBLEM_TENSORS; t++)
                memory->bits[t] = 8;
        }
    }
}

static void no_energies(aug_problem *problem) {
    for (int m = 0; m < problem->memory_count; m++) {
        problem->memories[m].area_um2 = (double)NAN;
        for (int t = 0; t < AUG_PROBLEM_TENSORS; t++)
            for (int action = 0; action < AUG_ACTION_COUNT; action++)
                problem->memories[m].energy_pj[t][action] = (double)NAN;
    }
    for (int c = 0; c < problem->compute_count; c++)
        problem->computes[c].energy_pj = problem->computes[c].area_um2 = (double)NAN;
}

static aug_count instances_below(const aug_problem *problem, int axes) {
    aug_count instances = 1;
    for (int i = 0; i < axes; i++)
        instances *= problem->axes[i].fanout;
    return instances;
}

// Every axis is an array of its own.
static void make_arrays(aug_problem *problem) {
    problem->array_count = problem->axis_count;
    for (int i = 0; i < problem->axis_count; i++) {
        problem->axes[i].array = i;
        problem->arrays[i] = (aug_problem_array){.name = problem->axes[i].name, .first_axis = i, .axis_count = 1};
    }
}

static void number_levels(aug_problem *problem) {
    int axis = 0, level = 0;
    for (int m = 0; m <= problem->memory_count; m++) {
        for (; axis < problem->axis_count && problem->axes[axis].memories_above <= m; axis++)
            problem->arrays[axis].level = level++;
        for (int c = 0; c < problem->compute_count; c++)
            if (problem->computes[c].memories_above == m)
                problem->computes[c].level = level++;
        if (m < problem->memory_count)
            problem->memories[m].level = level++;
    }
}

void oracle_finish_problem(aug_problem *problem) {
    make_arrays(problem);
    for (int m = 0; m < problem->memory_count; m++) {
        problem->memories[m].axes_above = 0;
        for (int i = 0; i < problem->axis_count; i++)
            problem->memories[m].axes_above += problem->axes[i].memories_above <= m;
        problem->memories[m].instances = instances_below(problem, problem->memories[m].axes_above);
    }
    for (int c = 0; c < problem->compute_count; c++)
        problem->computes[c].instances = instances_below(problem, problem->computes[c].axes_above);
    number_levels(problem);
    problem->operations = 1;
    for (int r = 0; r < problem->rank_count; r++)
        problem->operations *= problem->sizes[r];
    for (int t = 0; t < problem->tensor_count; t++) {
        aug_problem_tensor *tensor = &problem->tensors[t];
        tensor->is_output = t == problem->tensor_count - 1;
        tensor->role = tensor->is_output ? AUG_ROLE_OUTPUT : AUG_ROLE_INPUT;
        tensor->ranks = 0;
        for (int d = 0; d < tensor->dim_count; d++)
            for (int i = 0; i < tensor->dims[d].term_count; i++)
                tensor->ranks |= 1u << tensor->dims[d].terms[i].rank;
    }
}

void oracle_read_problem(aug_arena *arena, const char *einsum, const char *sizes, const char *machine,
                         aug_problem *problem) {
    *problem = (aug_problem){.name = "test"};
    take_einsum(arena, einsum, problem);
    take_sizes(sizes, problem);
    take_machine(arena, machine, problem);
    no_energies(problem);
    oracle_finish_problem(problem);
}

void oracle_read_nest(aug_arena *arena, const aug_problem *problem, const char *text, aug_mapping *mapping) {
    aug_document document = {.name = "nest", .text = text, .length = strlen(text)};
    aug_node node = {.document = &document, .text = text, .line = 1, .column = 1, .weight = 1};
    aug_errors *errors = AUG_NEW(arena, aug_errors);
    aug_reader reader = {arena, errors};
    document.root = &node;
    if (!aug_mapping_parse(&reader, &node, problem, mapping) || !aug_mapping_check(&reader, &node, problem, mapping))
        refuse(errors->items[0].message, text);
}

bool oracle_is_mapping(aug_arena *arena, const aug_problem *problem, const aug_mapping *mapping) {
    aug_reader reader = {arena, AUG_NEW(arena, aug_errors)};
    return aug_mapping_check(&reader, NULL, problem, mapping);
}

// --- Printing ---

static void print_tensor(aug_buffer *out, const aug_problem *problem, int t) {
    const aug_problem_tensor *tensor = &problem->tensors[t];
    aug_buffer_print(out, "%s[", tensor->name);
    for (int d = 0; d < tensor->dim_count; d++) {
        for (int i = 0; i < tensor->dims[d].term_count; i++) {
            const aug_problem_term *term = &tensor->dims[d].terms[i];
            aug_buffer_put(out, i > 0 ? "+" : d > 0 ? "," : "");
            if (term->coefficient != 1)
                aug_buffer_print(out, "%" PRIu64 "*", term->coefficient);
            aug_buffer_put(out, problem->ranks[term->rank]);
        }
    }
    aug_buffer_put(out, "]");
}

static void print_memory(aug_buffer *out, const aug_problem *problem, int m) {
    const aug_problem_memory *memory = &problem->memories[m];
    aug_buffer_print(out, "  memory %s: block %" PRIu64 ", buffers %" PRIu64 ", capacity %g bits, %s %g/%g bits per cycle, bits",
                     memory->name, memory->block, memory->buffers, memory->capacity_bits,
                     memory->shared_port ? "shared port" : "ports", memory->read_bits_per_cycle,
                     memory->write_bits_per_cycle);
    for (int t = 0; t < problem->tensor_count; t++)
        aug_buffer_print(out, " %s %g", problem->tensors[t].name, memory->bits[t]);
    if (memory->leakage_pj_per_cycle > 0)
        aug_buffer_print(out, ", leaks %g, gated at %d", memory->leakage_pj_per_cycle, memory->gated_at);
    aug_buffer_put(out, "\n");
}

static void print_axis(aug_buffer *out, const aug_problem *problem, int a) {
    const aug_problem_axis *axis = &problem->axes[a];
    aug_buffer_print(out, "  axis %s: may not share", axis->name);
    for (int t = 0; t < problem->tensor_count; t++) {
        if ((axis->multicast >> t & 1) == 0)
            aug_buffer_print(out, " reads of %s", problem->tensors[t].name);
        if (t == problem->tensor_count - 1 && (axis->reduce >> t & 1) == 0)
            aug_buffer_print(out, " updates of %s", problem->tensors[t].name);
    }
    aug_buffer_put(out, "\n");
}

static void print_machine(aug_buffer *out, const aug_problem *problem) {
    int axis = 0;
    for (int m = 0; m <= problem->memory_count; m++) {
        for (; axis < problem->axis_count && problem->axes[axis].memories_above <= m; axis++)
            aug_buffer_print(out, " %s:%" PRIu64, problem->axes[axis].name, problem->axes[axis].fanout);
        if (m < problem->memory_count)
            aug_buffer_print(out, " %s", problem->memories[m].name);
        for (int c = 0; c < problem->compute_count; c++)
            if (problem->computes[c].memories_above == m + 1)
                aug_buffer_print(out, " %s(axes above: %d, rate %g)", problem->computes[c].name,
                                 problem->computes[c].axes_above, problem->computes[c].rate_per_cycle);
    }
}

void oracle_print_problem(aug_buffer *out, const aug_problem *problem) {
    aug_buffer_put(out, "  einsum: ");
    print_tensor(out, problem, problem->tensor_count - 1);
    for (int t = 0; t < problem->tensor_count - 1; t++) {
        aug_buffer_put(out, t == 0 ? " += " : " * ");
        print_tensor(out, problem, t);
    }
    aug_buffer_put(out, "\n  sizes:");
    for (int r = 0; r < problem->rank_count; r++)
        aug_buffer_print(out, " %s=%" PRIu64, problem->ranks[r], problem->sizes[r]);
    aug_buffer_put(out, "\n  machine:");
    print_machine(out, problem);
    aug_buffer_print(out, "\n  drain: %s, accumulate: %s\n", problem->drain_reads ? "read" : "free",
                     problem->tensors[problem->tensor_count - 1].accumulates ? "true" : "false");
    for (int a = 0; a < problem->axis_count; a++)
        if (~(problem->axes[a].multicast & problem->axes[a].reduce) & ((1u << problem->tensor_count) - 1))
            print_axis(out, problem, a);
    for (int m = 0; m < problem->memory_count; m++)
        print_memory(out, problem, m);
}
