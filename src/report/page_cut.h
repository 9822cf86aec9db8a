// A document cut down to what a page may hold: long lists lose rows, evenly, and the document says so.
#ifndef AUGER_REPORT_PAGE_CUT_H
#define AUGER_REPORT_PAGE_CUT_H

#include "base/buffer.h"

// Writes `json`, one object, with at most `keep` rows in each list that is a member of it or of its members,
// keep > 0. Where rows were left out a member `cut` lists {list, rows, shown}.
void aug_page_cut(aug_buffer *out, const char *json, size_t keep);

#endif
