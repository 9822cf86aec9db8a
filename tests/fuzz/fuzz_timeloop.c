// Any bytes as a file of Timeloop; what comes out is read back as files of Auger's own.
#include "fuzz.h"

#include "interchange/timeloop.h"
#include "machine/machine.h"
#include "workload/model.h"

static const aug_document *reread(fuzz_ground *ground, const char *name, const char *text) {
    const aug_document *document =
        aug_document_parse(&ground->arena, &ground->errors, name, text, strlen(text));
    fuzz_require(document && document->root && document->root->kind == AUG_NODE_MAP,
                 "a text that an import makes can be parsed");
    return document;
}

static void read_timeloop(fuzz_ground *ground, const char *text, size_t length) {
    const aug_document *document = aug_document_parse(&ground->arena, &ground->errors, "input", text, length);
    if (!document)
        return;
    aug_timeloop_files files;
    bool good = aug_timeloop_convert(&ground->reader, &document, 1, &files);
    fuzz_require_errors(ground, good);
    fuzz_require(good == (files.machine != NULL) && good == (files.workload != NULL),
                 "an import makes all texts, or none");
    if (!good)
        return;
    // Names and numbers of theirs may still be none of ours (too many levels, too many operations): an error,
    // no crash.
    const aug_document *machine = reread(ground, "machine.yaml", files.machine),
                       *workload = reread(ground, "workload.yaml", files.workload);
    aug_machine_read(&ground->reader, machine->root, "machine", AUG_NEW(&ground->arena, aug_machine));
    aug_model_from_workload(&ground->reader, workload->root, "workload", AUG_NEW(&ground->arena, aug_model));
    if (files.mapping)
        reread(ground, "mapping.yaml", files.mapping);
    if (files.constraints)
        reread(ground, "constraints.yaml", files.constraints);
}

FUZZ_TARGET(read_timeloop)
