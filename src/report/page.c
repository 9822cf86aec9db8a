// The page is a frame of HTML with a style, the answer's JSON and a script. '<' stands only within strings of
// JSON and is written there as its escape, so that no text of a model or machine can end the element:
// "a</script>" becomes "a\u003c/script>", which reads back as the same text. Nothing is computed here.
#include "report/page.h"

#include <string.h>

extern const char aug_page_style[], aug_page_script[];

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

void aug_page_write(aug_buffer *out, const char *json) {
    aug_buffer_print(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                          "style-src 'unsafe-inline'; "
                          "script-src 'unsafe-inline'\">\n<title>Auger</title>\n<style>\n");
    aug_buffer_print(out, "%s", aug_page_style);
    aug_buffer_print(out, "</style>\n</head>\n<body>\n<main id=\"page\"><noscript>This page is drawn by a "
                          "script.</noscript></main>\n"
                          "<script type=\"application/json\" id=\"answer\">\n");
    write_data(out, json);
    aug_buffer_print(out, "</script>\n<script>\n%s</script>\n</body>\n</html>\n", aug_page_script);
}
