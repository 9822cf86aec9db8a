// A recursive descent over one line of text.
//
//     einsum     = tensor ("=" | "+=" | "max=") expression
//     expression = term { ("+" | "-") term }
//     term       = factor { ("*" | "/") factor }
//     factor     = number | tensor | name "(" expression { "," expression } ")" | "(" expression ")"
//     tensor     = name "[" [ index { "," index } ] "]"
//     index      = part { "+" part },  part = [ count "*" ] rank | rank [ "*" count ]
//     number     = digits [ "." digits ] [ "e" [ "+" | "-" ] digits ],  count = digits
//
// Nothing is evaluated: the cost of an einsum needs its tensors, its indices and the count of its operations.
#include "workload/einsum.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { DEEPEST = 16, MOST = 1000000000 };

static const char too_large[] = "a coefficient above 10^9";

typedef struct reader {
    aug_arena *arena;
    const char *text, *at;
    aug_einsum *einsum;
    aug_einsum_error *error;
    int depth;
} reader;

static bool fail(reader *r, const char *at, const char *message) {
    if (r->error->message[0])
        return false;
    r->error->column = (unsigned)(at - r->text) + 1;
    snprintf(r->error->message, sizeof r->error->message, "%s", message);
    return false;
}

static const char *past_blanks(const char *at) {
    while (*at == ' ' || *at == '\t' || *at == '\n')
        at++;
    return at;
}

static const char *past_digits(const char *at) {
    while (isdigit((unsigned char)*at))
        at++;
    return at;
}

static void skip_blanks(reader *r) {
    r->at = past_blanks(r->at);
}

static bool take(reader *r, const char *token) {
    skip_blanks(r);
    size_t length = strlen(token);
    if (strncmp(r->at, token, length) != 0)
        return false;
    r->at += length;
    return true;
}

static bool expect(reader *r, const char *token, const char *message) {
    return take(r, token) || fail(r, r->at, message);
}

// A name: a letter or '_', then letters, digits, '_' and primes (P').
static size_t name_length(const char *at) {
    size_t length = 0;
    if (isalpha((unsigned char)*at) || *at == '_')
        while (isalnum((unsigned char)at[length]) || at[length] == '_' || at[length] == '\'')
            length++;
    return length;
}

static int rank_index(reader *r, const char *name, size_t length) {
    aug_einsum *einsum = r->einsum;
    for (int i = 0; i < einsum->rank_count; i++)
        if (strlen(einsum->ranks[i]) == length && memcmp(einsum->ranks[i], name, length) == 0)
            return i;
    if (einsum->rank_count == AUG_EINSUM_RANKS) {
        fail(r, name, "more than 10 ranks");
        return -1;
    }
    einsum->ranks[einsum->rank_count] = aug_arena_copy(r->arena, name, length);
    return einsum->rank_count++;
}

// A coefficient of at most 10^9, so the product of two fits.
static bool read_coefficient(reader *r, int64_t *number) {
    const char *start = r->at;
    *number = 0;
    for (; isdigit((unsigned char)*r->at); r->at++) {
        *number = *number * 10 + (*r->at - '0');
        if (*number > MOST)
            return fail(r, start, too_large);
    }
    return true;
}

// One part of an index: "p", "2*p" or "p*2".
static bool read_part(reader *r, aug_einsum_dim *dim) {
    int64_t coefficient = 1;
    skip_blanks(r);
    const char *start = r->at;
    if (isdigit((unsigned char)*r->at)) {
        if (!read_coefficient(r, &coefficient))
            return false;
        if (!expect(r, "*", "expected '*' and a rank behind a coefficient"))
            return false;
        skip_blanks(r);
    }
    size_t length = name_length(r->at);
    if (length == 0)
        return fail(r, r->at, "expected the name of a rank");
    int rank = rank_index(r, r->at, length);
    if (rank < 0)
        return false;
    r->at += length;
    skip_blanks(r);
    if (*r->at == '*') {
        r->at++;
        skip_blanks(r);
        int64_t behind = 0;
        if (!isdigit((unsigned char)*r->at))
            return fail(r, r->at, "expected a whole number behind '*'");
        if (!read_coefficient(r, &behind))
            return false;
        coefficient *= behind;
    }
    if (coefficient > MOST)
        return fail(r, start, too_large);
    if (coefficient == 0)
        return fail(r, start, "a coefficient of 0");
    if (dim->term_count == AUG_EINSUM_TERMS)
        return fail(r, start, "more than 4 ranks in one index");
    for (int t = 0; t < dim->term_count; t++)
        if (dim->terms[t].rank == rank)
            return fail(r, start, "a rank twice in one index");
    dim->terms[dim->term_count].rank = rank;
    dim->terms[dim->term_count++].coefficient = (int32_t)coefficient;
    return true;
}

static bool read_indices(reader *r, aug_einsum_tensor *tensor) {
    if (take(r, "]"))
        return true;
    do {
        if (tensor->dim_count == AUG_EINSUM_DIMS)
            return fail(r, r->at, "more than 8 indices of one tensor");
        aug_einsum_dim *dim = &tensor->dims[tensor->dim_count++];
        do {
            if (!read_part(r, dim))
                return false;
        } while (take(r, "+"));
    } while (take(r, ","));
    return expect(r, "]", "expected ',' or ']'");
}

static bool same_index(const aug_einsum_dim *left, const aug_einsum_dim *right) {
    if (left->term_count != right->term_count)
        return false;
    for (int t = 0; t < left->term_count; t++)
        if (left->terms[t].rank != right->terms[t].rank || left->terms[t].coefficient != right->terms[t].coefficient)
            return false;
    return true;
}

static bool same_indices(const aug_einsum_tensor *left, const aug_einsum_tensor *right) {
    if (left->dim_count != right->dim_count)
        return false;
    for (int d = 0; d < left->dim_count; d++)
        if (!same_index(&left->dims[d], &right->dims[d]))
            return false;
    return true;
}

// Adds a tensor to the einsum; one that is read twice at the same indices is one tensor.
static bool add_tensor(reader *r, const char *start, const aug_einsum_tensor *tensor) {
    aug_einsum *einsum = r->einsum;
    for (int i = 0; i < einsum->tensor_count; i++) {
        if (strcmp(einsum->tensors[i].name, tensor->name) != 0)
            continue;
        if (same_indices(&einsum->tensors[i], tensor))
            return true;
        return fail(r, start, "a tensor twice with different indices");
    }
    if (einsum->tensor_count == AUG_EINSUM_TENSORS - 1)
        return fail(r, start, "more than 5 input tensors");
    einsum->tensors[einsum->tensor_count++] = *tensor;
    return true;
}

static bool read_tensor(reader *r, aug_einsum_tensor *tensor) {
    skip_blanks(r);
    size_t length = name_length(r->at);
    if (length == 0)
        return fail(r, r->at, "expected the name of a tensor");
    *tensor = (aug_einsum_tensor){.name = aug_arena_copy(r->arena, r->at, length)};
    r->at += length;
    return expect(r, "[", "expected '[' behind the name of a tensor") && read_indices(r, tensor);
}

static bool read_expression(reader *r);

// A number such as 2, 0.5 or 1e-5: what it is does not matter to the cost.
static bool skip_number(reader *r) {
    const char *at = past_digits(r->at);
    if (*at == '.')
        at = past_digits(at + 1);
    if (*at == 'e' || *at == 'E')
        at = past_digits(at[1] == '+' || at[1] == '-' ? at + 2 : at + 1);
    bool ends = isdigit((unsigned char)at[-1]) || at[-1] == '.';
    if (!ends || *at == '.' || *at == '_' || isalnum((unsigned char)*at))
        return fail(r, r->at, "expected a number such as 2, 0.5 or 1e-5");
    r->at = at;
    return true;
}

static bool read_factor(reader *r) {
    skip_blanks(r);
    const char *start = r->at;
    if (take(r, "("))
        return read_expression(r) && expect(r, ")", "expected ')'");
    if (isdigit((unsigned char)*r->at))
        return skip_number(r);
    size_t length = name_length(r->at);
    if (length == 0)
        return fail(r, r->at, "expected a tensor, a number or a function");
    const char *behind = past_blanks(r->at + length);
    if (*behind == '(') {
        r->at = behind + 1;
        r->einsum->functions++;
        do {
            if (!read_expression(r))
                return false;
        } while (take(r, ","));
        return expect(r, ")", "expected ',' or ')'");
    }
    aug_einsum_tensor tensor;
    return read_tensor(r, &tensor) && add_tensor(r, start, &tensor);
}

static bool read_term(reader *r) {
    if (!read_factor(r))
        return false;
    for (;;) {
        if (take(r, "*"))
            r->einsum->products++;
        else if (take(r, "/"))
            r->einsum->functions++;
        else
            return true;
        if (!read_factor(r))
            return false;
    }
}

static bool read_expression(reader *r) {
    if (++r->depth > DEEPEST)
        return fail(r, r->at, "parentheses nested deeper than 16");
    if (!read_term(r))
        return false;
    while (take(r, "+") || take(r, "-")) {
        r->einsum->functions++;
        if (!read_term(r))
            return false;
    }
    r->depth--;
    return true;
}

static bool fail_rank(reader *r, int rank, const char *wrong) {
    char message[120];
    snprintf(message, sizeof message, "rank '%.40s' %s", r->einsum->ranks[rank], wrong);
    return fail(r, r->text, message);
}

// Ranks that only the output has would write the same value many times: they must stand on the right side too.
static bool check_output(reader *r, const aug_einsum_tensor *output) {
    const aug_einsum *einsum = r->einsum;
    for (int rank = 0; rank < einsum->rank_count; rank++) {
        bool read = false, written = aug_einsum_indexes(output, rank);
        for (int i = 0; i < einsum->tensor_count; i++)
            read = read || aug_einsum_indexes(&einsum->tensors[i], rank);
        if (!read)
            return fail_rank(r, rank, "stands only in the output: an input must have it too");
        if (!written && einsum->reduction == AUG_REDUCE_NONE)
            return fail_rank(r, rank, "is not in the output: write += or max= to reduce over it");
    }
    for (int i = 0; i < einsum->tensor_count; i++)
        if (strcmp(einsum->tensors[i].name, output->name) == 0)
            return fail(r, r->text, "the output is also read; write += to accumulate");
    return true;
}

static const char *trimmed(reader *r, const char *start) {
    start = past_blanks(start);
    size_t length = strlen(start);
    while (length > 0 && isspace((unsigned char)start[length - 1]))
        length--;
    return aug_arena_copy(r->arena, start, length);
}

bool aug_einsum_read(aug_arena *arena, const char *text, aug_einsum *einsum, aug_einsum_error *error) {
    reader r = {.arena = arena, .text = text, .at = text, .einsum = einsum, .error = error};
    memset(einsum, 0, sizeof *einsum);
    memset(error, 0, sizeof *error);
    aug_einsum_tensor output;
    if (!read_tensor(&r, &output))
        return false;
    if (take(&r, "+="))
        einsum->reduction = AUG_REDUCE_SUM;
    else if (take(&r, "max="))
        einsum->reduction = AUG_REDUCE_MAX;
    else if (!take(&r, "="))
        return fail(&r, r.at, "expected '=', '+=' or 'max=' behind the output");
    const char *right = r.at;
    if (!read_expression(&r))
        return false;
    skip_blanks(&r);
    if (*r.at)
        return fail(&r, r.at, "something behind the end of the einsum");
    if (einsum->tensor_count == 0)
        return fail(&r, right, "no tensor on the right side");
    if (!check_output(&r, &output))
        return false;
    einsum->expression = trimmed(&r, right);
    einsum->tensors[einsum->tensor_count++] = output;
    return true;
}
