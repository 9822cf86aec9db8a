#include "design/quality.h"

#include <math.h>
#include <stddef.h>

typedef struct law_row {
    const char *kind;
    aug_law law;
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
    AUG_ROW_KEYED(law_row, law.cache_added, "kv", aug_format_names, AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "loss that a quantised cache adds"),
    AUG_ROW_QUANTITY(law_row, law.least_parameters, "least_parameters", AUG_DIMENSION_NUMBER, AUG_POSITIVE, "1", "smallest model it was fitted on"),
    AUG_ROW_QUANTITY(law_row, law.most_parameters, "most_parameters", AUG_DIMENSION_NUMBER, AUG_POSITIVE, "1e15", "largest"),
    AUG_ROW_QUANTITY(law_row, law.least_tokens, "least_tokens", AUG_DIMENSION_NUMBER, AUG_POSITIVE, "1", "least data it was fitted on"),
    AUG_ROW_QUANTITY(law_row, law.most_tokens, "most_tokens", AUG_DIMENSION_NUMBER, AUG_POSITIVE, "1e18", "most"),
    AUG_ROW_QUANTITY(law_row, law.uncertainty, "uncertainty", AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, NULL, "of the predicted loss"),
    AUG_ROW_NODE(law_row, law.sources, "sources", NULL, AUG_LAYOUT_MAP, "where the numbers come from: key to source"),
};

const aug_fields aug_law_fields = {
    .name = "law",
    .about = "A scaling law: predicted loss of a dense model from its size, its data and its number formats.",
    .rows = rows,
    .count = AUG_COUNT(rows),
};

bool aug_law_read(const aug_reader *reader, const aug_node *root, const char *name, aug_law *law) {
    law_row row;
    if (!aug_fields_read(reader, root, &aug_law_fields, &row))
        return false;
    *law = row.law;
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

double aug_law_loss(const aug_law *law, double parameters, double tokens, const aug_precision *precision) {
    if (!(tokens > 0.0) || !(parameters > 0.0))
        return (double)NAN;
    return law->floor + law->size_factor / pow(parameters, law->size_exponent) +
           law->data_factor / pow(tokens, law->data_exponent) +
           added(law->weights_added, precision->of[AUG_STORAGE_MLP]) +
           added(law->cache_added, precision->of[AUG_STORAGE_CACHE]);
}

bool aug_law_covers(const aug_law *law, double parameters, double tokens) {
    return parameters >= law->least_parameters && parameters <= law->most_parameters && tokens >= law->least_tokens &&
           tokens <= law->most_tokens;
}
