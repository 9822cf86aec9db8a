// A model: one or more stages, each a graph.
//
// A language model is one stage that runs as prefill and decode, with an image encoder in front where its config
// describes one. A model file (auger: model/1) lists stages that run one after another, such as the vision encoder,
// language model and action expert of a robot policy. A workload file is a model of one stage.
#ifndef AUG_WORKLOAD_MODEL_H
#define AUG_WORKLOAD_MODEL_H

#include "text/library.h"
#include "text/scalar.h"
#include "workload/stack.h"

enum { AUG_STAGES = 8 };

typedef enum aug_stage_kind {
    AUG_STAGE_LANGUAGE, // prefill of the prompt, then one decode step per token
    AUG_STAGE_IMAGE,    // encodes the prompt's image tokens
    AUG_STAGE_PASS      // one pass over `tokens` tokens, `passes` times
} aug_stage_kind;

typedef struct aug_stage {
    const char *name;
    const char *resident_name; // of passes that find its weights on the chip
    aug_stage_kind kind;
    aug_graph graph;
    aug_precision precision;
    double tokens;           // per sequence (PASS)
    double sequences;        // per inference (PASS)
    double passes;           // per inference (PASS)
    int attends;             // stage whose caches it reads besides its own tokens; -1: none
    double tokens_per_image_token; // patches that one image token is made of (IMAGE)
    double width;            // of its token vectors, for transfers between chips
} aug_stage;

typedef struct aug_model {
    const char *name;
    const char *family; // model_type, "model file" or "workload"
    aug_stage stages[AUG_STAGES];
    int stage_count;
    int language; // the LANGUAGE stage, -1: none
    double training_tokens; // 0: unknown
    double actions;         // of a robot policy: that one inference gives; 0: not one
    double context_tokens;  // that it sees at most; 0: unknown
} aug_model;

typedef struct aug_parameters {
    double total;  // weights of all stages but image encoders of language models; embedding and head once where tied
    double active; // touched per token: experts chosen, no embedding table
    double image;  // weights of image encoders
} aug_parameters;

extern const struct aug_fields aug_model_fields, aug_workload_fields;

// Loads a model by path or name ("llama-3.1-8b", "A/B", "x/config.json", "resnet.yaml"). A suffix that asks for a
// number format sets the weights. NULL with errors added.
aug_model *aug_model_load(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *name);
// Keeps the weights of all stages but image encoders in the format of this name.
void aug_model_set_weights(aug_model *model, const char *format);
// Reads a parsed document of any of the three kinds. `library` resolves the parts of a model file.
aug_model *aug_model_read(const aug_library *library, const aug_reader *reader, const aug_document *document,
                          const char *name);
// A model from the map of a config.json; `quantization` is the root of an hf_quant_config.json beside it, or NULL.
bool aug_model_from_config(const aug_reader *reader, const aug_node *root, const aug_node *quantization,
                           const char *name, aug_model *model);
// A model from the map of an "auger: workload/1" file: one stage.
bool aug_model_from_workload(const aug_reader *reader, const aug_node *root, const char *name, aug_model *model);

// The path of the hf_quant_config.json that belongs to a config, NULL where there is none.
const char *aug_model_quantization_path(aug_arena *arena, const char *path);

// The first operator called `name` of all stages; NULL where there is none. An einsum without a name is called as its output.
const aug_operator *aug_model_operator(const aug_model *model, const char *name);

aug_parameters aug_model_parameters(const aug_model *model);
// Whether some layer routes tokens to experts.
bool aug_model_has_experts(const aug_model *model);
// Weights of one stage in elements: stored ones, or those that one token touches.
double aug_graph_weights(const aug_graph *graph, bool touched);
// Bytes that each further token adds to the caches of all layers, windows not yet full.
double aug_stage_cache_bytes_per_token(const aug_stage *stage, const aug_precision *precision);
// Bytes of all caches after `tokens` tokens of one sequence, windows cut.
double aug_stage_cache_bytes(const aug_stage *stage, const aug_precision *precision, double tokens, double split);
// Bytes kept per sequence whatever its length, on one of `split` chips.
double aug_stage_state_bytes(const aug_stage *stage, double split);

#endif
