#include "design/quality.h"

#include <math.h>
#include <stddef.h>

typedef struct law_row {
    const char *kind;
    aug_law law;
    const aug_node *covariance;
} law_row;

#define REQUIRED(member, name, text)                                                                         \
    {.key = name, .kind = AUG_FIELD_QUANTITY, .offset = offsetof(law_row, law.member), .bounds = AUG_POSITIVE, \
     .required = true, .help = text}

static const aug_field rows[] = {
    AUG_ROW_TEXT(law_row, kind, "auger", "law/1"),
    AUG_ROW_TEXT(law_row, law.name, "name", "what the law is called"),
    AUG_ROW_TEXT(law_row, law.about, "about", "what it predicts, in one sentence"),
    REQUIRED(floor, "floor", "loss that no size and no data remove"),
    REQUIRED(size_factor, "size_factor", "A of A / N^alpha"),
    REQUIRED(size_exponent, "size_exponent", "alpha"),
    REQUIRED(data_factor, "data_factor", "B of B / D^beta"),
    REQUIRED(data_exponent, "data_exponent", "beta"),
    AUG_ROW_KEYED(law_row, law.weights_added, "weights", aug_format_names, AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "loss that weights quantised after training add"),
    AUG_ROW_QUANTITY(law_row, law.format_tokens, "format_tokens", AUG_DIMENSION_NUMBER, AUG_POSITIVE, NULL, "training tokens of the models on which `weights` was measured; holds for all where missing"),
    AUG_ROW_QUANTITY(law_row, law.format_parameters, "format_parameters", AUG_DIMENSION_NUMBER, AUG_POSITIVE, NULL, "their size"),
    AUG_ROW_QUANTITY(law_row, law.format_data_exponent, "format_data_exponent", AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "0", "what quantised weights add grows with tokens to this power"),
    AUG_ROW_QUANTITY(law_row, law.format_size_exponent, "format_size_exponent", AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "0", "and falls with the size to this power"),
    AUG_ROW_QUANTITY(law_row, law.format_uncertainty, "format_uncertainty", AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "0", "standard error of what formats add, as a share of it"),
    AUG_ROW_KEYED(law_row, law.inputs_added, "activations", aug_format_names, AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "loss that inputs of products add in such a format, beside their weights; 0 where missing"),
    AUG_ROW_KEYED(law_row, law.cache_added, "kv", aug_format_names, AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "loss that a quantised cache adds"),
    AUG_ROW_QUANTITY(law_row, law.least_parameters, "least_parameters", AUG_DIMENSION_NUMBER, AUG_POSITIVE, "1", "smallest model it was fitted on"),
    AUG_ROW_QUANTITY(law_row, law.most_parameters, "most_parameters", AUG_DIMENSION_NUMBER, AUG_POSITIVE, "1e15", "largest"),
    AUG_ROW_QUANTITY(law_row, law.least_tokens, "least_tokens", AUG_DIMENSION_NUMBER, AUG_POSITIVE, "1", "least data it was fitted on"),
    AUG_ROW_QUANTITY(law_row, law.most_tokens, "most_tokens", AUG_DIMENSION_NUMBER, AUG_POSITIVE, "1e18", "most"),
    AUG_ROW_QUANTITY(law_row, law.uncertainty, "uncertainty", AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, NULL, "standard error of the predicted loss, where no `covariance` is given"),
    AUG_ROW_QUANTITY(law_row, law.noise, "noise", AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "0", "standard deviation of the loss between trainings that differ in their seed"),
    AUG_ROW_NODE(law_row, covariance, "covariance", NULL, AUG_LAYOUT_LIST, "of the errors of floor, ln size_factor, size_exponent, ln data_factor, data_exponent: five rows of 1 to 5 numbers, up to the diagonal"),
    AUG_ROW_NODE(law_row, law.sources, "sources", NULL, AUG_LAYOUT_MAP, "where the numbers come from: key to source"),
};

const aug_fields aug_law_fields = {
    .name = "law",
    .about = "A scaling law: predicted loss of a dense model from its size, its data and its number formats.",
    .rows = rows,
    .count = AUG_COUNT(rows),
};

static bool read_covariance(const aug_reader *reader, const aug_node *list, aug_law *law) {
    if (!list)
        return true;
    int i = 0;
    const aug_node *line = list->kind == AUG_NODE_LIST ? list->first : NULL;
    for (; line && line->kind == AUG_NODE_LIST && line->count == (unsigned)i + 1 && i < AUG_LAW_CONSTANTS; line = line->next, i++) {
        int j = 0;
        for (const aug_node *item = line->first; item; item = item->next, j++) {
            if (!aug_scalar_quantity(reader, item, AUG_DIMENSION_NUMBER, AUG_ANY, &law->covariance[i][j]))
                return false;
            law->covariance[j][i] = law->covariance[i][j];
        }
    }
    law->has_covariance = i == AUG_LAW_CONSTANTS && !line;
    if (!law->has_covariance)
        aug_node_error(reader->errors, list, "expected five rows of 1, 2, 3, 4 and 5 numbers");
    return law->has_covariance;
}

bool aug_law_read(const aug_reader *reader, const aug_node *root, const char *name, aug_law *law) {
    law_row row;
    if (!aug_fields_read(reader, root, &aug_law_fields, &row))
        return false;
    *law = row.law;
    law->has_covariance = false;
    if (!read_covariance(reader, row.covariance, law))
        return false;
    if (!law->name)
        law->name = name;
    return true;
}

aug_law *aug_law_load(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *name) {
    const aug_reader reader = {arena, errors};
    aug_library_file file;
    const aug_node *root = aug_library_read(library, arena, errors, "laws", "law", name, &file);
    aug_law *law = root ? AUG_NEW(arena, aug_law) : NULL;
    return root && aug_law_read(&reader, root, file.name, law) ? law : NULL;
}

static double added(const double *by_format, aug_number_format format) {
    return aug_format_bits(format) >= 16.0 ? 0.0 : by_format[format];
}

// By which what formats add to weights grows from the models it was measured on.
static double format_growth(const aug_law *law, double parameters, double tokens) {
    double growth = 1.0;
    if (!isnan(law->format_tokens))
        growth *= pow(tokens / law->format_tokens, law->format_data_exponent);
    if (!isnan(law->format_parameters))
        growth *= pow(law->format_parameters / parameters, law->format_size_exponent);
    return growth;
}

double aug_law_base(const aug_law *law, double parameters, double tokens) {
    if (!(tokens > 0.0) || !(parameters > 0.0))
        return (double)NAN;
    return law->floor + law->size_factor / pow(parameters, law->size_exponent) + law->data_factor / pow(tokens, law->data_exponent);
}

double aug_law_loss(const aug_law *law, double parameters, double tokens, const aug_precision *precision) {
    double inputs = law->inputs_added[precision->of[AUG_STORAGE_ACTIVATION]];
    double products = added(law->weights_added, precision->of[AUG_STORAGE_MLP]) + (isnan(inputs) ? 0.0 : inputs);
    return aug_law_base(law, parameters, tokens) + products * format_growth(law, parameters, tokens) +
           added(law->cache_added, precision->of[AUG_STORAGE_CACHE]);
}

// How the base of the loss moves with each constant; with the logarithms of the factors.
static void gradient_of(const aug_law *law, double parameters, double tokens, double gradient[AUG_LAW_CONSTANTS]) {
    double size = law->size_factor / pow(parameters, law->size_exponent);
    double data = law->data_factor / pow(tokens, law->data_exponent);
    gradient[AUG_LAW_FLOOR] = 1.0;
    gradient[AUG_LAW_SIZE_FACTOR] = size;
    gradient[AUG_LAW_SIZE_EXPONENT] = -size * log(parameters);
    gradient[AUG_LAW_DATA_FACTOR] = data;
    gradient[AUG_LAW_DATA_EXPONENT] = -data * log(tokens);
}

static double variance_of(const aug_law *law, const double gradient[AUG_LAW_CONSTANTS]) {
    double variance = 0.0;
    for (int i = 0; i < AUG_LAW_CONSTANTS; i++)
        for (int j = 0; j < AUG_LAW_CONSTANTS; j++)
            variance += gradient[i] * law->covariance[i][j] * gradient[j];
    return fmax(variance, 0.0); // rounding of strongly correlated rows
}

double aug_law_error(const aug_law *law, const aug_quality *quality) {
    double gradient[AUG_LAW_CONSTANTS];
    gradient_of(law, quality->parameters, quality->tokens, gradient);
    double format = law->format_uncertainty * (quality->loss - aug_law_base(law, quality->parameters, quality->tokens));
    double base = law->has_covariance ? sqrt(variance_of(law, gradient)) : law->uncertainty;
    return hypot(hypot(base, format), law->noise);
}

double aug_law_gap_error(const aug_law *law, const aug_quality *left, const aug_quality *right) {
    double gradient[AUG_LAW_CONSTANTS], other[AUG_LAW_CONSTANTS];
    gradient_of(law, left->parameters, left->tokens, gradient);
    gradient_of(law, right->parameters, right->tokens, other);
    for (int i = 0; i < AUG_LAW_CONSTANTS; i++)
        gradient[i] -= other[i];
    double formats = left->loss - aug_law_base(law, left->parameters, left->tokens) -
                     (right->loss - aug_law_base(law, right->parameters, right->tokens));
    bool same = left->parameters == right->parameters && left->tokens == right->tokens;
    double base = law->has_covariance ? hypot(sqrt(variance_of(law, gradient)), sqrt(2.0) * law->noise) : law->uncertainty;
    return hypot(same ? 0.0 : base, law->format_uncertainty * formats);
}

bool aug_law_tells_apart(const aug_law *law, const aug_quality *left, const aug_quality *right) {
    return fabs(left->loss - right->loss) > AUG_LAW_BAND * aug_law_gap_error(law, left, right);
}

bool aug_law_covers(const aug_law *law, double parameters, double tokens) {
    return parameters >= law->least_parameters && parameters <= law->most_parameters && tokens >= law->least_tokens &&
           tokens <= law->most_tokens;
}
