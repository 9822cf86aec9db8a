#include "interchange/timeloop_text.h"

#include "text/json_writer.h"

#include <ctype.h>
#include <math.h>

void aug_timeloop_put_number(aug_buffer *out, double number) {
    char text[32];
    if (number == floor(number) && fabs(number) < 1e15) {
        aug_buffer_print(out, "%.0f", number);
        return;
    }
    aug_json_shortest(text, number);
    aug_buffer_put(out, text);
}

void aug_timeloop_put_spaces(aug_buffer *out, const aug_timeloop_problem *problem, unsigned set,
                             const char *between) {
    bool first = true;
    for (int i = 0; i < problem->space_count; i++) {
        if (!(set & 1u << i))
            continue;
        aug_buffer_print(out, "%s%s", first ? "" : between, problem->spaces[i].name);
        first = false;
    }
}

void aug_timeloop_put_name(aug_buffer *out, const char *name) {
    if (!isalnum((unsigned char)*name))
        aug_buffer_put(out, "_");
    for (; *name; name++)
        aug_buffer_print(out, "%c",
                         isalnum((unsigned char)*name) || *name == '.' || *name == '-' ? *name : '_');
}
