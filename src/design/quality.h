// Predicted loss: a published scaling law, as a proxy for quality that says what it is.
#ifndef AUG_DESIGN_QUALITY_H
#define AUG_DESIGN_QUALITY_H

#include "text/fields.h"
#include "text/library.h"
#include "workload/model.h"

// The constants of a law whose errors are known together, in this order; of the two factors, the error of the logarithm.
enum { AUG_LAW_FLOOR, AUG_LAW_SIZE_FACTOR, AUG_LAW_SIZE_EXPONENT, AUG_LAW_DATA_FACTOR, AUG_LAW_DATA_EXPONENT, AUG_LAW_CONSTANTS };

// L(N, D) = floor + size_factor / N^size_exponent + data_factor / D^data_exponent + what the number formats add; nats per
// token.
//
// What quantisation of the weights after training adds was measured on models of some size and data, and grows with the
// data of each weight [Kumar 2024]:
//
//     added(N, D) = added · (D / format_tokens)^format_data_exponent · (format_parameters / N)^format_size_exponent
//
// Example: 0.023 of int4 on 6.74 G weights and 2 T tokens are 0.023 · 7.5^0.5068 · 0.839^0.3439 = 0.060 on 8.03 G and 15 T.
typedef struct aug_law {
    const char *name, *about;
    double floor, size_factor, size_exponent, data_factor, data_exponent;
    double format_tokens, format_parameters;             // that weights_added was measured on; NaN: it holds for all
    double format_data_exponent, format_size_exponent;
    double format_uncertainty;                           // standard error of what formats add, as a share of it
    double covariance[AUG_LAW_CONSTANTS][AUG_LAW_CONSTANTS];
    bool has_covariance;
    double weights_added[AUG_FORMAT_COUNT], cache_added[AUG_FORMAT_COUNT]; // NaN: not known; 16 bits: 0
    double inputs_added[AUG_FORMAT_COUNT]; // beside what their weights add, of which it grows alike; NaN: nothing
    double least_parameters, most_parameters, least_tokens, most_tokens;   // that it was fitted on
    double noise;                                                          // standard deviation of the loss between runs alike but for their seed
    double uncertainty;                                                    // of the loss, where no covariance is known
    const aug_node *sources;                                               // key to source; NULL: none
} aug_law;

extern const aug_fields aug_law_fields;

aug_law *aug_law_load(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *name);
bool aug_law_read(const aug_reader *reader, const aug_node *root, const char *name, aug_law *law);

// Predicted loss of a dense model of `parameters` trained on `tokens` tokens with these formats; NaN where the law says
// nothing (no tokens, an unknown format).
double aug_law_loss(const aug_law *law, double parameters, double tokens, const aug_precision *precision);
// The same without what formats add.
double aug_law_base(const aug_law *law, double parameters, double tokens);

// A model as a law sees it.
typedef struct aug_quality {
    double parameters, tokens;
    double loss; // predicted, formats included
} aug_quality;

// Half of a band, in standard errors: 95 % of what may be.
enum { AUG_LAW_BAND = 2 };

// Standard error of a predicted loss, and of the difference of two, which is much smaller: an error of the floor is the same
// for both. With the gradient g of the loss in the constants (1, s, -s ln N, d, -d ln D; s and d the terms of size and data)
//
//     error(a)  = √( g(a)ᵀ C g(a) + (u · formats(a))² + noise² )
//     gap(a, b) = √( (g(a) - g(b))ᵀ C (g(a) - g(b)) + (u · (formats(a) - formats(b)))² + 2 noise² )
//
// What formats add is wrong by one common share u. Two formats of one trained model have no noise between them. NaN where a law states neither covariance nor uncertainty.
double aug_law_error(const aug_law *law, const aug_quality *quality);
double aug_law_gap_error(const aug_law *law, const aug_quality *left, const aug_quality *right);
// Whether the losses of two models differ by more than a band.
bool aug_law_tells_apart(const aug_law *law, const aug_quality *left, const aug_quality *right);
// Whether size and data lie within what the law was fitted on.
bool aug_law_covers(const aug_law *law, double parameters, double tokens);

#endif
