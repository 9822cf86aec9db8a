// An answer as one page of HTML that needs nothing else: the JSON, and what draws it (page/ at the root).
#ifndef AUGER_REPORT_PAGE_H
#define AUGER_REPORT_PAGE_H

#include "base/buffer.h"

// Writes the page around `json`, a whole document.
void aug_page_write(aug_buffer *out, const char *json);

#endif
