/*
 * A program with shared libraries, twice: "touched" has read every page of its files' mappings and of the vdso, so that all
 * of them are in its page tables; "sparse" has only those that running it took.
 *
 * Usage: linked touched|sparse. Ends when its copy, which stays, is in place.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096ul

extern int planted_data[5];
int planted_call(int value);

static void touch_files(void) {
    char line[512];
    FILE *maps = fopen("/proc/self/maps", "r");
    if (maps == NULL)
        exit(2);
    while (fgets(line, sizeof line, maps) != NULL) {
        unsigned long start, end;
        char readable;
        if (sscanf(line, "%lx-%lx %c", &start, &end, &readable) != 3 || readable != 'r' ||
            (strchr(line, '/') == NULL && strstr(line, "[vdso]") == NULL))
            continue;
        for (volatile char *at = (char *)start; (unsigned long)at < end; at += PAGE)
            (void)*at;
    }
    fclose(maps);
}

int main(int count, char **arguments) {
    int ready[2];
    char byte = 1;
    if (count != 2 || pipe(ready) != 0)
        return 2;
    pid_t child = fork();
    if (child < 0)
        return 2;
    if (child > 0)
        return read(ready[0], &byte, 1) == 1 ? 0 : 2;
    setsid();
    if (planted_call(planted_data[0]) == 0)
        return 2;
    if (strcmp(arguments[1], "touched") == 0)
        touch_files();
    if (write(ready[1], &byte, 1) != 1)
        return 2;
    for (;;)
        pause();
}
