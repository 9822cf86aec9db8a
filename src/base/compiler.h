// The one place for compiler extensions. Everything else in Auger is plain C17.
#ifndef AUG_BASE_COMPILER_H
#define AUG_BASE_COMPILER_H

#if defined(__GNUC__) || defined(__clang__)
// The argument numbered `place` is a printf format, its values start at `first`.
#define AUG_PRINTF(place, first) __attribute__((__format__(__printf__, place, first)))
#define AUG_NORETURN             __attribute__((__noreturn__))
#else
#define AUG_PRINTF(place, first)
#define AUG_NORETURN
#endif

// Elements of an array (not of a pointer).
#define AUG_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
