// The constants of a server that were fitted to serving runs: text, JSON, CSV, held-back rows, its file.
#ifndef AUG_REPORT_SERVER_FIT_REPORT_H
#define AUG_REPORT_SERVER_FIT_REPORT_H

#include "text/json_writer.h"

void aug_server_fit_text(aug_buffer *out, const void *found);
void aug_server_fit_json(aug_json *json, const void *found);
void aug_server_fit_csv(aug_buffer *out, const void *found);
void aug_server_fit_predictions(aug_buffer *out, const void *found);
void aug_server_fit_file(aug_buffer *out, const void *found);

#endif
