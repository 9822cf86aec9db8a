// The C locale while a call of Auger runs, whatever the program around it has set: strtod and printf would otherwise
// read and write numbers with that program's decimal comma. It holds for the calling thread alone; the threads of a
// pool take it over from the thread that starts them (pool.c).
#ifndef AUG_BASE_C_LOCALE_H
#define AUG_BASE_C_LOCALE_H

#include <locale.h>

typedef struct aug_c_locale {
    locale_t c, before; // 0, 0: out of memory, nothing was set
} aug_c_locale;

// Each begin has its end, in the same thread; they may be nested.
static inline aug_c_locale aug_c_locale_begin(void) {
    aug_c_locale locale = {.c = newlocale(LC_ALL_MASK, "C", (locale_t)0)};
    if (locale.c)
        locale.before = uselocale(locale.c);
    return locale;
}

static inline void aug_c_locale_end(aug_c_locale locale) {
    if (!locale.c)
        return;
    uselocale(locale.before);
    freelocale(locale.c);
}

#endif
