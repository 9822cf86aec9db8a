// The man page and the shell completion, written from the table of verbs.
#ifndef AUGER_CLI_MANUAL_H
#define AUGER_CLI_MANUAL_H

// Each prints to stdout and returns the exit code.
int cli_manual(void);     // man(7) source of auger(1)
int cli_completion(void); // for bash

#endif
