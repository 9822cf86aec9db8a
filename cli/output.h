// Writing an answer to where the command line says.
#ifndef AUGER_CLI_OUTPUT_H
#define AUGER_CLI_OUTPUT_H

#include "arguments.h"

// A context set up by the common options, watched for ^C and showing progress on a terminal. NULL: out of memory.
aug_context *cli_context(const cli_arguments *arguments);
// Writes errors, or text, JSON and CSV as asked; frees the answer and the context. Returns the exit code.
int cli_finish(const cli_arguments *arguments, aug_context *context, aug_answer *answer);
// Writes a whole text to a file: beside it first, then renamed, so that no half-written file is left. False: printed why.
bool cli_write_file(const char *path, const char *text);

#endif
