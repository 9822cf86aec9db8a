#include "api/context.h"

#include "api/input_kind.h"
#include "report/listing.h"
#include "validation/validation.h"

#include <string.h>

static const char *name_of(aug_arena *arena, const char *path) {
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dot = strrchr(name, '.');
    return aug_arena_copy(arena, name, dot && dot > name ? (size_t)(dot - name) : strlen(name));
}

static void add_row(aug_listing *listing, const char *file, const char *kind, const char *summary) {
    aug_listing_text(listing, file);
    aug_listing_text(listing, kind);
    aug_listing_text(listing, summary);
}

static void check_table(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *file, aug_listing *listing) {
    const aug_validation *table = aug_validation_run(library, arena, errors, file, NULL);
    if (table)
        add_row(listing, file, "table", aug_arena_print(arena, "%s: %zu rows of measurements", table->kind->name, table->table->row_count));
}

static void check_document(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *file, aug_listing *listing) {
    const aug_document *document = aug_document_load(arena, errors, file);
    const aug_input_kind *kind = document ? aug_input_kind_find(document, errors) : NULL;
    if (!kind)
        return;
    const aug_input input = {library, arena, errors, document, name_of(arena, file)};
    const char *summary = kind->check(&input);
    if (summary)
        add_row(listing, file, kind->noun, summary);
}

static aug_status run(aug_context *context, aug_answer *answer, const char *const *files, int count) {
    aug_listing *listing = aug_listing_new(&answer->arena, "files", NULL, "file kind summary");
    listing->lines = true;
    for (int i = 0; i < count; i++) {
        if (aug_table_is_named(files[i]))
            check_table(&context->library, &answer->arena, &answer->errors, files[i], listing);
        else
            check_document(&context->library, &answer->arena, &answer->errors, files[i], listing);
    }
    answer->report = aug_listing_report(listing);
    return AUG_OK;
}

aug_status aug_check_run(aug_context *context, const char *const *files, int count, aug_answer **answer) {
    AUG_CALL(answer, run(context, *answer, files, count));
}
