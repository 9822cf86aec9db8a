// Time of one collective call of a communication library: all-reduce, all-gather, reduce-scatter, balanced
// all-to-all, send and receive.
//
// A ring of n chips takes s dependent steps and sends x·S bytes over the links of every chip (S: bytes of the
// message):
//
//                     s              x
//     all-reduce      2(n-1)         2(n-1)/n
//     all-gather      n-1            (n-1)/n      S: what every chip holds afterwards
//     reduce-scatter  n-1            (n-1)/n      S: what every chip holds before
//     all-to-all      1 + 0.4(n-1)   (n-1)/n      S: what every chip sends and keeps, all peers together
//     send            1              0.92         direct copies need fewer flags than the chunks of a ring
//
// Libraries have two protocols. The eager one puts a flag beside the data, so that a step costs one crossing
// of the link, but part of the bandwidth goes to flags; the bulk one synchronises by fences, costs more to
// start and then runs at the full rate. With B the bandwidth of the links of one chip, one way:
//
//     eager  t = start + s·hypot(step, x·S/(s·eager·B)) + wake·w²/(1 + w²)        S < changeover
//     bulk   t = start + s·step + wake + f·sync·(1 + g) + S·(x/bulk + c/n)/B      beyond
//
// w = S/(n·3.4 kB): long messages wake more channels, which costs wake = 0.21·sync; g = S/(S + n·1.7 µs·B):
// the chunks in flight fill; f and c, fences and copies of one's own share, are the library's. An
// all-to-all's eager chunks cross one channel each.
//
// The changeover lies where the message would last m·1.4 µs (all-reduce) or m·1.8 µs (other rings) on the
// links: m is 2 for two chips and for an all-reduce of more than four, else 3.6. Slow links keep no order
// inside a line, so that every word needs its flag: 14 µs there. An all-to-all changes over at 22 kB per
// peer, a send is always bulk.
//
// Where chips share wires (bridges of PCIe) more than two have the share `crowd` of B each. A switch that
// adds and multicasts lets an all-reduce of more than four chips send S and receive S/n at the share
// `multicast`: the library takes what is quicker.
//
// Example: start 5 µs, step 1 µs, sync 0, B 400 GB/s, eager 0.5: an all-reduce of 400 kB over 4 chips has 6
// steps of 100 kB, 0.5 µs each on the link: 5 + 6·sqrt(1 + 0.25) = 11.71 µs.
//
// Between nodes one ring passes through all chips, each of its steps as long as a call; as many of its rails
// cross the network as a node has chips, up to four. An all-to-all sends what leaves the node over the rails
// of all chips. Source: [Hu 2025], docs/kernels/collectives.md.
#ifndef AUG_KERNEL_COLLECTIVE_KERNEL_H
#define AUG_KERNEL_COLLECTIVE_KERNEL_H

#include "kernel/chip.h"
#include "kernel/kernel_model.h"

typedef enum aug_collective_call {
    AUG_CALL_ALL_REDUCE,
    AUG_CALL_ALL_GATHER,
    AUG_CALL_REDUCE_SCATTER,
    AUG_CALL_ALL_TO_ALL,
    AUG_CALL_SEND,
    AUG_CALL_COUNT
} aug_collective_call;

typedef struct aug_collective_shape {
    int call;                        // aug_collective_call
    double chips;                    // that take part, all nodes together; at least 1
    double nodes;                    // groups of chips that only a network joins; at least 1
    double bytes;                    // of the message, as above
    double network_bytes_per_second; // of one chip's rail between nodes, one way; 0: by the data sheet
    bool narrow_integers;            // int8: switches do not add them, and chips add them slowly
    bool without_copies;             // the library never moves a chip's own share
    bool tuned;                      // the quicker protocol is used, whatever the library's own table of sizes says
    double software_seconds;         // overhead of the library
} aug_collective_shape;

enum {
    AUG_COLLECTIVE_START,
    AUG_COLLECTIVE_STEP,
    AUG_COLLECTIVE_EAGER,
    AUG_COLLECTIVE_BULK,
    AUG_COLLECTIVE_PEERS,
    AUG_COLLECTIVE_SYNC,
    AUG_COLLECTIVE_CROWD,
    AUG_COLLECTIVE_MULTICAST
};

extern const aug_kernel_model aug_collective_model;

aug_kernel_time aug_collective_time(const aug_chip *chip, const double constants[AUG_CONSTANTS],
                                    const aug_collective_shape *shape);

#endif
