// Model families: each translates the config.json of its model types into a stack of layers.
#ifndef AUG_WORKLOAD_FAMILY_H
#define AUG_WORKLOAD_FAMILY_H

#include "workload/config.h"
#include "workload/stack.h"

typedef struct aug_family_input {
    const aug_reader *reader;
    const aug_node *root;     // of the config
    const aug_node *language; // its language part
    const aug_config *config;
    aug_number_format base;   // of weights
} aug_family_input;

// One model type.
typedef struct aug_family {
    const char *model_type;
    void (*build)(const aug_family_input *input, aug_stack *stack);
    const char *required; // keys besides those that every model needs, separated by blanks; counts among them are not 0
} aug_family;

// The family of a model type, NULL where it is not known.
const aug_family *aug_family_find(const char *model_type);
// All of them, in the order of their names; `count` receives how many.
const aug_family *aug_family_list(int *count);
// Checks that every model can be built from: sizes present and plausible, heads that divide. Errors point at the keys.
bool aug_family_check(const aug_family *family, const aug_family_input *input);

// Fills in what published configs of a family leave out.
void aug_family_defaults(const aug_family *family, const aug_family_input *input, aug_config *config);
// Checks that the feed-forward layers of a stack that was built have widths: which keys give them is the families' own.
bool aug_family_check_stack(const aug_family_input *input, const aug_stack *stack);

// Whether the config says something for a key.
bool aug_family_has_key(const aug_family_input *input, const char *key);
// Reports a value of the config at its key.
void aug_family_error(const aug_family_input *input, const char *key, const char *message);

// Parts that families share.
// A gated, unbiased transformer layer with two norms as the config's plain keys describe it.
aug_layer aug_family_plain_layer(const aug_config *config);
// Embedding, head and final norm as the plain keys describe them.
void aug_family_plain_stack(const aug_config *config, aug_stack *stack);
// The type of layer `index` in layer_types, NULL where the list is missing or short.
const char *aug_family_layer_type(const aug_config *config, uint64_t index);
// Whether a list of numbers holds `value`.
bool aug_family_lists(const aug_node *list, uint64_t value);
// An encoder layer: unmasked, biased, with a plain feed-forward layer.
aug_layer aug_family_encoder_layer(double hidden, double heads, double feed);

void aug_family_llama(const aug_family_input *input, aug_stack *stack);
void aug_family_gpt2(const aug_family_input *input, aug_stack *stack);
void aug_family_qwen(const aug_family_input *input, aug_stack *stack);
void aug_family_mixtral(const aug_family_input *input, aug_stack *stack);
void aug_family_minimax(const aug_family_input *input, aug_stack *stack);
void aug_family_gpt_oss(const aug_family_input *input, aug_stack *stack);
void aug_family_llama4(const aug_family_input *input, aug_stack *stack);
void aug_family_glm4(const aug_family_input *input, aug_stack *stack);
void aug_family_deepseek(const aug_family_input *input, aug_stack *stack);
void aug_family_gemma_defaults(const aug_family_input *input, aug_config *config);
void aug_family_gemma(const aug_family_input *input, aug_stack *stack);
void aug_family_gemma4(const aug_family_input *input, aug_stack *stack);
void aug_family_qwen_hybrid(const aug_family_input *input, aug_stack *stack);
void aug_family_nemotron(const aug_family_input *input, aug_stack *stack);
void aug_family_siglip(const aug_family_input *input, aug_stack *stack);

// The image encoder that a language model's vision_config describes. False where it describes none that is known.
bool aug_family_vision(const aug_family_input *input, aug_stack *stack, double *tokens_per_image_token);

#endif
