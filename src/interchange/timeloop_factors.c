// Factors and permutations of a block of loops, as mappings and bounds write them.
//
//     M=4 K=2       iterations of each loop; also "M4 K2", "M=4, K=2" and a list of them
//     M=4,2         4 iterations, 2 of them in the last pass of all
//     M=0           the rest
//     M<=8          at most 8 (bounds only)
//
//     KMN, K M N    dimensions, the innermost loop first; also a list of them
//
// Names may have several letters; where no blank divides them, the longest one that fits is taken.
#include "interchange/timeloop_keys.h"
#include "interchange/timeloop_parts.h"

#include "base/spelling.h"

#include <ctype.h>
#include <string.h>

static const uint64_t most_count = UINT64_C(1) << 53;

// A text that is being read, and where it stands.
typedef struct scan {
    const aug_timeloop_design *design;
    const aug_node *node;
    const char *at;
} scan;

static aug_error *report(const scan *s, const char *at, const char *message, const char *said,
                         size_t length) {
    aug_place place = aug_node_place(s->node);
    if (!strchr(s->node->text, '\n'))
        place.column += (unsigned)(at - s->node->text) + (s->node->quoted ? 1 : 0);
    return aug_error_add(s->design->reader->errors, &place, "%s '%.*s'", message,
                         (int)(length < 60 ? length : 60), said);
}

static void skip(scan *s) {
    while (*s->at == ' ' || *s->at == '\t' || *s->at == '\n' || *s->at == ',')
        s->at++;
    if (*s->at == '#')
        s->at += strlen(s->at);
}

static const char *past_blanks(const char *at) {
    while (*at == ' ' || *at == '\t')
        at++;
    return at;
}

static size_t word_length(const char *at) {
    size_t length = 0;
    while (isalnum((unsigned char)at[length]) || at[length] == '_')
        length++;
    return length;
}

static void report_dim(const scan *s, size_t length) {
    const aug_timeloop_problem *problem = &s->design->problem;
    char said[64];
    size_t kept = length < sizeof said - 1 ? length : sizeof said - 1;
    memcpy(said, s->at, kept);
    said[kept] = '\0';
    while (kept > 1 && isdigit((unsigned char)said[kept - 1])) // "X4"
        said[--kept] = '\0';
    aug_spelling spelling = {.wanted = said};
    for (int i = 0; i < problem->dim_count; i++)
        aug_spelling_offer(&spelling, problem->dims[i].name);
    aug_error *error = report(s, s->at, "unknown dimension", said, kept);
    aug_spelling_hint(&spelling, error);
}

// The longest dimension whose name begins here and ends before `=`, `<` or a digit; -1 with an error added.
static int read_dim(scan *s) {
    const aug_timeloop_problem *problem = &s->design->problem;
    int best = -1;
    size_t best_length = 0;
    for (int i = 0; i < problem->dim_count; i++) {
        size_t length = strlen(problem->dims[i].name);
        if (length <= best_length || strncmp(problem->dims[i].name, s->at, length) != 0)
            continue;
        char behind = *past_blanks(s->at + length);
        if (behind == '=' || behind == '<' || isdigit((unsigned char)behind))
            best = i, best_length = length;
    }
    if (best < 0) {
        size_t length = word_length(s->at);
        report_dim(s, length ? length : strcspn(s->at, " ,"));
    }
    s->at += best_length;
    return best;
}

static bool read_count(scan *s, uint64_t *count) {
    const char *start = s->at;
    *count = 0;
    if (!isdigit((unsigned char)*start)) {
        report(s, start, "expected a whole number of iterations, found", start, strcspn(start, " "));
        return false;
    }
    for (; isdigit((unsigned char)*s->at); s->at++) {
        *count = *count * 10 + (uint64_t)(*s->at - '0');
        if (*count <= most_count)
            continue;
        report(s, start, "more than 2^53 iterations:", start, strspn(start, "0123456789"));
        return false;
    }
    return true;
}

static bool read_factor(scan *s, bool bounds, aug_timeloop_factor *factors) {
    const char *start = s->at;
    int dim = read_dim(s);
    if (dim < 0)
        return false;
    aug_timeloop_factor factor = {.kind = AUG_TIMELOOP_EXACT, .node = s->node};
    s->at = past_blanks(s->at);
    if (*s->at == '<') {
        factor.kind = AUG_TIMELOOP_AT_MOST;
        s->at++;
        if (!bounds) {
            report(s, start, "a mapping states its factors exactly, found", start, strcspn(start, " "));
            return false;
        }
    }
    if (*s->at == '=')
        s->at++;
    s->at = past_blanks(s->at);
    if (!read_count(s, &factor.count))
        return false;
    factor.last = factor.count;
    if (s->at[0] == ',' && isdigit((unsigned char)s->at[1])) {
        s->at++;
        if (!read_count(s, &factor.last))
            return false;
    }
    bool rest = factor.count == 0 && factor.last == 0 && factor.kind == AUG_TIMELOOP_EXACT;
    if (!rest && (factor.last < 1 || factor.last > factor.count || (bounds && factor.last != factor.count))) {
        report(s, start,
               bounds ? "expected a factor such as 'M=4' or 'M<=4', found"
                      : "expected a last pass of 1 or more iterations, no more than the others, in",
               start, (size_t)(s->at - start));
        return false;
    }
    if (factors[dim].kind != AUG_TIMELOOP_FREE) {
        report(s, start, "a second factor of dimension", s->design->problem.dims[dim].name, 60);
        return false;
    }
    factors[dim] = factor;
    return true;
}

static bool read_factors(scan *s, bool bounds, aug_timeloop_factor *factors) {
    skip(s);
    while (*s->at) {
        if (!read_factor(s, bounds, factors))
            return false;
        skip(s);
    }
    return true;
}

bool aug_timeloop_factors_read(const aug_timeloop_design *design, const aug_node *node, bool bounds,
                               aug_timeloop_factor *factors) {
    if (!node)
        return true;
    const aug_node *first = node->kind == AUG_NODE_LIST ? node->first : node;
    bool good = true;
    for (const aug_node *item = first; item && good; item = node->kind == AUG_NODE_LIST ? item->next : NULL) {
        const char *text;
        good = aug_scalar_text(design->reader, item, &text);
        scan s = {design, item, text};
        good = good && read_factors(&s, bounds, factors);
    }
    return good;
}

// ---- Permutations

static bool add_dim(scan *s, aug_timeloop_block *block, int dim, size_t length) {
    for (int i = 0; i < block->order_count; i++) {
        if (block->order[i] != dim)
            continue;
        report(s, s->at, "a dimension that stands twice:", s->at, length);
        return false;
    }
    block->order[block->order_count++] = dim;
    s->at += length;
    return true;
}

// One word: a dimension, or several without blanks between them.
static bool read_word(scan *s, aug_timeloop_block *block) {
    const aug_timeloop_problem *problem = &s->design->problem;
    const char *end = s->at + strcspn(s->at, " \t\n,#");
    while (s->at < end) {
        int best = -1;
        size_t best_length = 0;
        for (int i = 0; i < problem->dim_count; i++) {
            size_t length = strlen(problem->dims[i].name);
            if (length > best_length && length <= (size_t)(end - s->at) &&
                strncmp(problem->dims[i].name, s->at, length) == 0)
                best = i, best_length = length;
        }
        if (best < 0) {
            report_dim(s, (size_t)(end - s->at));
            return false;
        }
        if (!add_dim(s, block, best, best_length))
            return false;
    }
    return true;
}

bool aug_timeloop_order_read(const aug_timeloop_design *design, const aug_node *node,
                             aug_timeloop_block *block) {
    if (!node)
        return true;
    const aug_node *first = node->kind == AUG_NODE_LIST ? node->first : node;
    for (const aug_node *item = first; item; item = node->kind == AUG_NODE_LIST ? item->next : NULL) {
        const char *text;
        if (!aug_scalar_text(design->reader, item, &text))
            return false;
        scan s = {design, item, text};
        for (skip(&s); *s.at; skip(&s))
            if (!read_word(&s, block))
                return false;
    }
    return true;
}

int aug_timeloop_order_all(const aug_timeloop_problem *problem, const aug_timeloop_block *block,
                           int order[AUG_TIMELOOP_DIMS]) {
    unsigned named = 0;
    int count = block->order_count;
    for (int i = 0; i < count; i++) {
        order[i] = block->order[i];
        named |= 1u << order[i];
    }
    for (int i = 0; i < problem->dim_count; i++)
        if (!(named & 1u << i))
            order[count++] = i;
    return count;
}
