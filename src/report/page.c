// The page is a frame of HTML with a style, the answer's JSON and a script. '<' stands only within strings of
// JSON and is written there as its escape, so that no text of a model or machine can end the element:
// "a</script>" becomes "a\u003c/script>", which reads back as the same text. The policy lets the page load
// nothing at all. Nothing is computed here.
//
// A page has less than 600 KB: a document that is too long for that loses rows of its lists, half of them at
// a time.
#include "report/page.h"

#include "report/page_cut.h"

#include <string.h>

extern const char aug_page_style[], aug_page_script[];

enum { PAGE_BYTES = 599 * 1000, FRAME_BYTES = 1000, MOST_ROWS = 4096 };

static void write_data(aug_buffer *out, const char *json) {
    for (size_t length; *json; json += length) {
        length = strcspn(json, "<");
        aug_buffer_add(out, json, length);
        if (json[length]) {
            aug_buffer_put(out, "\\u003c");
            length++;
        }
    }
}

// The document as data of the page, as much of it as there is room for.
static const char *fit(aug_arena *arena, const char *json) {
    size_t used = strlen(aug_page_style) + strlen(aug_page_script) + FRAME_BYTES;
    size_t room = used < PAGE_BYTES ? PAGE_BYTES - used : 0;
    aug_buffer data;
    aug_buffer_init(&data, arena);
    write_data(&data, json);
    for (size_t keep = MOST_ROWS; data.length > room && keep > 0; keep /= 2) {
        aug_buffer cut;
        aug_buffer_init(&cut, arena);
        aug_page_cut(&cut, json, keep);
        aug_buffer_init(&data, arena);
        write_data(&data, aug_buffer_text(&cut));
    }
    return aug_buffer_text(&data);
}

void aug_page_write(aug_buffer *out, const char *json) {
    aug_buffer_print(
        out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
             "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
             "style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
             "<title>Auger</title>\n<style>\n");
    aug_buffer_print(out, "%s", aug_page_style);
    aug_buffer_print(out, "</style>\n</head>\n<body>\n<main id=\"page\"><noscript>This page is drawn by a "
                          "script.</noscript></main>\n"
                          "<script type=\"application/json\" id=\"answer\">\n");
    aug_buffer_put(out, fit(out->arena, json));
    aug_buffer_print(out, "</script>\n<script>\n%s</script>\n</body>\n</html>\n", aug_page_script);
}
