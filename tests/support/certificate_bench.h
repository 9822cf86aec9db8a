// Certificates of small problems: written, changed, checked.
#ifndef AUGER_TESTS_CERTIFICATE_BENCH_H
#define AUGER_TESTS_CERTIFICATE_BENCH_H

#include "support/small_problem.h"

#include "proof/certificate.h"
#include "proof/certificate_check.h"

typedef struct bench {
    test_ground ground;
    aug_problem problem;
    aug_mapper_options options;
    aug_mapper_result result;
} bench;

// The text of the certificate; NULL: none is written.
static inline char *write_text(bench *b) {
    aug_buffer out;
    aug_buffer_init(&out, &b->ground.arena);
    if (!aug_certificate_write(&out, &b->ground.arena, &b->problem, &b->options, &b->result))
        return NULL;
    return aug_arena_copy(&b->ground.arena, out.text, out.length);
}

static inline const char *check(bench *b, const char *text) {
    aug_errors *errors = AUG_NEW(&b->ground.arena, aug_errors);
    const aug_reader reader = {&b->ground.arena, errors};
    const aug_document *document = aug_document_parse(&b->ground.arena, errors, "proof", text, strlen(text));
    const char *said = document ? aug_certificate_check(&reader, document) : NULL;
    assert_true((said == NULL) == (errors->count > 0)); // what is refused is told
    return said;
}

#endif
