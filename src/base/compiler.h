// The one place for compiler extensions. Everything else in Auger is plain C17.
#ifndef AUG_BASE_COMPILER_H
#define AUG_BASE_COMPILER_H

#if defined(__GNUC__) || defined(__clang__)
// The argument numbered `place` is a printf format, its values start at `first`.
#define AUG_PRINTF(place, first) __attribute__((__format__(__printf__, place, first)))
#define AUG_NORETURN             __attribute__((__noreturn__))
// Inlined whatever the compiler thinks: for functions with a constant argument that decides what is left of them.
#define AUG_INLINE               static inline __attribute__((__always_inline__))
#else
#define AUG_INLINE               static inline
#define AUG_PRINTF(place, first)
#define AUG_NORETURN
#endif

// A function whose loops are worth wider vectors: built once for machines with AVX2, once for all; the results are the same, for
// no operations are fused. Sanitizers run before such a choice can be made.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__linux__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define AUG_VECTORS __attribute__((target_clones("avx2", "default")))
#else
#define AUG_VECTORS
#endif

// Sums of products of counts: 128 bits.
#if defined(__SIZEOF_INT128__)
__extension__ typedef unsigned __int128 aug_wide;
#endif

// Elements of an array (not of a pointer).
#define AUG_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
