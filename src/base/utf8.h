// One character of UTF-8.
#ifndef AUG_BASE_UTF8_H
#define AUG_BASE_UTF8_H

// Bytes of the character at `at`, 0 where there is none that RFC 3629 allows (overlong, surrogate, beyond U+10FFFF, cut off
// at `end`); `code` receives its code point.
unsigned aug_utf8_decode(const unsigned char *at, const unsigned char *end, unsigned *code);

#endif
