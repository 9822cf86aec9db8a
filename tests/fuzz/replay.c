// Runs one fuzz target over files: each argument is a file or a folder of files. The ordinary tests replay every corpus
// with it, so that an input that was once handled wrongly stays handled.
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool replay_file(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return false;
    }
    size_t capacity = 65536, size = 0;
    uint8_t *data = malloc(capacity);
    while (data && !feof(file) && !ferror(file)) {
        if (size == capacity) {
            uint8_t *larger = realloc(data, capacity * 2);
            if (!larger)
                break;
            data = larger;
            capacity *= 2;
        }
        size += fread(data + size, 1, capacity - size, file);
    }
    bool good = data && feof(file) && !ferror(file);
    fclose(file);
    // Shown first: should the target crash, the last line names its input.
    printf("%s (%zu bytes)\n", path, size);
    fflush(stdout);
    if (good) {
        // A copy of the exact size lets a sanitizer see reads behind the end.
        uint8_t *exact = realloc(data, size ? size : 1);
        data = exact ? exact : data;
        LLVMFuzzerTestOneInput(data, size);
    }
    free(data);
    return good;
}

static bool is_folder(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static int compare(const struct dirent **left, const struct dirent **right) {
    return alphasort(left, right);
}

static int visible(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

// Replays the files of a folder in the order of their names; returns how many, -1 where one cannot be read.
static int replay_folder(const char *path) {
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, visible, compare), replayed = 0;
    for (int i = 0; i < count; i++) {
        char file[4096];
        snprintf(file, sizeof file, "%s/%s", path, entries[i]->d_name);
        if (replayed >= 0)
            replayed = replay_file(file) ? replayed + 1 : -1;
        free(entries[i]);
    }
    free(entries);
    return count < 0 ? -1 : replayed;
}

int main(int count, char **arguments) {
    int replayed = 0;
    for (int i = 1; i < count; i++) {
        int more = is_folder(arguments[i]) ? replay_folder(arguments[i]) : replay_file(arguments[i]) ? 1 : -1;
        if (more < 0)
            return 1;
        replayed += more;
    }
    printf("%d inputs\n", replayed);
    return replayed ? 0 : 1;
}
