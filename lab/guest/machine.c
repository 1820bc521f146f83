/*
 * Stands in for a QEMU: a process of that name and command line, whose RAM is an anonymous mapping of the size that -m
 * says, in MiB, aligned and guarded as QEMU's is, with the memory of a real guest in it. That comes from /machine.pages,
 * records one behind the other: the number of a page, 8 bytes, and 1 with the page's 4096 bytes behind it, or 0 for a page
 * that the guest has used and that is all zeros, 8 bytes as well. Pages that it does not name stay as they are, never used.
 * A second mapping of the same size, of which nothing is used, is there to be mistaken for it.
 *
 * Tells MACHINE-READY and how many pages it has placed, and waits for ever.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096ul
#define ALIGNMENT (2ul << 20)

static void check(int good, const char *what) {
    if (good)
        return;
    printf("LAB-FAILED: machine: %s: %s\n", what, strerror(errno));
    fflush(stdout);
    for (;;)
        pause();
}

static char *reserve(unsigned long bytes) {
    char *start = mmap(NULL, bytes + 2 * ALIGNMENT, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    check(start != MAP_FAILED, "reserve");
    start = (char *)(((uintptr_t)start + ALIGNMENT - 1) & -ALIGNMENT);
    start = mmap(start, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
    check(start != MAP_FAILED, "map");
    /* A huge page would bring pages along that the guest has never used. */
    check(madvise(start, bytes, MADV_NOHUGEPAGE) == 0, "MADV_NOHUGEPAGE");
    return start;
}

int main(int argc, char **argv) {
    unsigned long bytes = 0;
    for (int i = 1; i + 1 < argc; i++)
        if (strcmp(argv[i], "-m") == 0)
            bytes = strtoul(argv[i + 1], NULL, 10) << 20;
    check(bytes > 0, "-m");
    char *ram = reserve(bytes);
    reserve(bytes);
    FILE *pages = fopen("/machine.pages", "r");
    check(pages != NULL, "/machine.pages");
    uint64_t record[2];
    unsigned long placed = 0;
    while (fread(record, sizeof record, 1, pages) == 1) {
        check(record[0] < bytes / PAGE, "page number");
        char *page = ram + record[0] * PAGE;
        if (record[1] == 0)
            memset(page, 0, PAGE);
        else
            check(fread(page, PAGE, 1, pages) == 1, "page");
        placed++;
    }
    fclose(pages);
    unlink("/machine.pages");
    printf("MACHINE-READY %lu pages\n", placed);
    fflush(stdout);
    for (;;)
        pause();
}
