/*
 * RAM of a machine as a program has it: an anonymous mapping, aligned and guarded as QEMU's is. What is in it comes from a
 * file of records, one behind the other: the number of a page, 8 bytes, and 1 with the page's 4096 bytes behind it, or 0
 * for a page that the guest has used and that is all zeros, 8 bytes as well. Pages that it does not name stay as they are,
 * never used.
 */
#ifndef RAM_H
#define RAM_H

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096ul
#define ALIGNMENT (2ul << 20)

static void check(int good, const char *what) {
    if (good)
        return;
    printf("LAB-FAILED: %s: %s\n", what, strerror(errno));
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

/* Fills RAM from a file, deletes that, and says how many pages it named. */
static unsigned long fill(char *ram, unsigned long bytes, const char *file) {
    FILE *pages = fopen(file, "r");
    check(pages != NULL, file);
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
    unlink(file);
    return placed;
}

#endif
