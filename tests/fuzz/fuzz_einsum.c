// Any text as an einsum; one that is read is printed and read again.
#include "fuzz.h"

#include "workload/einsum.h"

static void read_einsum(fuzz_ground *ground, const char *text, size_t length) {
    if (strlen(text) != length) // documents have no NUL in their scalars
        return;
    aug_einsum einsum, again;
    aug_einsum_error error = {0};
    if (!aug_einsum_read(&ground->arena, text, &einsum, &error)) {
        fuzz_require(error.message[0] != '\0', "a text that is no einsum is told why");
        fuzz_require(error.column >= 1 && error.column <= length + 1, "the column of an error lies in the text");
        return;
    }
    aug_buffer out, twice;
    aug_buffer_init(&out, &ground->arena);
    aug_buffer_init(&twice, &ground->arena);
    aug_einsum_print(&out, &einsum);
    fuzz_require(aug_einsum_read(&ground->arena, aug_buffer_text(&out), &again, &error), "a printed einsum can be read");
    aug_einsum_print(&twice, &again);
    fuzz_require(strcmp(aug_buffer_text(&out), aug_buffer_text(&twice)) == 0, "printing and reading is the identity");
    fuzz_require(einsum.rank_count == again.rank_count && einsum.tensor_count == again.tensor_count &&
                     einsum.products == again.products && einsum.functions == again.functions &&
                     einsum.reduction == again.reduction,
                 "an einsum read again is the same");
}

FUZZ_TARGET(read_einsum)
