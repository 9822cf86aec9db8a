// What a study's answer stands beside and rests on: published facts, constants and their sources.
#ifndef AUG_REPORT_STUDY_BASIS_H
#define AUG_REPORT_STUDY_BASIS_H

#include "base/buffer.h"
#include "design/study.h"
#include "text/json_writer.h"

// Facts one below the other, and how many constants have no source.
void aug_study_basis_text(aug_buffer *out, const aug_study *study);
// Members `facts` and `provenance`.
void aug_study_basis_json(aug_json *json, const aug_study *study);

#endif
