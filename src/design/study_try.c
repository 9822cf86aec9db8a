// Trying the choices of a study before it runs: a value that no combination of its part accepts (a typo, a unit that does not
// fit) is an error of the input. Values that only some combinations accept (24 heads with 5 groups) leave points that are
// counted as invalid.
#include "design/study_try.h"

#include "base/random.h"
#include "design/point.h"

// The index of a part with one digit given, the others by `pattern`: 0 all first, else pseudo-random.
static uint64_t compose(const aug_space *space, aug_part part, int choice, int digit, aug_random *random) {
    int digits[AUG_CHOICES] = {0};
    uint64_t variants = (uint64_t)space->parts[part].variant_count;
    uint64_t variant = random ? aug_random_below(random, variants) : 0;
    if (space->choices[choice].is_variant)
        variant = (uint64_t)digit;
    while (!aug_space_has(&space->choices[choice], (int)variant)) // some variant has it
        variant = (variant + 1) % variants;
    for (int c = 0; c < space->choice_count; c++)
        digits[c] = c == choice ? digit : random ? (int)aug_random_below(random, (uint64_t)space->choices[c].count) : 0;
    return aug_space_compose(space, part, (int)variant, digits);
}

enum { TRIES = 64 };

// Errors of tries that may yet come to nothing.
typedef struct trial {
    aug_errors first, later;
} trial;

// Whether some combination accepts a value; the errors of the first are reported where none does.
static bool try_value(const aug_study *study, aug_point_worker *worker, const aug_reader *reader, trial *tries, int choice,
                      int digit) {
    const aug_space *space = &study->space;
    aug_part part = space->choices[choice].part;
    aug_random random = {.state = 1};
    aug_errors *first = &tries->first, *later = &tries->later;
    first->count = first->dropped = 0;
    for (int t = 0; t < TRIES; t++) {
        aug_errors *errors = t == 0 ? first : later;
        uint64_t index = compose(space, part, choice, digit, t == 0 ? NULL : &random);
        if (aug_point_try(worker, errors, part, index))
            return true;
        if (aug_point_worker_failed(worker))
            return false;
        later->count = later->dropped = 0;
        if (space->parts[part].count == (uint64_t)space->choices[choice].count)
            break; // the only choice of its part
    }
    aug_errors_append(reader->errors, first);
    return false;
}

// Every value of every choice of a part, or the part itself where it has none.
static bool try_choices_of(const aug_study *study, const aug_reader *reader, aug_point_worker *worker, trial *tries, aug_part part) {
    bool good = true, chosen = false;
    for (int c = 0; c < study->space.choice_count; c++) {
        if (study->space.choices[c].part != part || study->space.choices[c].leader >= 0)
            continue;
        chosen = true;
        for (int i = 0; i < study->space.choices[c].count && reader->errors->count < AUG_ERROR_LIMIT; i++)
            good = !aug_point_worker_failed(worker) && try_value(study, worker, reader, tries, c, i) && good;
    }
    return chosen ? good : aug_point_try(worker, reader->errors, part, 0);
}

static bool check_training(const aug_study *study, const aug_reader *reader, const aug_node *root, aug_point_worker *worker) {
    if (!study->law || !aug_point_try(worker, reader->errors, AUG_PART_MODEL, 0) ||
        aug_point_training_tokens(worker) > 0.0)
        return true;
    const aug_node *model = aug_node_peek(root, "model");
    aug_error *error = aug_node_error(reader->errors, model ? model : root,
                                      "the metric 'loss' needs to know how many tokens the model is trained on");
    aug_error_hint(error, "add 'training_tokens: 15e12' to the model's 'set'");
    return false;
}

bool aug_study_try(const aug_study *study, const aug_reader *reader, const aug_node *root) {
    trial *tries = AUG_NEW(reader->arena, trial);
    aug_point_worker *worker = aug_point_worker_new(study);
    if (!worker)
        aug_arena_fail(reader->arena);
    bool good = true;
    for (int part = 0; part < AUG_PART_COUNT; part++)
        good = try_choices_of(study, reader, worker, tries, (aug_part)part) && good;
    good = good && check_training(study, reader, root, worker);
    bool out_of_memory = aug_point_worker_failed(worker);
    aug_point_worker_free(worker);
    if (out_of_memory)
        aug_arena_fail(reader->arena);
    return good;
}
