// A small case of Timeloop, of which a test changes a piece.
#ifndef AUGER_TESTS_TIMELOOP_CASE_H
#define AUGER_TESTS_TIMELOOP_CASE_H

#include "interchange/timeloop.h"
#include "support/testing.h"

// Z[M,N] of 4 x 6 from A[M,K] and B[K,N] with K 8, on 2 x 2 processing elements.
static const char timeloop_case[] = "architecture:\n"
                                    "  version: 0.4\n"
                                    "  subtree:\n"
                                    "    - name: chip\n"
                                    "      local:\n"
                                    "        - name: Dram\n"
                                    "          class: DRAM\n"
                                    "          attributes: {datawidth: 16}\n"
                                    "      subtree:\n"
                                    "        - name: grid\n"
                                    "          local:\n"
                                    "            - name: Glb[1..1]\n"
                                    "              class: SRAM\n"
                                    "              attributes: {datawidth: 16, depth: 64, block-size: 4, width: 64}\n"
                                    "            - name: Reg[0..3]\n"
                                    "              class: regfile\n"
                                    "              attributes: {datawidth: 16, entries: 24, meshX: 2}\n"
                                    "            - name: Mac[0..3]\n"
                                    "              class: intmac\n"
                                    "              attributes: {meshX: 2, meshY: 2}\n"
                                    "ERT:\n"
                                    "  version: 0.3\n"
                                    "  tables:\n"
                                    "    - name: chip.Dram\n"
                                    "      actions:\n"
                                    "        - {name: read, arguments: {}, energy: 64}\n"
                                    "        - {name: write, arguments: {}, energy: 72}\n"
                                    "    - name: chip.grid.Reg[0..3]\n"
                                    "      actions:\n"
                                    "        - {name: read, arguments: {data: 0}, energy: 0.25}\n"
                                    "        - {name: read, arguments: {data: 1}, energy: 0.5}\n"
                                    "        - {name: leak, arguments: {}, energy: 0.01}\n"
                                    "    - name: chip.grid.Mac[0..3]\n"
                                    "      actions:\n"
                                    "        - {name: compute, arguments: {}, energy: 0.5}\n"
                                    "ART:\n"
                                    "  version: 0.3\n"
                                    "  tables:\n"
                                    "    - {name: chip.grid.Reg, area: 200}\n"
                                    "problem:\n"
                                    "  version: 0.4\n"
                                    "  shape:\n"
                                    "    name: gemm\n"
                                    "    dimensions: [M, N, K]\n"
                                    "    coefficients:\n"
                                    "      - {name: Str, default: 1}\n"
                                    "    data_spaces:\n"
                                    "      - {name: A, projection: [[[M]], [[K, Str]]]}\n"
                                    "      - {name: B, projection: [[[K]], [[N]]]}\n"
                                    "      - {name: Z, projection: [[[M]], [[N]]], read_write: true}\n"
                                    "  instance: {M: 4, N: 6, K: 8}\n"
                                    "sparse_optimizations:\n"
                                    "  targets: []\n"
                                    "mapping:\n"
                                    "  - {target: Dram, type: temporal, factors: M=2 N=3, permutation: NMK}\n"
                                    "  - {target: Glb, type: temporal, factors: K=2, permutation: KMN}\n"
                                    "  - {target: Glb, type: spatial, factors: N=2 K=2, permutation: NK, split: 1}\n"
                                    "  - {target: Glb, type: bypass, keep: [A, Z], bypass: [B]}\n"
                                    "  - {target: Reg, type: temporal, factors: M=2 K=2, permutation: KM}\n"
                                    "mapspace_constraints:\n"
                                    "  targets: []\n";

typedef struct timeloop_edit {
    const char *from, *to; // the first place of `from` becomes `to`; NULL: nothing
} timeloop_edit;

static inline const char *timeloop_edited(test_ground *ground, const char *text, timeloop_edit edit) {
    if (!edit.from)
        return text;
    const char *at = strstr(text, edit.from);
    if (!at)
        print_error("no '%s' in the case\n", edit.from);
    assert_non_null(at);
    return aug_arena_print(&ground->arena, "%.*s%s%s", (int)(at - text), text, edit.to, at + strlen(edit.from));
}

// Converts the case after an edit; its name in errors is case.yaml.
static inline bool timeloop_convert(test_ground *ground, timeloop_edit edit, aug_timeloop_files *files) {
    const char *text = timeloop_edited(ground, timeloop_case, edit);
    const aug_document *document = aug_document_parse(&ground->arena, &ground->errors, "case.yaml", text, strlen(text));
    assert_non_null(document);
    return aug_timeloop_convert(&ground->reader, &document, 1, files);
}

// Whether a text stands in another; shows the other where not.
static inline void timeloop_holds(const char *text, const char *piece, const char *file, int line) {
    if (text && strstr(text, piece))
        return;
    print_error("no '%s' in:\n%s\n", piece, text ? text : "(nothing)");
    _fail(file, line);
}
#define assert_holds(text, piece) timeloop_holds((text), (piece), __FILE__, __LINE__)

static inline aug_timeloop_files timeloop_good(test_ground *ground, timeloop_edit edit) {
    aug_timeloop_files files;
    bool good = timeloop_convert(ground, edit, &files);
    if (!good)
        print_error("%s | %s\n", ground->errors.items[0].message, ground->errors.items[0].hint);
    assert_true(good);
    assert_int_equal(ground->errors.count, 0);
    return files;
}

// One malformed case: the edit, and the first error that it makes.
typedef struct timeloop_fault {
    timeloop_edit edit;
    unsigned line, column;
    const char *message, *hint;
} timeloop_fault;

static inline void timeloop_check_faults(const timeloop_fault *faults, size_t count) {
    for (size_t i = 0; i < count; i++) {
        test_ground ground;
        test_begin(&ground);
        aug_timeloop_files files = {"", "", "", ""};
        bool good = timeloop_convert(&ground, faults[i].edit, &files);
        const aug_error *error = &ground.errors.items[0];
        bool same = !good && ground.errors.count > 0 && error->line == faults[i].line && error->column == faults[i].column &&
                    strcmp(error->message, faults[i].message) == 0 && strcmp(error->hint, faults[i].hint) == 0;
        if (!same)
            print_error("%zu: %s\n   found %d errors: %u:%u: %s | %s\n", i, faults[i].edit.to, ground.errors.count, error->line, error->column,
                        error->message, error->hint);
        assert_true(same);
        assert_null(files.machine);
        assert_null(files.workload);
        assert_null(files.mapping);
        assert_null(files.constraints);
        test_end(&ground);
    }
}

#endif
