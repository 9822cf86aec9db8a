// The sections ERT and ART: energy of each action and area of each component.
//
// A component is named by its path in the tree, of which the last part counts: sys.PE[0..15].Reg is Reg. An
// action may stand several times with other arguments; the largest energy holds, as in Timeloop. Of several
// names for one action the first of Timeloop's list holds: "random_read" before "read".
#include "interchange/timeloop_keys.h"
#include "interchange/timeloop_parts.h"

#include <math.h>
#include <string.h>

// Whose action it is, and what it is to us.
typedef struct action_row {
    const char *name;
    bool of_compute;
    int action; // aug_timeloop_action; -1: it has to cost nothing; -2: Timeloop charges it nowhere
    int rank;   // among the names of one action
} action_row;

enum { MUST_BE_FREE = -1, NOT_CHARGED = -2 };

static const action_row action_rows[] = {
    {"random_read", false, AUG_TIMELOOP_READ, 0},
    {"read", false, AUG_TIMELOOP_READ, 1},
    {"random_fill", false, AUG_TIMELOOP_WRITE, 0},
    {"random_write", false, AUG_TIMELOOP_WRITE, 1},
    {"fill", false, AUG_TIMELOOP_WRITE, 2},
    {"write", false, AUG_TIMELOOP_WRITE, 3},
    {"random_update", false, AUG_TIMELOOP_UPDATE, 0},
    {"update", false, AUG_TIMELOOP_UPDATE, 2},
    {"gated_read", false, AUG_TIMELOOP_GATED_READ, 0},
    {"gated_fill", false, AUG_TIMELOOP_GATED_WRITE, 0},
    {"gated_write", false, AUG_TIMELOOP_GATED_WRITE, 1},
    {"gated_update", false, AUG_TIMELOOP_GATED_UPDATE, 0},
    {"skipped_read", false, AUG_TIMELOOP_SKIPPED_READ, 0},
    {"skipped_fill", false, AUG_TIMELOOP_SKIPPED_WRITE, 0},
    {"skipped_write", false, AUG_TIMELOOP_SKIPPED_WRITE, 1},
    {"skipped_update", false, AUG_TIMELOOP_SKIPPED_UPDATE, 0},
    {"random_metadata_read", false, AUG_TIMELOOP_METADATA_READ, 0},
    {"metadata_read", false, AUG_TIMELOOP_METADATA_READ, 1},
    {"random_metadata_fill", false, AUG_TIMELOOP_METADATA_WRITE, 0},
    {"random_metadata_write", false, AUG_TIMELOOP_METADATA_WRITE, 1},
    {"metadata_fill", false, AUG_TIMELOOP_METADATA_WRITE, 2},
    {"metadata_write", false, AUG_TIMELOOP_METADATA_WRITE, 3},
    {"random_metadata_update", false, AUG_TIMELOOP_METADATA_UPDATE, 0},
    {"metadata_update", false, AUG_TIMELOOP_METADATA_UPDATE, 1},
    {"gated_metadata_read", false, AUG_TIMELOOP_METADATA_GATED, 0},
    {"gated_metadata_fill", false, NOT_CHARGED, 0},
    {"gated_metadata_write", false, NOT_CHARGED, 0},
    {"gated_metadata_update", false, NOT_CHARGED, 0},
    {"skipped_metadata_read", false, AUG_TIMELOOP_METADATA_SKIPPED, 0},
    {"skipped_metadata_fill", false, NOT_CHARGED, 0},
    {"skipped_metadata_write", false, NOT_CHARGED, 0},
    {"skipped_metadata_update", false, NOT_CHARGED, 0},
    {"decompression_count", false, MUST_BE_FREE, 0},
    {"compression_count", false, MUST_BE_FREE, 0},
    {"leak", false, AUG_TIMELOOP_LEAK, 0},
    {"idle", false, NOT_CHARGED, 0},
    {"mac_random", true, AUG_TIMELOOP_COMPUTE, 0},
    {"mult_random", true, AUG_TIMELOOP_COMPUTE, 1},
    {"mac", true, AUG_TIMELOOP_COMPUTE, 2},
    {"mult", true, AUG_TIMELOOP_COMPUTE, 3},
    {"compute", true, AUG_TIMELOOP_COMPUTE, 4},
    {"mac_gated", true, AUG_TIMELOOP_COMPUTE_GATED, 0},
    {"mult_gated", true, AUG_TIMELOOP_COMPUTE_GATED, 1},
    {"compute_gated", true, AUG_TIMELOOP_COMPUTE_GATED, 2},
    {"mac_skipped", true, AUG_TIMELOOP_COMPUTE_SKIPPED, 0},
    {"mult_skipped", true, AUG_TIMELOOP_COMPUTE_SKIPPED, 1},
    {"compute_skipped", true, AUG_TIMELOOP_COMPUTE_SKIPPED, 2},
    {"leak", true, NOT_CHARGED, 0},
    {"idle", true, NOT_CHARGED, 0},
};
enum { ACTION_ROWS = sizeof action_rows / sizeof *action_rows };

static const char *const section_known[] = {"version", "tables", NULL};
static const aug_timeloop_keys ert_keys = {"'ERT'", section_known, NULL},
                               art_keys = {"'ART'", section_known, NULL};
static const char *const energy_known[] = {"name", "actions", NULL};
static const aug_timeloop_keys energy_keys = {"a table of energies", energy_known, NULL};
static const char *const action_known[] = {"name", "arguments", "energy", NULL};
static const aug_timeloop_keys action_keys = {"an action", action_known, NULL};
static const char *const area_known[] = {"name", "area", NULL};
static const aug_timeloop_keys area_keys = {"a table of areas", area_known, NULL};

// The level that a path means: its last part, ranges left out.
static int find_component(const aug_timeloop_design *d, const aug_node *node) {
    const char *text;
    if (!aug_scalar_text(d->reader, node, &text))
        return -1;
    const char *last = text, *names[AUG_TIMELOOP_LEVELS + 1];
    bool inside = false;
    for (const char *at = text; *at; at++) {
        inside = *at == '[' || (inside && *at != ']');
        if (*at == '.' && !inside)
            last = at + 1;
    }
    size_t length = strcspn(last, "[");
    for (int i = 0; i < d->machine.level_count; i++) {
        names[i] = d->machine.levels[i].said;
        if (strlen(names[i]) == length && strncmp(names[i], last, length) == 0)
            return i;
    }
    names[d->machine.level_count] = NULL;
    aug_timeloop_unknown(d->reader, node, "component", aug_arena_copy(d->reader->arena, last, length), names);
    return -1;
}

static const action_row *find_action(const aug_timeloop_design *d, const aug_node *node, const char *text,
                                     bool of_compute) {
    const char *names[ACTION_ROWS + 1];
    int count = 0;
    for (int i = 0; i < ACTION_ROWS; i++) {
        if (action_rows[i].of_compute != of_compute)
            continue;
        if (aug_timeloop_same(action_rows[i].name, text))
            return &action_rows[i];
        names[count++] = action_rows[i].name;
    }
    names[count] = NULL;
    aug_timeloop_unknown(d->reader, node, of_compute ? "action of a compute unit" : "action of a memory",
                         text, names);
    return NULL;
}

static void set_energy(aug_timeloop_level *level, const action_row *row, bool *stated, double energy_pj) {
    double *held = &level->energy_pj[row->action];
    int *rank = &level->energy_rank[row->action];
    bool first = !stated[row->action];
    stated[row->action] = true;
    if (first || row->rank < *rank)
        *held = energy_pj, *rank = row->rank;
    else if (row->rank == *rank)
        *held = fmax(*held, energy_pj);
}

static bool read_action(aug_timeloop_design *d, const aug_node *node, aug_timeloop_level *level,
                        bool *stated) {
    const aug_reader *reader = d->reader;
    if (!aug_timeloop_check(reader, node, &action_keys))
        return false;
    const aug_node *name = aug_timeloop_need(reader, node, "name", "an action"),
                   *energy = aug_timeloop_need(reader, node, "energy", "an action");
    const char *text;
    double energy_pj;
    if (!name || !energy || !aug_scalar_text(reader, name, &text))
        return false;
    const action_row *row = find_action(d, name, text, level->computes);
    if (!row || !aug_timeloop_number(reader, energy, &energy_pj))
        return false;
    bool skips = row->action >= AUG_TIMELOOP_SKIPPED_READ && row->action <= AUG_TIMELOOP_SKIPPED_UPDATE;
    if ((row->action == MUST_BE_FREE || skips) && energy_pj > 0.0) {
        aug_error *error =
            aug_node_error(reader->errors, energy, "an energy of '%.40s' cannot be expressed", text);
        aug_error_hint(error, skips ? "skipped accesses cost nothing; state 0" : "state 0");
        return false;
    }
    if (row->action >= 0)
        set_energy(level, row, stated, energy_pj);
    return true;
}

static bool read_energies(aug_timeloop_design *d, const aug_node *table, unsigned *seen) {
    const aug_reader *reader = d->reader;
    if (!aug_timeloop_check(reader, table, &energy_keys))
        return false;
    const aug_node *name = aug_timeloop_need(reader, table, "name", "a table of energies");
    const aug_node *actions = aug_timeloop_need(reader, table, "actions", "a table of energies");
    if (!name || !actions || !aug_timeloop_is_list(reader, actions, "actions"))
        return false;
    int at = find_component(d, name);
    if (at < 0)
        return false;
    if (*seen & 1u << at) {
        aug_node_error(reader->errors, name, "a second table for '%.60s'", d->machine.levels[at].said);
        return false;
    }
    *seen |= 1u << at;
    bool stated[AUG_TIMELOOP_ACTIONS] = {false}, good = true;
    for (const aug_node *action = actions->first; action; action = action->next)
        good &= read_action(d, action, &d->machine.levels[at], stated);
    return good;
}

static bool read_area(aug_timeloop_design *d, const aug_node *table, unsigned *seen) {
    const aug_reader *reader = d->reader;
    if (!aug_timeloop_check(reader, table, &area_keys))
        return false;
    const aug_node *name = aug_timeloop_need(reader, table, "name", "a table of areas"),
                   *area = aug_timeloop_need(reader, table, "area", "a table of areas");
    int at = name && area ? find_component(d, name) : -1;
    if (at < 0)
        return false;
    if (*seen & 1u << at) {
        aug_node_error(reader->errors, name, "a second table for '%.60s'", d->machine.levels[at].said);
        return false;
    }
    *seen |= 1u << at;
    return aug_timeloop_number(reader, area, &d->machine.levels[at].area_um2);
}

static bool read_tables(aug_timeloop_design *d, const aug_node *section, const aug_timeloop_keys *keys,
                        bool (*read)(aug_timeloop_design *, const aug_node *, unsigned *)) {
    if (!aug_timeloop_check(d->reader, section, keys))
        return false;
    const aug_node *tables = aug_timeloop_need(d->reader, section, "tables", keys->noun);
    if (!tables || !aug_timeloop_is_list(d->reader, tables, "tables"))
        return false;
    bool good = true;
    unsigned seen = 0;
    for (const aug_node *table = tables->first; table; table = table->next)
        good &= read(d, table, &seen);
    return good;
}

bool aug_timeloop_energies_read(aug_timeloop_design *d, const aug_node *ert) {
    return read_tables(d, ert, &ert_keys, read_energies);
}

bool aug_timeloop_areas_read(aug_timeloop_design *d, const aug_node *art) {
    return read_tables(d, art, &art_keys, read_area);
}
