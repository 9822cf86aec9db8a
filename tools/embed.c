// Files as arrays of C, so that they travel within the library: embed NAME FILE ... > out.c
#include <stdio.h>

static int embed(const char *name, const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return 1;
    }
    printf("extern const char %s[];\nconst char %s[] = {", name, name);
    unsigned column = 0;
    for (int byte; (byte = getc(file)) != EOF;)
        printf("%s'\\x%02x',", column++ % 20 ? "" : "\n", (unsigned)byte);
    printf("0};\n");
    return fclose(file) != 0;
}

int main(int count, char **words) {
    int bad = count < 3 || count % 2 == 0;
    for (int i = 1; !bad && i + 1 < count; i += 2)
        bad = embed(words[i], words[i + 1]);
    return bad;
}
