#include "output.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// The context that ^C stops. A second ^C ends the program.
static aug_context *volatile watched;

static void on_interrupt(int number) {
    if (watched)
        aug_context_interrupt(watched);
    signal(number, SIG_DFL);
}

static void show_progress(void *user, uint64_t done, uint64_t total) {
    (void)user;
    enum { WIDTH = 40 };
    char bar[WIDTH + 1];
    uint64_t filled = total ? done * WIDTH / total : 0;
    memset(bar, '.', WIDTH);
    memset(bar, '#', filled);
    bar[WIDTH] = '\0';
    fprintf(stderr, "\r[%s] %llu of %llu", bar, (unsigned long long)done, (unsigned long long)total);
    if (done >= total)
        fprintf(stderr, "\r\033[K");
    fflush(stderr);
}

// A folder of data that was asked for and is not there would look like one without models and machines.
static void check_data(const char *option) {
    const char *variable = getenv("AUGER_DATA"), *folder = option ? option : variable;
    struct stat status;
    if (!folder || !*folder || (stat(folder, &status) == 0 && S_ISDIR(status.st_mode)))
        return;
    fprintf(stderr, "error: %s: '%.200s' is no folder\n", option ? "option '--data'" : "AUGER_DATA", folder);
    exit(AUG_BAD_INPUT);
}

// Whether a file of that beginning can be written: who may is asked of the system, which knows of quotas and full disks too.
static bool can_write(const char *beginning) {
    char path[4096];
    if (snprintf(path, sizeof path, "%s.auger-%ld", beginning, (long)getpid()) >= (int)sizeof path) {
        errno = ENAMETOOLONG;
        return false;
    }
    FILE *file = fopen(path, "wb");
    if (!file)
        return false;
    bool written = fputs("auger\n", file) >= 0;
    written = fclose(file) == 0 && written;
    int why = errno;
    remove(path);
    errno = why;
    return written;
}

// Nothing would be kept in a folder that is not there or cannot be written.
static void check_cache(const char *folder) {
    struct stat status;
    char inside[4096];
    if (!folder)
        return;
    snprintf(inside, sizeof inside, "%s/", folder);
    if (stat(folder, &status) != 0 || !S_ISDIR(status.st_mode))
        fprintf(stderr, "error: option '--cache': '%.200s' is no folder\nhint: name one that is there\n", folder);
    else if (!can_write(inside))
        fprintf(stderr, "error: option '--cache': nothing can be kept in '%.200s': %s\nhint: name a folder that can be written\n",
                folder, strerror(errno));
    else
        return;
    exit(AUG_BAD_INPUT);
}

// Where answers go has to be there before a search begins that may take long.
static void check_outputs(const cli_arguments *arguments) {
    static const char *const options[] = {"json", "html", "csv", "predictions", "certificate"};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        const char *path = cli_value(arguments, options[i]);
        struct stat status;
        if (!path || strcmp(path, "-") == 0)
            continue;
        bool there = stat(path, &status) == 0, folder = there && S_ISDIR(status.st_mode);
        if (there && !folder && !S_ISREG(status.st_mode))
            continue; // a device or a pipe
        if (!folder && can_write(path))
            continue;
        fprintf(stderr, "error: cannot write '%s': %s\n", path, strerror(folder ? EISDIR : errno));
        exit(AUG_BAD_INPUT);
    }
}

aug_context *cli_context(const cli_arguments *arguments) {
    uint64_t threads = 0;
    if (!cli_positive(arguments, "threads", "all cores work", &threads))
        exit(AUG_BAD_INPUT);
    check_outputs(arguments);
    check_cache(cli_value(arguments, "cache"));
    check_data(cli_value(arguments, "data"));
    aug_context *context = aug_context_new();
    const char *data = cli_value(arguments, "data");
    if (context && data && !aug_context_set_data(context, data)) {
        aug_context_free(context);
        context = NULL;
    }
    if (!context) {
        fprintf(stderr, "error: out of memory\n");
        exit(AUG_INTERNAL);
    }
    aug_context_set_threads(context, threads > 256 ? 256 : (int)threads);
    if (isatty(STDERR_FILENO))
        aug_context_set_progress(context, show_progress, NULL);
    watched = context;
    signal(SIGINT, on_interrupt);
    return context;
}

static bool write_all(FILE *file, const char *text) {
    size_t length = strlen(text);
    bool good = fwrite(text, 1, length, file) == length;
    return fflush(file) == 0 && good;
}

static bool report_write(const char *path) {
    fprintf(stderr, "error: cannot write '%s': %s\n", path, strerror(errno));
    return false;
}

bool cli_write_file(const char *path, const char *text) {
    struct stat status;
    bool special = stat(path, &status) == 0 && !S_ISREG(status.st_mode);
    size_t size = strlen(path) + 32;
    char *beside = malloc(size);
    if (!beside)
        return report_write(path);
    snprintf(beside, size, "%s%s", path, special ? "" : ".partial");
    FILE *file = fopen(beside, "w");
    bool good = file && write_all(file, text);
    if (file && fclose(file) != 0)
        good = false;
    if (good && !special)
        good = rename(beside, path) == 0;
    if (!good) {
        report_write(path);
        if (file && !special)
            remove(beside);
    }
    free(beside);
    return good;
}

// The files of an import: each is written beside its place, and renamed when all are there.
enum { FILES = 4 };

typedef struct file_set {
    char *path[FILES], *beside[FILES];
    int count;
} file_set;

static char *join(const char *folder, const char *name, const char *ending) {
    size_t size = strlen(folder) + strlen(name) + strlen(ending) + 2;
    char *path = malloc(size);
    if (path)
        snprintf(path, size, "%s/%s%s", folder, name, ending);
    return path;
}

static bool write_beside(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    bool good = file && write_all(file, text);
    if (file && fclose(file) != 0)
        good = false;
    return good || report_write(path);
}

static bool write_set(file_set *set, const char *folder, const aug_answer *answer) {
    for (int i = 0; i < aug_answer_file_count(answer) && i < FILES; i++) {
        const char *name = aug_answer_file_name(answer, i);
        set->path[i] = join(folder, name, "");
        set->beside[i] = join(folder, name, ".partial");
        set->count = i + 1;
        if (!set->path[i] || !set->beside[i])
            return report_write(name);
        if (!write_beside(set->beside[i], aug_answer_file_text(answer, i)))
            return false;
    }
    for (int i = 0; i < set->count; i++)
        if (rename(set->beside[i], set->path[i]) != 0)
            return report_write(set->path[i]);
    return true;
}

static bool write_files(const char *folder, const aug_answer *answer) {
    bool made = mkdir(folder, 0777) == 0;
    if (!made && errno != EEXIST)
        return report_write(folder);
    file_set set = {.count = 0};
    bool good = write_set(&set, folder, answer);
    for (int i = 0; i < set.count; i++) {
        if (!good && set.beside[i])
            remove(set.beside[i]);
        free(set.beside[i]);
        free(set.path[i]);
    }
    if (!good && made)
        rmdir(folder);
    return good;
}

static bool print_files(const char *folder, const aug_answer *answer) {
    for (int i = 0; i < aug_answer_file_count(answer); i++)
        printf("%s/%s\n", folder, aug_answer_file_name(answer, i));
    return fflush(stdout) == 0 || report_write("stdout");
}

static bool is_stdout(const char *path) {
    return path && strcmp(path, "-") == 0;
}

static bool write_form(const char *path, const char *text) {
    if (is_stdout(path))
        return write_all(stdout, text) || report_write("stdout");
    return cli_write_file(path, text);
}

// One form of an answer and where it goes; NULL: it was not asked for.
typedef struct form {
    const char *path, *text;
} form;

// Files first, so that nothing is said to have been answered where one cannot be written.
static bool write_forms(const form *forms, size_t count) {
    for (int to_stdout = 0; to_stdout < 2; to_stdout++)
        for (size_t i = 0; i < count; i++)
            if (forms[i].path && is_stdout(forms[i].path) == (to_stdout == 1) && !write_form(forms[i].path, forms[i].text))
                return false;
    return true;
}

static bool write_answer(const cli_arguments *arguments, aug_answer *answer) {
    static const char *const options[] = {"json", "html", "csv", "predictions", "out", "certificate"};
    const char *(*const makers[])(aug_answer *) = {aug_answer_json, aug_answer_html, aug_answer_csv, aug_answer_predictions, aug_answer_calibrated,
                                                   aug_answer_certificate, aug_answer_text};
    enum { FORMS = sizeof makers / sizeof *makers };
    form forms[FORMS] = {{NULL, NULL}};
    bool on_stdout = false;
    for (size_t i = 0; i + 1 < FORMS; i++) {
        // estimate has an option --out of its own: the tokens of an answer
        bool asked = strcmp(options[i], "out") != 0 || strcmp(arguments->verb->name, "calibrate") == 0;
        forms[i].path = asked ? cli_value(arguments, options[i]) : NULL;
        on_stdout = on_stdout || is_stdout(forms[i].path);
    }
    const char *folder = aug_answer_file_count(answer) > 0 ? cli_value(arguments, "out") : NULL;
    if (folder && !write_files(folder, answer))
        return false;
    if (!on_stdout && folder)
        return write_forms(forms, 1) && print_files(folder, answer);
    if (!on_stdout)
        forms[FORMS - 1].path = "-";
    for (size_t i = 0; i < FORMS; i++) {
        if (forms[i].path && !(forms[i].text = makers[i](answer))) {
            fprintf(stderr, "error: out of memory\n");
            return false;
        }
    }
    return write_forms(forms, FORMS);
}

int cli_finish(const cli_arguments *arguments, aug_context *context, aug_answer *answer) {
    int code = AUG_INTERNAL;
    if (!answer) {
        fprintf(stderr, "error: out of memory\n");
    } else {
        code = (int)aug_answer_status(answer);
        const char *errors = aug_answer_errors(answer);
        if (errors && *errors)
            fputs(errors, stderr);
        if (code != AUG_BAD_INPUT && code != AUG_INTERNAL && !write_answer(arguments, answer))
            code = AUG_BAD_INPUT;
    }
    watched = NULL;
    aug_answer_free(answer);
    aug_context_free(context);
    return code;
}
