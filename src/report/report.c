#include "report/report.h"

void aug_report_json(aug_buffer *out, const aug_report *report, const char *status) {
    aug_json json;
    aug_json_init(&json, out);
    aug_json_open(&json, NULL, '{');
    aug_json_text(&json, "status", status);
    report->json(&json, report->found);
    aug_json_open_row(&json, "run", '{');
    aug_json_number(&json, "seconds", report->seconds);
    aug_json_count(&json, "threads", (uint64_t)report->threads);
    aug_json_count(&json, "nodes", report->nodes ? report->nodes : 1);
    aug_json_close(&json, '}');
    aug_json_close(&json, '}');
    aug_json_end(&json);
}
