// Maps as Timeloop reads them: a key may be written with hyphens or underscores, and every key must be known.
#ifndef AUG_INTERCHANGE_TIMELOOP_KEYS_H
#define AUG_INTERCHANGE_TIMELOOP_KEYS_H

#include "text/scalar.h"

// A key that is understood and cannot be expressed: the hint says what to do.
typedef struct aug_timeloop_refusal {
    const char *key, *hint;
} aug_timeloop_refusal;

// What may stand in a map; both lists end with NULL.
typedef struct aug_timeloop_keys {
    const char *noun; // "a data space", for messages
    const char *const *known;
    const aug_timeloop_refusal *refused; // NULL: none
} aug_timeloop_keys;

// Whether two keys are the same, '-' read as '_'.
bool aug_timeloop_same(const char *left, const char *right);
// The member of a map under a key; NULL where there is none or it says nothing.
const aug_node *aug_timeloop_get(const aug_node *map, const char *key);
// Checks that a node is a map of known keys, each once. False with errors added.
bool aug_timeloop_check(const aug_reader *reader, const aug_node *map, const aug_timeloop_keys *keys);
// Adds the error of a refused key.
void aug_timeloop_refuse(const aug_reader *reader, const aug_node *member, const char *hint);
// Adds "unknown ..." with the nearest of the names as its hint; `names` ends with NULL.
void aug_timeloop_unknown(const aug_reader *reader, const aug_node *node, const char *what, const char *said,
                          const char *const *names);

// The member of a map that must be there, else NULL with an error added.
const aug_node *aug_timeloop_need(const aug_reader *reader, const aug_node *map, const char *key,
                                  const char *noun);
// A list; NULL is an empty one. False with an error added where it is something else.
bool aug_timeloop_is_list(const aug_reader *reader, const aug_node *node, const char *noun);
// A whole number from `least` to 2^53, as 4, 4.0 or 4e6.
bool aug_timeloop_whole(const aug_reader *reader, const aug_node *node, double least, double *value);
// A finite number, 0 or more.
bool aug_timeloop_number(const aug_reader *reader, const aug_node *node, double *value);
// A name that Auger's files can hold: letters, digits and '_', not a digit first.
bool aug_timeloop_is_name(const char *text);

#endif
