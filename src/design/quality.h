// Predicted loss: a published scaling law, as a proxy for quality that says what it is.
#ifndef AUG_DESIGN_QUALITY_H
#define AUG_DESIGN_QUALITY_H

#include "text/fields.h"
#include "text/library.h"
#include "workload/model.h"

// L(N, D) = floor + size_factor / N^size_exponent + data_factor / D^data_exponent + what the number formats add; nats per
// token.
typedef struct aug_law {
    const char *name, *about;
    double floor, size_factor, size_exponent, data_factor, data_exponent;
    double weights_added[AUG_FORMAT_COUNT], cache_added[AUG_FORMAT_COUNT]; // NaN: not known; 16 bits: 0
    double least_parameters, most_parameters, least_tokens, most_tokens;   // that it was fitted on
    double uncertainty;                                                    // of the loss
    const aug_node *sources;                                               // key to source; NULL: none
} aug_law;

extern const aug_fields aug_law_fields;

aug_law *aug_law_load(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *name);
bool aug_law_read(const aug_reader *reader, const aug_node *root, const char *name, aug_law *law);

// Predicted loss of a dense model of `parameters` trained on `tokens` tokens with these formats; NaN where the law says
// nothing (no tokens, an unknown format).
double aug_law_loss(const aug_law *law, double parameters, double tokens, const aug_precision *precision);
// Whether size and data lie within what the law was fitted on.
bool aug_law_covers(const aug_law *law, double parameters, double tokens);

#endif
