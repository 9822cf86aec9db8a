#include "text/diagnostic.h"

#include <stdio.h>

void aug_diagnostic_print(aug_buffer *out, const aug_error *error) {
    if (error->file[0] && error->line)
        aug_buffer_print(out, "%s:%u:%u: ", error->file, error->line, error->column);
    else if (error->file[0])
        aug_buffer_print(out, "%s: ", error->file);
    aug_buffer_print(out, "error: %s\n", error->message);
    if (error->source[0]) {
        int width = snprintf(NULL, 0, "%5u", error->line);
        aug_buffer_print(out, "%5u | %s\n%*s | ", error->line, error->source, width, "");
        aug_buffer_fill(out, ' ', error->caret ? error->caret - 1 : 0);
        aug_buffer_put(out, "^\n");
    }
    if (error->hint[0])
        aug_buffer_print(out, "hint: %s\n", error->hint);
}

void aug_diagnostics_print(aug_buffer *out, const aug_errors *errors) {
    for (int i = 0; i < errors->count; i++)
        aug_diagnostic_print(out, &errors->items[i]);
    if (errors->dropped)
        aug_buffer_print(out, "and %d more error%s\n", errors->dropped, errors->dropped == 1 ? "" : "s");
}
