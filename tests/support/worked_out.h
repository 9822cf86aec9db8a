// The value of an explanation (cost/explain.h): "8 words of a tile x 4 of for m:2 - 16 that nothing has been added to before" is 16.
#ifndef AUGER_TESTS_WORKED_OUT_H
#define AUGER_TESTS_WORKED_OUT_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// The number at the front, then each " x ", " - " or " + " with a number behind it, from the left.
static inline double worked_out(const char *text) {
    char *end;
    double value = strtod(text, &end);
    for (const char *at = end; *at; at++) {
        bool term = at[0] == ' ' && strchr("x-+", at[1]) && at[1] && at[2] == ' ' && at[3] >= '0' && at[3] <= '9';
        if (!term)
            continue;
        double number = strtod(at + 3, &end);
        value = at[1] == 'x' ? value * number : at[1] == '-' ? value - number : value + number;
    }
    return value;
}

#endif
