// Member by member: all sums of the front so far and the next member's, then those that another one is as
// good as are dropped. Dropping early loses nothing, for what is added later is the same for both.
//
//     front so far  (1, 9) (4, 2)      member  (1, 5) (3, 1), twice: (2, 10) (6, 2)
//     sums          (3, 19) (7, 11) (6, 12) (10, 4)
//     front         (3, 19) (6, 12) (7, 11) (10, 4)
#include "mapper/suite_front.h"

#include <math.h>
#include <stdlib.h>

typedef struct sum {
    double energy_pj, cycles;
    int before, choice; // index into the front so far, point of the member
} sum;

static int by_energy(const void *a, const void *b) {
    const sum *x = a, *y = b;
    if (x->energy_pj != y->energy_pj)
        return x->energy_pj < y->energy_pj ? -1 : 1;
    if (x->cycles != y->cycles)
        return x->cycles < y->cycles ? -1 : 1;
    return x->before != y->before ? x->before - y->before : x->choice - y->choice;
}

// Sorts sums and keeps those that no earlier one is as good as.
static int drop_beaten(sum *sums, int count) {
    int kept = 0;
    qsort(sums, (size_t)count, sizeof *sums, by_energy);
    double least = (double)INFINITY;
    for (int i = 0; i < count; i++) {
        if (!(sums[i].cycles < least))
            continue;
        least = sums[i].cycles;
        sums[kept++] = sums[i];
    }
    return kept;
}

// All members' choices of one sum: those before it and its own.
static const int *choices_of(aug_arena *arena, const aug_suite_point *before, int member, int choice) {
    int *choices = AUG_NEW_ARRAY(arena, int, (size_t)member + 1);
    for (int i = 0; i < member; i++)
        choices[i] = before->choices[i];
    choices[member] = choice;
    return choices;
}

static void add_member(aug_arena *arena, const aug_mapper_result *result, double repeats, int member,
                       aug_suite_front *front) {
    sum *sums = AUG_NEW_ARRAY(arena, sum, (size_t)front->count * (size_t)result->point_count);
    int count = 0;
    for (int i = 0; i < front->count; i++)
        for (int k = 0; k < result->point_count; k++)
            sums[count++] = (sum){front->points[i].energy_pj + repeats * result->points[k].energy_pj,
                                  front->points[i].cycles + repeats * result->points[k].cycles, i, k};
    count = drop_beaten(sums, count);
    aug_suite_point *points = AUG_NEW_ARRAY(arena, aug_suite_point, (size_t)count);
    for (int i = 0; i < count; i++)
        points[i] =
            (aug_suite_point){sums[i].energy_pj, sums[i].cycles,
                              choices_of(arena, &front->points[sums[i].before], member, sums[i].choice)};
    *front = (aug_suite_front){count, points};
}

bool aug_suite_front_sum(aug_arena *arena, const aug_suite_answer *answers, const double *repeats, int count,
                         int most, aug_suite_front *front) {
    static const aug_suite_point nothing = {0};
    *front = (aug_suite_front){1, &nothing};
    for (int i = 0; i < count; i++) {
        int points = answers[i].result.point_count;
        if (points == 0 || front->count > most || points > most)
            break;
        add_member(arena, &answers[i].result, repeats[i], i, front);
        if (i + 1 == count && front->count <= most)
            return true;
    }
    *front = (aug_suite_front){0};
    return false;
}
