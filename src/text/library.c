// What a name may carry beside the name itself is a rule, not a list: "meta-" in front and "-instruct", "-base",
// "-chat", "-it", "-hf", "-thinking" and a month ("-2507") behind do not change a model's shape, and a number format behind
// ("-fp8", "-nvfp4") changes only how it is stored.
#include "text/library.h"

#include "base/number_format.h"
#include "base/spelling.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *const endings[] = {".yaml", ".json"};
static const char *const variants[] = {"-instruct", "-base", "-chat", "-it", "-hf", "-thinking"};

static bool is_file(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && !S_ISDIR(status.st_mode);
}

static bool is_folder(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static char *fold(aug_arena *arena, const char *name) {
    char *folded = aug_arena_copy(arena, name, strlen(name));
    for (char *at = folded; *at; at++)
        *at = *at == ' ' || *at == '_' ? '-' : (char)tolower((unsigned char)*at);
    return folded;
}

// What stands behind the maker of a model: "A/B" and "A--B" are B.
static const char *behind_maker(const char *name) {
    const char *slash = strrchr(name, '/'), *dashes;
    name = slash ? slash + 1 : name;
    while ((dashes = strstr(name, "--")) != NULL && dashes[2])
        name = dashes + 2;
    return name;
}

// The name of a path without folders and ending; that of the folder for the config.json of a model.
static const char *stem(aug_arena *arena, const char *path) {
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    if (slash && slash > path && strcmp(name, "config.json") == 0) {
        const char *folder = slash;
        while (folder > path && folder[-1] != '/')
            folder--;
        if (folder < slash && *folder != '.')
            return aug_arena_copy(arena, folder, (size_t)(slash - folder));
    }
    const char *dot = strrchr(name, '.');
    bool known = false;
    for (size_t i = 0; dot && i < AUG_COUNT(endings); i++)
        known = known || strcmp(dot, endings[i]) == 0;
    return aug_arena_copy(arena, name, known ? (size_t)(dot - name) : strlen(name));
}

static const char *file_of(const aug_library *library, aug_arena *arena, const char *folder, const char *name) {
    if (!*name || strchr(name, '/') || strcmp(name, "names") == 0)
        return NULL;
    for (size_t i = 0; i < AUG_COUNT(endings); i++) {
        const char *path = aug_arena_print(arena, "%s/%s/%s%s", library->root, folder, name, endings[i]);
        if (is_file(path))
            return path;
    }
    return NULL;
}

// A row of names.yaml for all names that begin so: "llama2-70b*".
static bool is_prefix(const char *key) {
    size_t length = strlen(key);
    return length > 0 && key[length - 1] == '*';
}

// What names.yaml says a name stands for; NULL where it says nothing.
static const char *other_name(aug_arena *arena, const aug_node *names, const char *name) {
    for (const aug_node *row = names ? names->first : NULL; row; row = row->next) {
        const char *pattern = fold(arena, row->key);
        size_t length = strlen(pattern);
        bool prefix = is_prefix(pattern);
        if (row->kind == AUG_NODE_SCALAR &&
            (prefix ? strncmp(pattern, name, length - 1) == 0 : strcmp(pattern, name) == 0))
            return row->text;
    }
    return NULL;
}

static bool find_as(const aug_library *library, aug_arena *arena, const char *folder, const aug_node *names,
                    const char *name, aug_library_file *file) {
    const char *path = file_of(library, arena, folder, name);
    if (!path) {
        const char *other = other_name(arena, names, name);
        path = other ? file_of(library, arena, folder, other) : NULL;
    }
    if (!path)
        return false;
    file->path = path;
    file->name = stem(arena, path);
    return true;
}

static bool ends_with(const char *text, const char *ending) {
    size_t length = strlen(text), size = strlen(ending);
    return length > size && strcmp(text + length - size, ending) == 0;
}

// "-2507" behind a name: a release of the same shape.
static bool ends_with_month(const char *text) {
    size_t length = strlen(text);
    return length > 5 && text[length - 5] == '-' && strspn(text + length - 4, "0123456789") == 4;
}

// Tries the name, then what is left of it without its variants and number format, one at a time.
static bool find_variant(const aug_library *library, aug_arena *arena, const char *folder, const aug_node *names,
                         const char *name, aug_library_file *file) {
    char *rest = aug_arena_copy(arena, name, strlen(name));
    if (strncmp(rest, "meta-", 5) == 0)
        rest += 5;
    for (;;) {
        if (find_as(library, arena, folder, names, rest, file))
            return true;
        char *cut = ends_with_month(rest) ? rest + strlen(rest) - 5 : NULL;
        for (size_t i = 0; i < AUG_COUNT(variants) && !cut; i++)
            if (ends_with(rest, variants[i]))
                cut = rest + strlen(rest) - strlen(variants[i]);
        for (int i = 0; i < AUG_FORMAT_COUNT && !cut && !file->suffix; i++) {
            const char *format = fold(arena, aug_format_names[i]);
            if (ends_with(rest, format) && rest[strlen(rest) - strlen(format) - 1] == '-') {
                cut = rest + strlen(rest) - strlen(format) - 1;
                file->suffix = aug_format_names[i];
            }
        }
        if (!cut)
            return false;
        *cut = '\0';
    }
}

static int compare_names(const void *left, const void *right) {
    const char *const *a = left, *const *b = right;
    return strcmp(*a, *b);
}

aug_library_names aug_library_list(const aug_library *library, aug_arena *arena, const char *folder) {
    aug_library_names list = {0};
    const char *path = aug_arena_print(arena, "%s/%s", library->root, folder);
    DIR *directory = opendir(path);
    if (!directory && errno == ENOMEM)
        aug_arena_fail(arena);
    if (!directory)
        return list;
    enum { MOST_NAMES = 4096 };
    list.names = aug_arena_try(arena, MOST_NAMES * sizeof *list.names);
    bool failed = !list.names;
    for (struct dirent *entry; !failed && list.count < MOST_NAMES && (entry = readdir(directory)) != NULL;) {
        const char *dot = strrchr(entry->d_name, '.');
        if (!dot || (strcmp(dot, endings[0]) != 0 && strcmp(dot, endings[1]) != 0) ||
            strncmp(entry->d_name, "names.", 6) == 0)
            continue;
        char *name = aug_arena_try(arena, (size_t)(dot - entry->d_name) + 1);
        failed = !name;
        if (name) {
            memcpy(name, entry->d_name, (size_t)(dot - entry->d_name));
            list.names[list.count++] = name;
        }
    }
    closedir(directory);
    if (failed)
        aug_arena_fail(arena);
    qsort(list.names, (size_t)list.count, sizeof *list.names, compare_names);
    return list;
}

static void report_unknown(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *folder,
                           const char *noun, const char *name, const char *folded, const aug_node *names) {
    aug_error *error = aug_error_add(errors, NULL, "unknown %s '%.120s'", noun, name);
    aug_spelling spelling = {.wanted = folded};
    aug_library_names list = aug_library_list(library, arena, folder);
    for (int i = 0; i < list.count; i++)
        aug_spelling_offer(&spelling, list.names[i]);
    for (const aug_node *row = names ? names->first : NULL; row; row = row->next)
        if (!is_prefix(row->key) && row->kind == AUG_NODE_SCALAR && file_of(library, arena, folder, row->text))
            aug_spelling_offer(&spelling, row->key);
    if (spelling.nearest)
        aug_error_hint(error, "did you mean '%s'? 'auger list' shows all names", spelling.nearest);
    else
        aug_error_hint(error, "give a path, or a name that 'auger list %s' shows", folder);
}

// The map of other names of a folder, NULL where it has none. False with an error where names.yaml is malformed.
static bool read_names(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *folder,
                       const aug_node **names) {
    *names = NULL;
    const char *path = aug_arena_print(arena, "%s/%s/names.yaml", library->root, folder);
    if (!is_file(path))
        return true;
    const aug_document *document = aug_document_load(arena, errors, path);
    if (!document)
        return false;
    const aug_node *found = aug_node_peek(document->root, "names");
    if (found && found->kind != AUG_NODE_MAP) {
        aug_error *error =
            aug_node_error(errors, found, "key 'names' expects a map, found %s", aug_node_noun(arena, found));
        aug_error_hint(error, "write {other-name: file}");
        return false;
    }
    *names = found;
    return true;
}

bool aug_library_find(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *folder,
                      const char *noun, const char *name, aug_library_file *file) {
    *file = (aug_library_file){0};
    bool as_path = strchr(name, '/') || ends_with(name, endings[0]) || ends_with(name, endings[1]);
    if (as_path && is_file(name)) {
        file->path = name;
        file->name = stem(arena, name);
        return true;
    }
    const char *folded = fold(arena, behind_maker(name));
    const aug_node *names = NULL;
    if (!file_of(library, arena, folder, folded) && !read_names(library, arena, errors, folder, &names))
        return false;
    if (find_variant(library, arena, folder, names, folded, file))
        return true;
    if (as_path && !file->path && (ends_with(name, endings[0]) || ends_with(name, endings[1]))) {
        aug_error_add(errors, &(aug_place){.file = name}, "cannot open the file: no such file");
        return false;
    }
    if (as_path && is_folder(name)) {
        aug_error_add(errors, &(aug_place){.file = name}, "cannot read the file: it is a folder");
        return false;
    }
    report_unknown(library, arena, errors, folder, noun, name, folded, names);
    return false;
}

const char *aug_document_kind(const aug_document *document) {
    const aug_node *node = aug_node_peek(document->root, "auger");
    return node && node->kind == AUG_NODE_SCALAR ? node->text : NULL;
}

const aug_node *aug_library_read(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *folder,
                                 const char *kind, const char *name, aug_library_file *file) {
    if (!aug_library_find(library, arena, errors, folder, kind, name, file))
        return NULL;
    const aug_document *document = aug_document_load(arena, errors, file->path);
    if (!document)
        return NULL;
    const char *found = aug_document_kind(document);
    size_t length = strlen(kind);
    if (found && strncmp(found, kind, length) == 0 && strcmp(found + length, "/1") == 0)
        return document->root;
    aug_error *error = aug_node_error(errors, document->root, "expected a %s, found %s%s", kind, found ? "auger: " : "a file of another kind",
                                      found ? found : "");
    aug_error_hint(error, "the file of a %s begins with 'auger: %s/1'", kind, kind);
    return NULL;
}
