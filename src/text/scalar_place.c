// A parser keeps where a scalar begins and what it says, not where each of its characters stood: quotes, line
// folding and the indentation of blocks are gone. Both texts hold the same characters in the same order
// except for blanks, so they are walked side by side, blanks passed over in each:
//
//     nest: >                          text: "dram[A] for m:4 mac\n"
//       dram[A]                        'f' at offset 8 of the text stands in line 3, column 3
//       for m:4 mac
#include "text/scalar_place.h"

#include <stdbool.h>
#include <string.h>

typedef struct cursor {
    const char *at, *end;
    unsigned line, column;
} cursor;

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void step(cursor *c) {
    bool newline = *c->at++ == '\n';
    while (c->at < c->end && ((unsigned char)*c->at & 0xC0u) == 0x80u)
        c->at++;
    c->line += newline;
    c->column = newline ? 1 : c->column + 1;
}

static void skip_blanks(cursor *c) {
    while (c->at < c->end && is_blank(*c->at))
        step(c);
}

// The cursor at the first character of the scalar.
static cursor scalar_start(const aug_place *place) {
    cursor c = {place->text, place->text + place->length, 1, 1};
    while (c.at < c.end && (c.line < place->line || (c.line == place->line && c.column < place->column)))
        step(&c);
    return c;
}

// Steps over an anchor or a tag, and over what opens a quoted or a block scalar. Returns the quote, or '\0'.
static char skip_opening(cursor *c) {
    while (c->at < c->end && (*c->at == '&' || *c->at == '!')) {
        while (c->at < c->end && !is_blank(*c->at))
            step(c);
        skip_blanks(c);
    }
    char opening = c->at < c->end ? *c->at : '\0';
    if (opening == '|' || opening == '>')
        while (c->at < c->end && *c->at != '\n')
            step(c);
    if (opening != '"' && opening != '\'')
        return '\0';
    step(c);
    return opening;
}

// In quotes, a quote is written twice ('') or escaped (\"); blanks may be escaped too (\n, \t, a backslash at
// the end of a line).
static void skip_escape(cursor *c, char quote) {
    if (quote == '\'' && c->at + 1 < c->end && c->at[0] == '\'' && c->at[1] == '\'')
        step(c);
    if (quote != '"')
        return;
    while (c->at + 1 < c->end && c->at[0] == '\\' && strchr("nt \n", c->at[1])) {
        step(c);
        step(c);
        skip_blanks(c);
    }
    if (c->at + 1 < c->end && c->at[0] == '\\' && (c->at[1] == '"' || c->at[1] == '\\'))
        step(c);
}

aug_place aug_scalar_place(const aug_node *node, size_t offset) {
    aug_place whole = aug_node_place(node);
    if (!whole.text || node->kind != AUG_NODE_SCALAR)
        return whole;
    cursor c = scalar_start(&whole), behind = c;
    char quote = skip_opening(&c);
    for (size_t i = 0; node->text[i]; i++) {
        if (is_blank(node->text[i])) {
            if (i >= offset)
                break;
            continue;
        }
        skip_blanks(&c);
        skip_escape(&c, quote);
        if (c.at == c.end || *c.at != node->text[i])
            return whole;
        if (i >= offset) {
            behind = c;
            break;
        }
        // The further bytes of the character.
        const char *before = c.at;
        step(&c);
        size_t length = (size_t)(c.at - before);
        if (strncmp(before, node->text + i, length) != 0)
            return whole;
        i += length - 1;
        behind = c;
    }
    whole.line = behind.line;
    whole.column = behind.column;
    return whole;
}
