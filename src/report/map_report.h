// The answer of `map` as text, JSON and CSV.
#ifndef AUG_REPORT_MAP_REPORT_H
#define AUG_REPORT_MAP_REPORT_H

#include "fusion/band.h"
#include "fusion/group_pipe.h"
#include "fusion/group.h"
#include "mapper/restriction_why.h"
#include "mapper/suite_front.h"
#include "report/evaluate_report.h"

// What of one point of a front stands in tables.
typedef struct aug_map_row {
    double utilization;
    const char *bound;               // what takes most time
    const aug_memory_cost *memories; // of a front: words of each memory of the problem; else NULL
} aug_map_row;

// One einsum and its best mappings.
typedef struct aug_map_einsum {
    const char *name;
    double repeats; // how often it stands in the workload
    const aug_problem *problem;
    aug_mapper_status status;
    aug_mapper_result result;
    const aug_map_row *rows;     // of each point
    int chosen;                  // the point of the value; of a front the one of least energy-delay product
    aug_evaluation evaluation;   // of it; without points nothing
    aug_restriction_cause cause; // where none fits
} aug_map_einsum;

// An operator of a model that the mapper cannot take, counted by its roofline.
typedef struct aug_map_rest {
    const char *name, *why;
    double repeats, cycles, energy_pj; // the last two of one
} aug_map_rest;

// One einsum of a group.
typedef struct aug_map_member {
    double energy_pj, cycles;
    const aug_memory_cost *memories; // of its problem
    double utilization;              // of its unit
    aug_group_load load;
} aug_map_member;

// Einsums that run as one, or one by itself.
typedef struct aug_map_group {
    const aug_group_plan *plan;
    const aug_map_member *members;
    double repeats;
    double energy_pj, cycles, utilization;    // of one; of several units the busiest one
    double unfused_energy_pj, unfused_cycles; // its einsums one by one
    double value, lower_bound;                // of its einsums, fused in any way or not
} aug_map_group;

// One way to run the whole workload.
typedef struct aug_map_way {
    double energy_pj, cycles, utilization; // of all, repeats included
    int count;
    const aug_map_group *groups;
} aug_map_way;

// Which neighbours are fused.
typedef struct aug_map_fusion {
    int way_count; // 1, or the front
    const aug_map_way *ways;
    int chosen; // the one of the value; of a front the one of least energy-delay product
    double value, lower_bound;
    bool proven, stopped;                     // stopped: early
    uint64_t node_limit;                      // of all groups; 0: none
    double unfused_energy_pj, unfused_cycles; // all one by one, and what is counted by its roofline
    bool is_apart;                            // nothing may be fused: bands are what was tried
    int banding_count;                        // neighbours under a mask
    const aug_banding *bandings;
} aug_map_fusion;

enum { AUG_MAP_NOTES = 8 };

typedef struct aug_map {
    const char *workload, *machine;
    double clock_hz;
    aug_objective objective;
    bool perfect;
    aug_overlap overlap;
    const char *constraints; // the file that they came from; NULL: there are none
    uint64_t node_limit;     // 0: none
    bool interrupted;        // by the user: that, not the limit, ended what is not proven
    int note_count;
    const char *notes[AUG_MAP_NOTES];
    const char *certificate; // text of the proof; NULL: none
    int count;
    aug_map_einsum *einsums;
    const aug_mask *const *masks; // of each einsum, NULL: it has none
    int rest_count;
    const aug_map_rest *rests;
    aug_suite_front front;        // FRONT: of several einsums together; empty where it is not known
    const aug_map_fusion *fusion; // NULL: each by itself, and nothing else was tried
} aug_map;

// `found` is an aug_map.
void aug_map_text(aug_buffer *out, const void *found);
// What is said of groups, within aug_map_text.
void aug_map_fusion_text(aug_buffer *out, const aug_map *map);
// Members of an open object.
void aug_map_json(aug_json *json, const void *found);
// One line per einsum, or per point of its front; one per group where neighbours are fused.
void aug_map_csv(aug_buffer *out, const void *found);
// "value" and "lower_bound" besides the figures of evaluate; of several einsums "energy_pj", "cycles" and
// "edp_pj_cycles" are sums.
bool aug_map_metric(const void *found, const char *key, double *value);

// Energy and cycles of all einsums one after another, repeats and what is counted by its roofline included;
// NaN where one has no mapping or no energy.
typedef struct aug_map_sums {
    double energy_pj, cycles, utilization;
    double value, lower_bound; // sums of those of the einsums; the value infinite where one has no mapping
    bool proven;               // all are
} aug_map_sums;
aug_map_sums aug_map_sum(const aug_map *map);

// (value - bound) / value; 0 where they are equal.
double aug_map_gap(double value, double lower_bound);
const char *aug_map_mapping_text(aug_arena *arena, const aug_problem *problem, const aug_mapping *mapping);
const char *aug_map_status_name(aug_mapper_status status); // "ok", "no", "limit"
// A value of an objective with its unit: "16.4 nJ", "48 cycles", "787200 pJ x cycles".
const char *aug_map_value_text(aug_arena *arena, aug_objective objective, double value);

// What a mapping of the problem moves through its memories, kept for a report.
const aug_memory_cost *aug_map_keep_memories(aug_arena *arena, const aug_problem *problem,
                                             const aug_cost *cost);

// The chosen way; NULL where nothing is fused in it, nor cut in bands.
const aug_map_way *aug_map_fused(const aug_map *map);
// "scores + softmax + values"
const char *aug_map_group_name(aug_arena *arena, const aug_map_group *group);
const char *aug_map_group_text(aug_arena *arena, const aug_map_group *group);
// Where an intermediate lives and how many words of it a step has. False: the tensor is none.
typedef struct aug_map_kept {
    const char *tensor, *memory;
    aug_count words;
    double bits;
    int copies; // that are held at the same time
} aug_map_kept;
bool aug_map_group_keeps(const aug_map_group *group, int tensor, aug_map_kept *kept);
// What all mappings have in common that the search looked at: " within rows.yaml whose tiles divide".
const char *aug_map_scope(aug_arena *arena, const aug_map *map);
// "within 300000 nodes of the search", or that it was stopped.
const char *aug_map_stopped_by(aug_arena *arena, const aug_map *map, uint64_t node_limit);

#endif
