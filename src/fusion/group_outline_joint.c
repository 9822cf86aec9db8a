// Below an outline (group_outline.h) members are searched for their floors, each by itself. Where what they leave in
// place does not fit together, the cases of group_joint.c part the plans below all of its prefixes alike: a branch below
// a narrow tile leaves in place what it leaves as a nest below the wide one, for the loop that comes between moves no
// tensor that stays. If no case has anything better than what is known, no prefix of the outline is searched.
//
//     `for h:1 for p:512 for m:t`, t 1 to 64: values keep 512 positions of P and V in the buffer, scores as many of K,
//     and there is room for two of the three. One outline of three cases takes the place of seven prefixes of three.
//
// Where members fit together in one case, or a search gives no answer, nothing is ruled out.
#include "fusion/group_outline_joint.h"

enum { MOST_CASES = 16 };

typedef struct look {
    aug_group_joint joint; // of the outline; its draft has the least tile, which holds least
    aug_group_prefix outline;
    aug_objective figure;
    bool searches;
} look;

static void set_shares(look *l, const aug_group_shares *of) {
    aug_group_joint *j = &l->joint;
    for (int e = 0; e < j->group->member_count; e++) {
        aug_group_question *q = &j->questions[e];
        *q = aug_group_outline_question(j->group, &l->outline, e, l->figure);
        for (int m = 0; m < AUG_PROBLEM_MEMORIES; m++) {
            q->lasting.bits[m] = of->high[e][m];
            for (int other = 0; other < j->group->member_count; other++)
                q->reserved_bits[m] += other == e ? 0.0 : of->low[other][m];
        }
        j->draft.prefix_nodes[e] = q->prefix_count;
    }
}

typedef enum answer { NOTHING, UNKNOWN, FOUND } answer;

// The best nest of a member, if it is known or can be.
static answer ask_member(look *l, int member) {
    aug_group_joint *j = &l->joint;
    aug_group_joint_limit(j, member);
    j->questions[member].tie_pj =
        aug_group_outline_tie_pj(j->front, &j->floors, j->group->member_count, member); // nests of floors take any energy
    if (aug_group_joint_out_of_reach(j, member))
        return NOTHING;
    const aug_group_best *best = aug_group_member_floor(j->search->members, &j->questions[member], l->searches);
    if (!best || best->limited)
        return UNKNOWN;
    if (best->count == 0)
        return NOTHING;
    j->best[member] = best;
    j->found |= 1u << member;
    j->draft.nests[member] = &best->points[0]->mapping;
    return FOUND;
}

// Of all members. Once more those that are not known: what others take leaves less for them.
static answer ask(look *l) {
    aug_group_joint *j = &l->joint;
    answer all = UNKNOWN;
    j->found = 0;
    for (int tries = 0; tries < 2 && all == UNKNOWN; tries++) {
        all = FOUND;
        for (int k = 0; k < j->group->member_count; k++) {
            int e = j->order[k];
            answer one = j->found >> e & 1u ? FOUND : ask_member(l, e);
            if (one == NOTHING)
                return NOTHING;
            all = one == UNKNOWN ? UNKNOWN : all;
        }
    }
    return all;
}

static bool is_any_allowed(const look *l) {
    const aug_group_joint *j = &l->joint;
    double sum = 0.0;
    for (int e = 0; e < j->group->member_count; e++)
        sum += l->figure == AUG_OBJECTIVE_ENERGY ? aug_group_energy(j->best[e]->points[0]->energy_pj)
                                                 : j->best[e]->points[0]->cycles;
    return l->figure == AUG_OBJECTIVE_ENERGY ? aug_group_front_allows(j->front, sum, j->floors.all.cycles)
                                             : aug_group_front_allows(j->front, j->floors.all.energy_pj, sum);
}

static bool is_open(look *l, const aug_group_shares *of) {
    aug_group_joint *j = &l->joint;
    if (j->cases++ == MOST_CASES)
        return true;
    j->shares = of;
    set_shares(l, of);
    const answer found = ask(l);
    if (found != FOUND || !is_any_allowed(l))
        return found == UNKNOWN;
    if (!aug_group_joint_find_clash(j) || j->clash.bits > of->high[j->clash.member][j->clash.memory])
        return true;
    const aug_group_clash clash = j->clash;
    aug_group_shares less, others;
    aug_group_joint_part(of, &clash, &less, &others);
    return is_open(l, &others) || is_open(l, &less);
}

bool aug_group_outline_joint_rules_out(const aug_group_joint *joint, bool searches) {
    look l = {.joint = *joint, .figure = joint->front->objective, .searches = searches};
    const aug_group_shares all = aug_group_shares_all();
    aug_group_outline_of(joint->group, &joint->draft.prefix, &l.outline);
    l.joint.cases = 0;
    l.joint.draft.prefix = l.outline;
    aug_group_outline_least(&l.joint.draft.prefix);
    return !is_open(&l, &all);
}
