// The points of a study: trees in which some scalars are choices.
//
// Each of the four parts of a study (machine, model, plan, scenario) is one or more variants - the files that `from` may
// name - with choices inside. A point is one number: its digits, in a mixed radix with one digit per choice, pick the
// variant and the scalars. Machines change slowest and scenarios fastest, so that what is read from a machine serves
// many points. A choice that goes `with` another one has its place, and multiplies nothing. Variants of one part may have
// choices of their own (templates: a list of parts): the points of a part are the sum over its variants of the products of
// the choices that each has.
#ifndef AUG_DESIGN_SPACE_H
#define AUG_DESIGN_SPACE_H

#include "text/fields.h"
#include "text/library.h"

typedef enum aug_part { AUG_PART_MACHINE, AUG_PART_MODEL, AUG_PART_PLAN, AUG_PART_SCENARIO, AUG_PART_COUNT } aug_part;

enum { AUG_CHOICES = 32, AUG_CHOICE_VALUES = 4096, AUG_VARIANTS = 256 };
// Points of one machine that are visited in a row, and models among them, at most.
enum { AUG_VISIT_POINTS = 32, AUG_VISIT_MODELS = 16 };

typedef struct aug_choice {
    const char *path;            // "machine.levels.buffer.size"
    aug_part part;
    const aug_node **values;     // scalars
    int count;
    bool is_variant;             // picks the variant of its part
    uint64_t variants[AUG_VARIANTS / 64]; // bit v: variant v has it; of one that picks the variant none
    bool is_mix;                 // each point has all values (design/mix.h)
    const char *with;            // path of the choice whose places this one follows; NULL: it is free
    const aug_node *node;        // where it stands
    int leader;                  // index of that choice, which is free; -1: it is free
} aug_choice;

// One alternative of a part, with the choices in place.
typedef struct aug_variant {
    const char *name;            // of the file it came from
    const char *suffix;          // a number format that the name asked for, or NULL
    const char *file;            // its path, "" where it stands in the study itself
    aug_node *root;
    aug_node *formats;           // number formats set for a model: a map of plan keys
    const aug_node *base;        // as the file has it, before anything was set
    bool sets_price, sets_area, sets_power, sets_energy; // by paths inside a machine
    uint64_t count;              // points of this variant alone
} aug_variant;

typedef struct aug_space_part {
    aug_variant variants[AUG_VARIANTS];
    int variant_count;
    bool is_set;                 // something is set or chosen inside the variants
    uint64_t count;              // points of this part alone
} aug_space_part;

typedef struct aug_space {
    aug_choice choices[AUG_CHOICES]; // in the order of their parts
    int choice_count;
    aug_space_part parts[AUG_PART_COUNT];
    uint64_t count;              // points
} aug_space;

extern const aug_fields aug_choose_fields, aug_mix_fields, aug_range_fields, aug_part_fields;

// Reads one part: a name, {from, set}, {choose} of names, the part itself written out, or a list of such templates, one of
// which each point has. A missing plan or scenario is an empty map. `map` is the study's root.
bool aug_space_read_part(const aug_library *library, const aug_reader *reader, const aug_node *map, aug_part part,
                         aug_space *space);
// Ties choices to those that they follow and counts the points; errors where one leads nowhere, or where there are too many.
bool aug_space_finish(const aug_reader *reader, const aug_node *root, aug_space *space);

// The index of a point inside one part.
uint64_t aug_space_part_index(const aug_space *space, uint64_t point, aug_part part);
// The index of the point that is visited at a place of the order in which a study runs. Every worker keeps what it derived
// from a machine, and from a model, plan and scenario together, for later points. So few of the latter are taken at a time
// that all of them can be kept, and all machines are gone through with these before the next few are taken.
uint64_t aug_space_visited(const aug_space *space, uint64_t place);
// Whether a variant has a choice; the one that picks the variant belongs to all.
bool aug_space_has(const aug_choice *choice, int variant);
// Whether all variants of its part have a choice.
bool aug_space_has_all(const aug_space *space, int choice);
// The digit of a choice at an index of its part; -1 where the variant there does not have it.
int aug_space_digit(const aug_space *space, int choice, uint64_t part_index);
// The index of a part with these digits, by choice; those that the variant does not have do not count.
uint64_t aug_space_compose(const aug_space *space, aug_part part, int variant, const int *digits);
// The variant of a part at an index.
int aug_space_variant(const aug_space *space, aug_part part, uint64_t part_index);

// A copy of all variants that one worker changes.
typedef struct aug_space_copy {
    aug_node **roots[AUG_PART_COUNT], **formats[AUG_PART_COUNT]; // by part and variant
    aug_node **slots[AUG_CHOICES]; // per choice, per variant: the scalar that it fills; NULL where the variant has none
} aug_space_copy;

void aug_space_copy_part(aug_arena *arena, const aug_space *space, aug_part part, aug_space_copy *copy);
// Fills the scalars of a point; returns the number of its variant.
int aug_space_fill(const aug_space *space, aug_part part, uint64_t part_index, aug_space_copy *copy);

// A place in a tree that holds a choice.
typedef void aug_space_visitor(void *user, const char *path, aug_node *node);
// Calls `visit` for every choice below `node`, with its path.
void aug_space_walk(aug_arena *arena, aug_node *node, const char *path, aug_space_visitor *visit, void *user);
// Whether a node is {choose: ...}, {mix: ...} or {range: ...}.
bool aug_space_is_choice(const aug_node *node);
const char *aug_part_name(aug_part part);

#endif
