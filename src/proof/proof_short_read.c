// One word per node, in the order of proof_short.c:
//
//     +          each store that may come next
//     5/384      cut in two where variable 5 is 384 / AUG_SHORT_CUTS = 1.5
//     =7,,3;12   closed: the variables, in parts of AUG_SHORT_POINTS, then the prices of the limits, in parts
//     of
//                AUG_SHORT_PRICES; what is not written is 0
#include "proof/proof_short_read.h"

#include <stdlib.h>
#include <string.h>

typedef struct reading {
    const char *at;
    aug_count nodes;
} reading;

// A number of up to twelve digits; none: 0.
static double number(reading *r) {
    double value = 0.0;
    for (int digits = 0; *r->at >= '0' && *r->at <= '9' && digits < 12; digits++)
        value = value * 10.0 + (*r->at++ - '0');
    return value;
}

static void numbers(reading *r, int from, int to, double *values, double parts) {
    for (int i = from; i < to; i++)
        values[i] = 0.0;
    for (int i = from; i < to; i++) {
        values[i] = number(r) / parts;
        if (*r->at != ',')
            return;
        r->at++;
    }
}

static aug_short_step closed(reading *r, const aug_sums *sums, aug_short_choice *choice) {
    numbers(r, 0, sums->variables, choice->at, AUG_SHORT_POINTS);
    if (*r->at != ';')
        return AUG_SHORT_FAILED;
    r->at++;
    numbers(r, 1, sums->count, choice->prices, AUG_SHORT_PRICES);
    return AUG_SHORT_CLOSED;
}

static aug_short_step cut(reading *r, aug_short_choice *choice) {
    choice->variable = (int)number(r);
    if (*r->at != '/')
        return AUG_SHORT_FAILED;
    r->at++;
    choice->value = (aug_count)number(r);
    return AUG_SHORT_CUT;
}

static void next(void *context, const aug_short *node, const aug_sums *sums, bool stores,
                 aug_short_choice *choice) {
    reading *r = context;
    (void)node;
    (void)stores;
    choice->step = AUG_SHORT_FAILED;
    r->nodes++;
    r->at += strspn(r->at, " ");
    if (*r->at == '+') {
        r->at++;
        choice->step = AUG_SHORT_STORE;
    } else if (*r->at == '=') {
        r->at++;
        choice->step = closed(r, sums, choice);
    } else if (*r->at >= '0' && *r->at <= '9') {
        choice->step = cut(r, choice);
    }
    if (*r->at && *r->at != ' ')
        choice->step = AUG_SHORT_FAILED;
}

bool aug_proof_short_holds(const aug_proof *proof, const char *text, aug_count *nodes) {
    reading r = {text, 0};
    bool holds = aug_proof_short_walk(proof, next, &r);
    *nodes = r.nodes;
    return holds && r.at[strspn(r.at, " ")] == '\0';
}
