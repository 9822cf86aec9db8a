#include "design/crossover.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int digit_at(const aug_study *study, const aug_front_point *point, int choice) {
    const aug_space *space = &study->space;
    return aug_space_digit(space, choice,
                           aug_space_part_index(space, point->index, space->choices[choice].part));
}

// The combination of the values that a crossover stands `for`.
static uint64_t combination_of(const aug_study *study, const aug_crossover *of,
                               const aug_front_point *point) {
    uint64_t combination = 0;
    for (int i = 0; i < of->fixed_count; i++)
        combination = combination * (uint64_t)study->space.choices[of->fixed[i]].count +
                      (uint64_t)digit_at(study, point, of->fixed[i]);
    return combination;
}

static uint64_t combinations(const aug_study *study, const aug_crossover *of) {
    uint64_t count = 1;
    for (int i = 0; i < of->fixed_count; i++)
        count *= (uint64_t)study->space.choices[of->fixed[i]].count;
    return count;
}

// The points of one combination.
typedef struct members {
    const aug_study *study;
    const aug_crossover *of;
    const aug_front_point **points;
    size_t count;
} members;

static members members_of(aug_arena *arena, const aug_sweep *sweep, const aug_crossover *of,
                          uint64_t combination) {
    members m = {.study = sweep->study, .of = of};
    m.points = AUG_NEW_ARRAY(arena, const aug_front_point *, sweep->cells.count ? sweep->cells.count : 1);
    for (size_t i = 0; i < sweep->cells.count; i++)
        if (combination_of(sweep->study, of, &sweep->cells.points[i]) == combination)
            m.points[m.count++] = &sweep->cells.points[i];
    return m;
}

// Objectives count as they stand in the front: less is better, what is maximised is negated.
static void offer(const members *m, const aug_front_point *point, aug_crossover_row *row) {
    int side = digit_at(m->study, point, m->of->between), objective = m->of->objective;
    if (!row->best[side] || point->objectives[objective] < row->best[side]->objectives[objective])
        row->best[side] = point;
}

static void settle(const members *m, aug_crossover_row *row) {
    int objective = m->of->objective;
    row->winner = -1;
    for (int side = 0; side < AUG_CROSSOVER_SIDES; side++)
        if (row->best[side] && (row->winner < 0 || row->best[side]->objectives[objective] <
                                                       row->best[row->winner]->objectives[objective]))
            row->winner = side;
}

static aug_crossover_row row_of_digit(const members *m, int digit) {
    aug_crossover_row row = {.along = (double)NAN,
                             .text = m->study->space.choices[m->of->along_choice].values[digit]->text};
    for (size_t i = 0; i < m->count; i++)
        if (digit_at(m->study, m->points[i], m->of->along_choice) == digit)
            offer(m, m->points[i], &row);
    settle(m, &row);
    return row;
}

// All points that are at least as good as `most` in the objective that the crossover goes along.
static aug_crossover_row row_within(const members *m, double most) {
    bool maximize = m->study->objectives[m->of->along_objective].maximize;
    aug_crossover_row row = {.along = maximize ? -most : most};
    for (size_t i = 0; i < m->count; i++)
        if (m->points[i]->objectives[m->of->along_objective] <= most)
            offer(m, m->points[i], &row);
    settle(m, &row);
    return row;
}

static void note_switch(aug_crossover_table *table, const aug_crossover_row *last,
                        const aug_crossover_row *first) {
    if (last->winner >= 0 && first->winner >= 0 && last->winner != first->winner)
        table->switches[table->switch_count++] = (aug_crossover_switch){*last, *first};
}

static void go_along_choice(aug_arena *arena, const members *m, aug_crossover_table *table) {
    int count = m->study->space.choices[m->of->along_choice].count;
    table->rows = AUG_NEW_ARRAY(arena, aug_crossover_row, (size_t)count);
    table->switches = AUG_NEW_ARRAY(arena, aug_crossover_switch, (size_t)count);
    for (int digit = 0; digit < count; digit++) {
        aug_crossover_row row = row_of_digit(m, digit);
        if (row.winner < 0)
            continue;
        if (table->row_count)
            note_switch(table, &table->rows[table->row_count - 1], &row);
        table->rows[table->row_count++] = row;
    }
}

static int rising(const void *left, const void *right) {
    double a = fabs(*(const double *)left), b = fabs(*(const double *)right);
    return (a > b) - (a < b);
}

// The values of the objective in rising order, as they stand in the front.
static double *places_of(aug_arena *arena, const members *m) {
    double *places = AUG_NEW_ARRAY(arena, double, m->count);
    for (size_t i = 0; i < m->count; i++)
        places[i] = m->points[i]->objectives[m->of->along_objective];
    qsort(places, m->count, sizeof *places, rising);
    return places;
}

// Rows at 1, 2, 5, 10 ... between the least and the most of the objective.
static void add_ladder(aug_arena *arena, const members *m, double least, double most,
                       aug_crossover_table *table) {
    static const double steps[] = {1.0, 2.0, 5.0};
    enum { MOST_ROWS = 60 };
    bool maximize = m->study->objectives[m->of->along_objective].maximize;
    table->rows = AUG_NEW_ARRAY(arena, aug_crossover_row, MOST_ROWS);
    if (!(least > 0.0))
        return;
    for (int decade = (int)floor(log10(least)); table->row_count < MOST_ROWS; decade++) {
        for (size_t s = 0; s < AUG_COUNT(steps) && table->row_count < MOST_ROWS; s++) {
            double place = steps[s] * pow(10.0, decade);
            if (place > most)
                return;
            if (place >= least)
                table->rows[table->row_count++] = row_within(m, maximize ? -place : place);
        }
    }
}

static void go_along_objective(aug_arena *arena, const members *m, aug_crossover_table *table) {
    double *places = places_of(arena, m);
    table->switches = AUG_NEW_ARRAY(arena, aug_crossover_switch, m->count);
    aug_crossover_row last = row_within(m, places[0]);
    for (size_t i = 1; i < m->count; i++) {
        if (places[i] == places[i - 1])
            continue;
        aug_crossover_row row = row_within(m, places[i]);
        note_switch(table, &last, &row);
        last = row;
    }
    add_ladder(arena, m, fabs(places[0]), fabs(places[m->count - 1]), table);
}

static bool make_table(aug_arena *arena, const aug_sweep *sweep, const aug_crossover *of,
                       uint64_t combination, aug_crossover_table *table) {
    members m = members_of(arena, sweep, of, combination);
    if (!m.count)
        return false;
    *table = (aug_crossover_table){.of = of, .any = m.points[0]};
    if (of->along_choice >= 0)
        go_along_choice(arena, &m, table);
    else
        go_along_objective(arena, &m, table);
    return true;
}

aug_crossovers aug_crossovers_find(aug_arena *arena, const aug_sweep *sweep) {
    const aug_study *study = sweep->study;
    aug_crossovers all = {0};
    uint64_t most = 0;
    for (int c = 0; c < study->crossover_count; c++)
        most += combinations(study, &study->crossovers[c]);
    all.tables = AUG_NEW_ARRAY(arena, aug_crossover_table, (size_t)(most ? most : 1));
    for (int c = 0; c < study->crossover_count; c++)
        for (uint64_t i = 0; i < combinations(study, &study->crossovers[c]); i++)
            all.count += make_table(arena, sweep, &study->crossovers[c], i, &all.tables[all.count]);
    return all;
}
