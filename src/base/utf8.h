// Characters of UTF-8.
#ifndef AUG_BASE_UTF8_H
#define AUG_BASE_UTF8_H

#include <stdbool.h>

// Bytes of the character at `at`, 0 where there is none that RFC 3629 allows (overlong, surrogate, beyond U+10FFFF, cut off
// at `end`); `code` receives its code point.
unsigned aug_utf8_decode(const unsigned char *at, const unsigned char *end, unsigned *code);
// Whether a text may hold the character: no control character but tab, newline, carriage return and U+0085, no byte
// order mark, neither U+FFFE nor U+FFFF. The rest is what YAML calls printable.
bool aug_utf8_is_text(unsigned code);
// A character beside \n and \r that some programs end a line at: U+0085, U+2028, U+2029.
bool aug_utf8_ends_line(unsigned code);

#endif
