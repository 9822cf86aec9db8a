// What an agent's task comes to and where it goes, for the answer of `estimate`.
#ifndef AUG_REPORT_AGENT_REPORT_H
#define AUG_REPORT_AGENT_REPORT_H

#include "system/estimate.h"
#include "text/json_writer.h"

// The line of the scenario: "33 turns of 1750 tokens in and 383 out after 16000; 1 agent".
const char *aug_agent_asked(aug_arena *arena, const aug_scenario *scenario);
// Figures of a task in place of those of a request; where it goes, and turn by turn.
void aug_agent_figures_text(aug_buffer *out, const aug_estimate *estimate);
void aug_agent_text(aug_buffer *out, const aug_estimate *estimate);
// The object `agent`.
void aug_agent_json(aug_json *json, const aug_estimate *estimate);

#endif
