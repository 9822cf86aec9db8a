#include "base/utf8.h"

#include <stddef.h>

unsigned aug_utf8_decode(const unsigned char *at, const unsigned char *end, unsigned *code) {
    static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned length = at[0] < 0x80 ? 1 : at[0] < 0xC0 ? 0 : at[0] < 0xE0 ? 2 : at[0] < 0xF0 ? 3 : at[0] < 0xF8 ? 4 : 0;
    if (length == 0 || length > (size_t)(end - at))
        return 0;
    *code = length == 1 ? at[0] : at[0] & (0x7Fu >> length);
    for (unsigned i = 1; i < length; i++) {
        if ((at[i] & 0xC0u) != 0x80u)
            return 0;
        *code = *code << 6 | (at[i] & 0x3Fu);
    }
    bool surrogate = *code >= 0xD800 && *code < 0xE000;
    return surrogate || *code > 0x10FFFF || *code < least[length] ? 0 : length;
}

bool aug_utf8_is_text(unsigned code) {
    if (code < 0x20)
        return code == '\t' || code == '\n' || code == '\r';
    return code != 0x7F && (code < 0x80 || code >= 0xA0 || code == 0x85) && code != 0xFEFF && code != 0xFFFE &&
           code != 0xFFFF;
}

bool aug_utf8_ends_line(unsigned code) {
    return code == 0x85 || code == 0x2028 || code == 0x2029;
}
