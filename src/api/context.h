// What a context and an answer are inside.
#ifndef AUG_API_CONTEXT_H
#define AUG_API_CONTEXT_H

#include "auger.h"
#include "base/c_locale.h"
#include "base/error.h"
#include "base/progress.h"
#include "report/report.h"
#include "text/library.h"

#include <time.h>

struct aug_context {
    char *data;
    aug_library library;
    int threads;
    aug_progress progress;
};

enum { AUG_ANSWER_FILES = 4 };

struct aug_answer {
    aug_arena arena;
    jmp_buf failure;
    aug_errors errors;
    aug_status status;
    aug_report report; // what was found, and how it is written
    void (*release)(void *found); // frees what of it is not in the arena; NULL: all is
    const char *text, *json, *html, *csv, *predictions, *calibrated, *certificate, *error_text;
    struct {
        const char *name, *text;
    } files[AUG_ANSWER_FILES]; // that an import makes
    int file_count;
    struct timespec start;
    aug_c_locale locale; // of the call that is running
};

// Begins a call: an empty answer whose allocations fail to `answer->failure`, which the caller sets. NULL: out of memory.
// The thread is in the C locale until the call ends.
aug_answer *aug_answer_new(void);
// Ends a call: the answer's status, BAD_INPUT where errors were added.
aug_status aug_answer_end(aug_answer *answer, aug_status status);
// Ends a call that ran out of memory: frees the answer, sets *answer to NULL.
aug_status aug_answer_fail(aug_answer **answer);

// Of verbs that can map: a limit and a cache are of searches, which `mapped` asks for. False with an error added where they
// are given without it.
bool aug_mapping_options_agree(aug_errors *errors, bool mapped, uint64_t node_limit, const char *cache);

// Runs `body` between aug_answer_new and the end of the call:
//
//     AUG_CALL(answer, body(context, *answer, ...));
//
// `body` is an expression of type aug_status. Nothing that it changes is used after a failure.
#define AUG_CALL(answer, body)                                                                               \
    do {                                                                                                     \
        *(answer) = aug_answer_new();                                                                        \
        if (!*(answer))                                                                                      \
            return AUG_INTERNAL;                                                                             \
        if (setjmp((*(answer))->failure) != 0)                                                               \
            return aug_answer_fail(answer);                                                                  \
        return aug_answer_end(*(answer), (body));                                                            \
    } while (0)

#endif
