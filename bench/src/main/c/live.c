/*
 * What one would write first in C to read another machine's memory, as the other side of the figures of bench/live.
 *
 *     live vm PID HOST PAGES ROUNDS     process_vm_readv of all pages of a list in one call for 512 of them
 *     live map FILE PAGES ROUNDS        memcpy of the same pages out of the mapped file
 *
 * PAGES is a file of 64-bit offsets of pages of 4 KiB, a multiple of 512 of them; HOST is where offset 0 lies in the
 * process. Prints nanoseconds that the fastest of so many rounds through the whole list took, and a sum of what was read.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096ul
#define BATCH 512ul

static uint64_t *pages;
static size_t count;
static unsigned char *buffer;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void *map(const char *name, size_t *length) {
    int file = open(name, O_RDONLY);
    struct stat status;
    if (file < 0 || fstat(file, &status) != 0)
        fail(name);
    void *start = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED, file, 0);
    if (start == MAP_FAILED)
        fail(name);
    close(file);
    *length = (size_t)status.st_size;
    return start;
}

static void read_process(pid_t pid, uint64_t host) {
    static struct iovec remote[BATCH];
    struct iovec local = {buffer, BATCH * PAGE};
    for (size_t first = 0; first < count; first += BATCH) {
        for (size_t i = 0; i < BATCH; i++) {
            remote[i].iov_base = (void *)(uintptr_t)(host + pages[first + i]);
            remote[i].iov_len = PAGE;
        }
        if (process_vm_readv(pid, &local, 1, remote, BATCH, 0) != (ssize_t)(BATCH * PAGE))
            fail("process_vm_readv");
    }
}

static void read_map(const unsigned char *ram) {
    for (size_t first = 0; first < count; first += BATCH)
        for (size_t i = 0; i < BATCH; i++)
            memcpy(buffer + i * PAGE, ram + pages[first + i], PAGE);
}

int main(int argc, char **argv) {
    int process = argc == 6 && strcmp(argv[1], "vm") == 0;
    if (!process && !(argc == 5 && strcmp(argv[1], "map") == 0)) {
        fprintf(stderr, "live vm PID HOST PAGES ROUNDS | live map FILE PAGES ROUNDS\n");
        return 2;
    }
    size_t bytes;
    pages = map(argv[argc - 2], &bytes);
    count = bytes / sizeof *pages / BATCH * BATCH;
    buffer = aligned_alloc(PAGE, BATCH * PAGE);
    memset(buffer, 1, BATCH * PAGE);
    unsigned char *ram = process ? NULL : map(argv[2], &bytes);
    uint64_t best = UINT64_MAX;
    uint64_t sum = 0;
    for (long round = atol(argv[argc - 1]); round > 0; round--) {
        uint64_t start = now();
        if (process)
            read_process((pid_t)atol(argv[2]), strtoull(argv[3], NULL, 0));
        else
            read_map(ram);
        uint64_t took = now() - start;
        best = took < best ? took : best;
        sum += buffer[(size_t)round % (BATCH * PAGE)];
    }
    printf("%llu %llu\n", (unsigned long long)best, (unsigned long long)sum);
    return 0;
}
