// How the weights of a published model are quantised: quantization_config of a config.json, or hf_quant_config.json.
#ifndef AUG_WORKLOAD_QUANTIZATION_H
#define AUG_WORKLOAD_QUANTIZATION_H

#include "text/scalar.h"
#include "workload/precision.h"

// Changes `precision` as the map says; `layers` tells lists that name every layer from lists that name one. False with
// an error where the method is not known.
bool aug_quantization_read(const aug_reader *reader, const aug_node *map, double layers, aug_precision *precision);
// Whether a document is an hf_quant_config.json.
bool aug_quantization_is_file(const aug_node *root);

#endif
