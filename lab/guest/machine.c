/*
 * Stands in for a QEMU: a process of that name and command line, whose RAM is of the size that -m says, in MiB, with the
 * memory of a real guest in it, from /machine.pages (ram.h). A second mapping of the same size, of which nothing is used,
 * is there to be mistaken for it.
 *
 * Tells MACHINE-READY and how many pages it has placed, and waits for ever.
 */
#define _GNU_SOURCE
#include "ram.h"

#include <stdlib.h>

int main(int argc, char **argv) {
    unsigned long bytes = 0;
    for (int i = 1; i + 1 < argc; i++)
        if (strcmp(argv[i], "-m") == 0)
            bytes = strtoul(argv[i + 1], NULL, 10) << 20;
    check(bytes > 0, "-m");
    char *ram = reserve(bytes);
    reserve(bytes);
    printf("MACHINE-READY %lu pages\n", fill(ram, bytes, "/machine.pages"));
    fflush(stdout);
    for (;;)
        pause();
}
