#include "manual.h"

#include "verbs.h"

#include <stdio.h>

// Text of a man page: dashes and backslashes escaped, nothing that begins like a request.
static void put_roff(const char *text) {
    for (const char *at = text; *at; at++) {
        bool line_start = at == text || at[-1] == '\n';
        if (line_start && (*at == '.' || *at == '\''))
            fputs("\\&", stdout);
        if (*at == '-')
            fputs("\\-", stdout);
        else if (*at == '\\')
            fputs("\\e", stdout);
        else
            putchar(*at);
    }
}

static void put_options(const cli_option *options) {
    for (const cli_option *option = options; option && option->name; option++) {
        fputs(".TP\n\\fB\\-\\-", stdout);
        put_roff(option->name);
        printf("\\fR%s%s%s\n", option->value ? " \\fI" : "", option->value ? option->value : "", option->value ? "\\fR" : "");
        put_roff(option->help);
        putchar('\n');
    }
}

int cli_manual(void) {
    printf(".TH AUGER 1 \"\" \"auger %s\" \"User Commands\"\n", aug_version());
    puts(".SH NAME\nauger \\- co\\-design of AI models and the machines that run them");
    puts(".SH SYNOPSIS\n.B auger\n.I VERB ARGUMENTS\n.RB [ \\-\\-option\n.IR VALUE ]");
    puts(".SH DESCRIPTION\nOne engine from the register file to the rack: what a model costs on a machine in seconds, joules and dollars, "
         "and why.\nThe answer goes to standard output, everything else to standard error.");
    puts(".SH VERBS");
    for (const cli_verb *verb = cli_verbs; verb->name; verb++) {
        printf(".SS auger %s %s\n", verb->name, verb->arguments);
        put_roff(verb->about);
        putchar('\n');
        put_options(verb->options);
        fputs(".PP\n.nf\n", stdout);
        put_roff(verb->example);
        puts(".fi");
    }
    puts(".SH OPTIONS OF ALL VERBS");
    put_options(cli_common_options);
    puts(".SH EXIT STATUS\n0 an answer; 1 proven no (it does not fit, nothing is feasible); 2 bad input or usage; 3 interrupted or at a "
         "limit, the best so far; 4 internal.");
    puts(".SH ENVIRONMENT\n.TP\n\\fBAUGER_DATA\\fR\nfolder of the shipped data, in place of the installed one");
    return AUG_OK;
}

static void put_option_names(const cli_option *options) {
    for (const cli_option *option = options; option && option->name; option++)
        printf(" --%s", option->name);
}

int cli_completion(void) {
    puts("# bash completion of auger\n_auger() {\n    local word=\"${COMP_WORDS[COMP_CWORD]}\" verb=\"${COMP_WORDS[1]}\" words=\"\"\n"
         "    if [ \"$COMP_CWORD\" -eq 1 ]; then");
    fputs("        words=\"", stdout);
    for (const cli_verb *verb = cli_verbs; verb->name; verb++)
        printf("%s%s", verb == cli_verbs ? "" : " ", verb->name);
    puts("\"\n    else\n        case \"$verb\" in");
    for (const cli_verb *verb = cli_verbs; verb->name; verb++) {
        printf("        %s) words=\"", verb->name);
        put_option_names(verb->options);
        put_option_names(cli_common_options);
        printf("%s\" ;;\n", verb->completes ? verb->completes : "");
    }
    puts("        esac\n    fi\n    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
         "    [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- \"$word\"))\n}\n"
         "_auger_names() {\n    auger list \"$1\" --csv - 2>/dev/null | tail -n +2 | cut -d, -f1\n}\ncomplete -F _auger auger");
    return AUG_OK;
}
