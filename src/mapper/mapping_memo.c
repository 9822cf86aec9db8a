// Buckets of lists under one lock, which is held for a walk of a list or for putting one entry at its head.
#include "mapper/mapping_memo.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 4096 };

typedef struct entry {
    struct entry *next;
    char *key, *why;
    aug_balanced answer;
} entry;

struct aug_mapping_memo {
    pthread_mutex_t lock;
    entry *buckets[BUCKETS];
};

aug_mapping_memo *aug_mapping_memo_new(void) {
    aug_mapping_memo *memo = calloc(1, sizeof *memo);
    if (memo && pthread_mutex_init(&memo->lock, NULL) != 0) {
        free(memo);
        return NULL;
    }
    return memo;
}

static void free_entry(entry *of) {
    if (!of)
        return;
    free(of->key);
    free(of->why);
    free(of);
}

void aug_mapping_memo_free(aug_mapping_memo *memo) {
    if (!memo)
        return;
    for (int b = 0; b < BUCKETS; b++)
        for (entry *of = memo->buckets[b], *next; of; of = next) {
            next = of->next;
            free_entry(of);
        }
    pthread_mutex_destroy(&memo->lock);
    free(memo);
}

static entry **bucket_of(aug_mapping_memo *memo, const char *key) {
    uint64_t hash = UINT64_C(14695981039346656037); // FNV-1a
    for (const char *c = key; *c; c++)
        hash = (hash ^ (unsigned char)*c) * UINT64_C(1099511628211);
    return &memo->buckets[(hash ^ hash >> 32) % BUCKETS];
}

static const entry *find(const entry *first, const char *key) {
    while (first && strcmp(first->key, key) != 0)
        first = first->next;
    return first;
}

const aug_balanced *aug_mapping_memo_find(aug_mapping_memo *memo, const char *key) {
    entry **bucket = bucket_of(memo, key);
    pthread_mutex_lock(&memo->lock);
    const entry *found = find(*bucket, key);
    pthread_mutex_unlock(&memo->lock);
    return found ? &found->answer : NULL;
}

static char *copy_text(const char *text) {
    size_t bytes = strlen(text) + 1;
    char *copy = malloc(bytes);
    if (copy)
        memcpy(copy, text, bytes);
    return copy;
}

static entry *make_entry(const char *key, const aug_balanced *answer) {
    entry *made = calloc(1, sizeof *made);
    if (!made)
        return NULL;
    made->key = copy_text(key);
    made->why = answer->why ? copy_text(answer->why) : NULL;
    made->answer = *answer;
    made->answer.why = made->why;
    if (made->key && (made->why || !answer->why))
        return made;
    free_entry(made);
    return NULL;
}

bool aug_mapping_memo_keep(aug_mapping_memo *memo, const char *key, const aug_balanced *answer) {
    entry **bucket = bucket_of(memo, key), *made = make_entry(key, answer);
    if (!made)
        return false;
    pthread_mutex_lock(&memo->lock);
    bool known = find(*bucket, key) != NULL;
    if (!known) {
        made->next = *bucket;
        *bucket = made;
    }
    pthread_mutex_unlock(&memo->lock);
    if (known)
        free_entry(made);
    return true;
}
