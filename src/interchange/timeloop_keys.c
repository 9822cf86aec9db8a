#include "interchange/timeloop_keys.h"

#include "base/spelling.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

static const double most_whole = 9007199254740992.0; // 2^53: above it doubles have gaps

static char plain(char letter) {
    return letter == '-' ? '_' : letter;
}

bool aug_timeloop_same(const char *left, const char *right) {
    while (*left && plain(*left) == plain(*right))
        left++, right++;
    return *left == '\0' && *right == '\0';
}

const aug_node *aug_timeloop_get(const aug_node *map, const char *key) {
    if (!map || map->kind != AUG_NODE_MAP)
        return NULL;
    for (const aug_node *member = map->first; member; member = member->next)
        if (aug_timeloop_same(member->key, key))
            return aug_node_is_null(member) ? NULL : member;
    return NULL;
}

void aug_timeloop_refuse(const aug_reader *reader, const aug_node *member, const char *hint) {
    aug_error *error = aug_node_key_error(reader->errors, member, "'%.60s' cannot be expressed", member->key);
    aug_error_hint(error, "%s", hint);
}

void aug_timeloop_unknown(const aug_reader *reader, const aug_node *node, const char *what, const char *said,
                          const char *const *names) {
    aug_spelling spelling = {.wanted = said};
    for (int i = 0; names[i]; i++)
        aug_spelling_offer(&spelling, names[i]);
    aug_error *error = aug_node_error(reader->errors, node, "unknown %s '%.60s'", what, said);
    aug_spelling_hint(&spelling, error);
}

static void report_unknown(const aug_reader *reader, const aug_node *member, const aug_timeloop_keys *keys) {
    aug_spelling spelling = {.wanted = member->key};
    for (int i = 0; keys->known[i]; i++)
        aug_spelling_offer(&spelling, keys->known[i]);
    aug_error *error =
        aug_node_key_error(reader->errors, member, "unknown key '%.60s' in %s", member->key, keys->noun);
    aug_spelling_hint(&spelling, error);
}

static bool check_member(const aug_reader *reader, const aug_node *map, const aug_node *member,
                         const aug_timeloop_keys *keys) {
    for (const aug_node *before = map->first; before != member; before = before->next) {
        if (!aug_timeloop_same(before->key, member->key))
            continue;
        aug_node_key_error(reader->errors, member, "key '%.60s' stands twice in %s", member->key, keys->noun);
        return false;
    }
    for (int i = 0; keys->known[i]; i++)
        if (aug_timeloop_same(keys->known[i], member->key))
            return true;
    for (const aug_timeloop_refusal *refused = keys->refused; refused && refused->key; refused++) {
        if (!aug_timeloop_same(refused->key, member->key))
            continue;
        aug_timeloop_refuse(reader, member, refused->hint);
        return false;
    }
    report_unknown(reader, member, keys);
    return false;
}

// The keys of one map are few, so looking back for a double is cheap; a map of thousands is no file of
// Timeloop.
bool aug_timeloop_check(const aug_reader *reader, const aug_node *map, const aug_timeloop_keys *keys) {
    if (map->kind != AUG_NODE_MAP) {
        aug_node_error(reader->errors, map, "expected %s (a map), found %s", keys->noun,
                       aug_node_noun(reader->arena, map));
        return false;
    }
    if (map->count > 256) {
        aug_node_error(reader->errors, map, "more than 256 keys in %s", keys->noun);
        return false;
    }
    bool good = true;
    for (const aug_node *member = map->first; member; member = member->next)
        good &= check_member(reader, map, member, keys);
    return good;
}

const aug_node *aug_timeloop_need(const aug_reader *reader, const aug_node *map, const char *key,
                                  const char *noun) {
    const aug_node *node = aug_timeloop_get(map, key);
    if (!node)
        aug_node_key_error(reader->errors, map, "key '%s' is missing in %s", key, noun);
    return node;
}

bool aug_timeloop_is_list(const aug_reader *reader, const aug_node *node, const char *noun) {
    if (!node || node->kind == AUG_NODE_LIST)
        return true;
    aug_node_error(reader->errors, node, "expected a list of %s, found %s", noun,
                   aug_node_noun(reader->arena, node));
    return false;
}

bool aug_timeloop_whole(const aug_reader *reader, const aug_node *node, double least, double *value) {
    if (!aug_scalar_quantity(reader, node, AUG_DIMENSION_NUMBER, AUG_ANY, value))
        return false;
    if (*value >= least && *value <= most_whole && *value == floor(*value))
        return true;
    aug_node_error(reader->errors, node, "expected a whole number from %.0f to 2^53, found '%.60s'", least,
                   node->text);
    return false;
}

bool aug_timeloop_number(const aug_reader *reader, const aug_node *node, double *value) {
    return aug_scalar_quantity(reader, node, AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, value);
}

bool aug_timeloop_is_name(const char *text) {
    if (!isalpha((unsigned char)*text) && *text != '_')
        return false;
    while (isalnum((unsigned char)*text) || *text == '_')
        text++;
    return *text == '\0';
}
