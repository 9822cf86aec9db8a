// Which part of a mixture-of-experts layer's work meets one chip: rows, touched experts and tiles, expected.
#ifndef AUG_KERNEL_MOE_ROUTING_H
#define AUG_KERNEL_MOE_ROUTING_H

typedef enum aug_moe_routing_kind {
    AUG_MOE_BALANCED,  // every expert gets as many rows as any other
    AUG_MOE_POWER_LAW, // loads drawn from a power law; the busiest group is asked for
    AUG_MOE_ACTIVATED, // a stated number of experts shares the rows
    AUG_MOE_DRAWN      // every token draws its experts, all equally likely; the busiest group is asked for
} aug_moe_routing_kind;

typedef struct aug_moe_routing {
    aug_moe_routing_kind kind;
    double tokens, topk, experts;
    double groups;    // chips that share the experts; the load is that of one of them
    double exponent;  // of the power law, above 1
    double activated; // experts that get rows
} aug_moe_routing;

enum { AUG_MOE_TILES = 5 };
extern const double aug_moe_tile_rows[AUG_MOE_TILES]; // 8, 16, 32, 64, 128

typedef struct aug_moe_load {
    double rows;                 // (token, expert) pairs of the chip
    double touched;              // experts of the chip with at least one row
    double tokens;               // tokens with at least one row
    double tiles[AUG_MOE_TILES]; // sum over experts of the rows rounded up to tiles
} aug_moe_load;

aug_moe_load aug_moe_load_of(const aug_moe_routing *routing);

#endif
