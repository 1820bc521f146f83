/*
 * Process 1 of a guest whose pages are in every place that pages can be in: mapped, forbidden, in the page cache, in the
 * swap cache, swapped out, dropped, never used. Swap lies on a loop device over a file in memory. It tells, a line each:
 *
 *     PAGE NAME NUMBER ADDRESS PAGEMAP INCORE    a page: its entry of /proc/self/pagemap, and what mincore(2) says of it
 *     SWAP NAME KIB                              what /proc/self/smaps counts as swapped
 *
 * and then PAGES-READY, and waits for ever. Every page that was ever written begins with "NAME page NUMBER", and its
 * 64-bit words from byte 64 on are the number of the page times 1000000 plus that of the word.
 *
 * Where the kernel has zram, there is a region "zram-ALGORITHM" for each algorithm, swapped out to a disk of that algorithm,
 * and on the first disk the region "shared-zram". Their pages are of six kinds, see fill_packed().
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define BASE 0x600000000ul
#define GAP 0x1000000ul
#define MOST 64
#define SWAP_PAGES 1024
#define PACKED_PAGES 48
#define PACKED_DISKS 8
#define DISK_PAGES 2048ul
#define FILL_PAGES 576 /* a cluster of places for swapped pages and what a processor has in stock */
#define MADVISE_PAGEOUT 21 /* since 5.4 */
#define MADVISE_GUARD 102 /* since 6.13 */

static unsigned long page;
static unsigned long next_address = BASE;

struct region {
    const char *name;
    char *start;
    unsigned long pages;
};
static struct region regions[32];
static size_t region_count;

static void check(int good, const char *what) {
    if (good)
        return;
    printf("LAB-FAILED: paging: %s: %s\n", what, strerror(errno));
    fflush(stdout);
    for (;;)
        pause();
}

static void settle(void) {
    struct timespec time = {0, 300 * 1000 * 1000};
    nanosleep(&time, NULL);
}

static char *map(const char *name, unsigned long pages, int protection, int flags, int file) {
    char *start = mmap((void *)next_address, pages * page, protection, flags | MAP_FIXED, file, 0);
    check(start != MAP_FAILED, name);
    next_address += GAP;
    regions[region_count++] = (struct region){name, start, pages};
    return start;
}

static void fill(char *bytes, const char *name, unsigned long number) {
    memset(bytes, 0, 64);
    snprintf(bytes, 64, "%s page %lu", name, number);
    for (unsigned long word = 8; word < page / 8; word++)
        ((uint64_t *)bytes)[word] = number * 1000000 + word;
}

static void fill_all(char *start, const char *name, unsigned long pages) {
    for (unsigned long i = 0; i < pages; i++)
        fill(start + i * page, name, i);
}

static int new_file(const char *path, const char *name, unsigned long pages) {
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    check(file >= 0, path);
    char *bytes = malloc(page);
    for (unsigned long i = 0; i < pages; i++) {
        memset(bytes, 0, page);
        if (name != NULL)
            fill(bytes, name, i);
        check(write(file, bytes, page) == (ssize_t)page, path);
    }
    free(bytes);
    return file;
}

/* A block device over a file. */
static int loop(const char *path, int file) {
    int device = open(path, O_RDWR | O_CLOEXEC);
    check(device >= 0, path);
    check(ioctl(device, LOOP_SET_FD, file) == 0, "LOOP_SET_FD");
    return device;
}

static void load_modules(void) {
    struct dirent **files = NULL;
    int count = scandir("/modules", &files, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        char path[300];
        snprintf(path, sizeof path, "/modules/%s", files[i]->d_name);
        int file = files[i]->d_name[0] == '.' ? -1 : open(path, O_RDONLY | O_CLOEXEC);
        const char *parameters = strstr(path, "zram.ko") != NULL ? "num_devices=8" : "";
        if (file >= 0)
            check(syscall(SYS_finit_module, file, parameters, 0) == 0, path);
    }
}

static void swap_header(int file, unsigned long pages) {
    uint32_t version_and_last[2] = {1, (uint32_t)pages - 1};
    check(pwrite(file, version_and_last, 8, 1024) == 8, "swap header");
    check(pwrite(file, "SWAPSPACE2", 10, (off_t)page - 10) == 10, "swap header");
}

static void start_swap(void) {
    int file = new_file("/swap", NULL, SWAP_PAGES);
    swap_header(file, SWAP_PAGES);
    close(loop("/dev/loop0", file));
    check(swapon("/dev/loop0", 0) == 0, "swapon");
}

static void place_memory(void) {
    const int both = PROT_READ | PROT_WRITE;
    const int own = MAP_PRIVATE | MAP_ANONYMOUS;
    const int common = MAP_SHARED | MAP_ANONYMOUS;
    fill_all(map("anonymous", 16, both, own, -1), "anonymous", 8);
    char *start = map("forbidden", 8, both, own, -1);
    fill_all(start, "forbidden", 6);
    check(mprotect(start, 8 * page, PROT_NONE) == 0, "mprotect");
    start = map("shared", 16, both, common, -1);
    fill_all(start, "shared", 8);
    check(madvise(start, 16 * page, MADV_DONTNEED) == 0, "MADV_DONTNEED");
    start = map("swapped", MOST, both, own, -1);
    fill_all(start, "swapped", MOST);
    check(madvise(start, MOST * page, MADVISE_PAGEOUT) == 0, "MADV_PAGEOUT");
    start = map("shared-swapped", 32, both, common, -1);
    fill_all(start, "shared-swapped", 32);
    check(madvise(start, 32 * page, MADVISE_PAGEOUT) == 0, "MADV_PAGEOUT");
    start = map("guarded", 4, both, own, -1);
    fill_all(start, "guarded", 4);
    if (madvise(start + page, page, MADVISE_GUARD) != 0)
        fill(start + page, "guarded", 1);
    map("reserved", 1ul << 22, PROT_NONE, own | MAP_NORESERVE, -1);
    next_address += GAP * (page << 22 >> 24);
}

static void place_files(void) {
    int file = new_file("/file", "file", 48);
    char *start = map("file", 48, PROT_READ | PROT_WRITE, MAP_PRIVATE, file);
    /* Maps what lies around it as well (fault_around_bytes), but not the whole. */
    check(*(volatile char *)(start + 3 * page) == 'f', "the file's fourth page");
    fill(start + 5 * page, "copied", 5);
    file = new_file("/short", "short", 3);
    check(ftruncate(file, 2 * (off_t)page + 100) == 0, "ftruncate");
    map("short", 5, PROT_READ, MAP_SHARED, file);
    int device = loop("/dev/loop1", new_file("/blocks", "blocks", 64));
    start = map("blocks", 64, PROT_READ, MAP_SHARED, device);
    check(madvise(start, 64 * page, MADV_RANDOM) == 0, "MADV_RANDOM");
    for (int i = 8; i < 24; i++)
        check(*(volatile char *)(start + i * page) == 'b', "a block");
    check(madvise(start, 16 * page, MADV_DONTNEED) == 0, "MADV_DONTNEED");
    check(posix_fadvise(device, 8 * (off_t)page, 4 * (off_t)page, POSIX_FADV_DONTNEED) == 0, "POSIX_FADV_DONTNEED");
}

static long number_in(const char *path) {
    char text[32] = {0};
    int file = open(path, O_RDONLY | O_CLOEXEC);
    check(file >= 0 && read(file, text, sizeof text - 1) > 0, path);
    close(file);
    return atol(text);
}

static void write_to(const char *path, const char *format, long number) {
    char text[32];
    int length = snprintf(text, sizeof text, format, number);
    int file = open(path, O_WRONLY | O_CLOEXEC);
    check(file >= 0 && write(file, text, (size_t)length) == length, path);
    close(file);
}

/* From here on the memory that this process uses is counted by itself. */
static void count_memory(void) {
    mkdir("/groups", 0755);
    check(mount("cgroup2", "/groups", "cgroup2", 0, NULL) == 0, "cgroup2");
    write_to("/groups/cgroup.subtree_control", "+memory", 0);
    check(mkdir("/groups/paging", 0755) == 0, "/groups/paging");
    write_to("/groups/paging/cgroup.procs", "%ld", 1);
}

/* What was swapped out stays in the swap cache until memory is short: some of it has to go now. */
static void run_short_of_memory(void) {
    long before = number_in("/groups/paging/memory.current");
    write_to("/groups/paging/memory.high", "%ld", before / 2);
    write_to("/groups/paging/memory.high", "max", 0);
    printf("memory in use: %ld bytes, then %ld\n", before, number_in("/groups/paging/memory.current"));
}

/*
 * Pages that compressors treat differently, by the number of the page modulo 6: as elsewhere; noise; one word again and
 * again; runs of zeros with a number between; all zero; lines of text with a number in each. Noise is a generator's
 * (xorshift64) that begins with the number of the page plus 1.
 */
static void fill_packed(char *bytes, const char *name, unsigned long number) {
    uint64_t *words = (uint64_t *)bytes;
    uint64_t noise = number + 1;
    switch (number % 6) {
    case 1:
        for (unsigned long word = 0; word < page / 8; word++) {
            noise ^= noise << 13;
            noise ^= noise >> 7;
            noise ^= noise << 17;
            words[word] = noise;
        }
        break;
    case 2:
        for (unsigned long word = 0; word < page / 8; word++)
            words[word] = number * 0x0101010101010101ul;
        break;
    case 3:
        memset(bytes, 0, page);
        for (unsigned long word = 5; word < page / 8; word += 11 + word % (number + 3))
            words[word] = number * 1000000 + word;
        break;
    case 4:
        memset(bytes, 0, page);
        break;
    case 5:
        for (unsigned long line = 0; line < page / 32; line++) {
            char text[64];
            snprintf(text, sizeof text, "line %06lu page %06lu swapped\n", line * number, number);
            memcpy(bytes + line * 32, text, 32);
        }
        break;
    default:
        fill(bytes, name, number);
    }
}

static void set(const char *disk, const char *attribute, const char *value) {
    char path[64];
    snprintf(path, sizeof path, "/sys/block/%s/%s", disk, attribute);
    int file = open(path, O_WRONLY | O_CLOEXEC);
    check(file >= 0 && write(file, value, strlen(value)) == (ssize_t)strlen(value), path);
    close(file);
}

/*
 * A processor goes on to use the places that it has in stock, whatever the priority of their area: this many pages of zeros
 * use them up.
 */
static void use_up_stock(void) {
    char *start = mmap(NULL, FILL_PAGES * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    check(start != MAP_FAILED, "zeros");
    memset(start, 0, FILL_PAGES * page);
    check(madvise(start, FILL_PAGES * page, MADVISE_PAGEOUT) == 0, "MADV_PAGEOUT");
}

static void pack(const char *name, int sharing) {
    char *start = map(name, PACKED_PAGES, PROT_READ | PROT_WRITE, sharing | MAP_ANONYMOUS, -1);
    for (unsigned long i = 0; i < PACKED_PAGES; i++)
        fill_packed(start + i * page, name, i);
    check(madvise(start, PACKED_PAGES * page, MADVISE_PAGEOUT) == 0, "MADV_PAGEOUT");
}

/* Swaps a region out to a disk that compresses by one algorithm. */
static void place_packed(int number, const char *algorithm) {
    char disk[16], path[32], bytes[24];
    snprintf(disk, sizeof disk, "zram%d", number);
    set(disk, "comp_algorithm", algorithm);
    snprintf(bytes, sizeof bytes, "%lu", DISK_PAGES * page);
    set(disk, "disksize", bytes);
    snprintf(path, sizeof path, "/dev/%s", disk);
    int file = open(path, O_RDWR | O_CLOEXEC);
    check(file >= 0, path);
    swap_header(file, DISK_PAGES);
    check(fsync(file) == 0, path);
    close(file);
    check(swapon(path, SWAP_FLAG_PREFER | (100 + number)) == 0, "swapon zram");
    use_up_stock();
    char *name = malloc(32);
    snprintf(name, 32, "zram-%s", algorithm);
    pack(name, MAP_PRIVATE);
    if (number == 0)
        pack("shared-zram", MAP_SHARED);
}

static void place_all_packed(void) {
    char text[256] = {0};
    int file = open("/sys/block/zram0/comp_algorithm", O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return;
    check(read(file, text, sizeof text - 1) > 0, "comp_algorithm");
    close(file);
    cpu_set_t first;
    CPU_ZERO(&first);
    CPU_SET(0, &first);
    check(sched_setaffinity(0, sizeof first, &first) == 0, "sched_setaffinity");
    int number = 0;
    for (char *name = strtok(text, " []\n"); name != NULL && number < PACKED_DISKS; name = strtok(NULL, " []\n"))
        place_packed(number++, name);
}

static void tell_pages(void) {
    int file = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    check(file >= 0, "pagemap");
    for (size_t i = 0; i < region_count; i++) {
        struct region *region = &regions[i];
        for (unsigned long number = 0; number < region->pages && number < MOST; number++) {
            char *address = region->start + number * page;
            uint64_t entry = 0;
            unsigned char in_core = 0;
            off_t at = (off_t)((unsigned long)address / page * 8);
            check(pread(file, &entry, 8, at) == 8, "pagemap");
            check(mincore(address, page, &in_core) == 0, "mincore");
            printf("PAGE %s %lu %lx %llx %d\n", region->name, number, (unsigned long)address,
                   (unsigned long long)entry, in_core & 1);
        }
    }
    close(file);
}

static void tell_swap(void) {
    FILE *maps = fopen("/proc/self/smaps", "re");
    check(maps != NULL, "smaps");
    char line[512];
    const struct region *current = NULL;
    while (fgets(line, sizeof line, maps) != NULL) {
        unsigned long start, end, size;
        if (sscanf(line, "%lx-%lx ", &start, &end) == 2) {
            current = NULL;
            for (size_t i = 0; i < region_count; i++)
                if (start == (unsigned long)regions[i].start)
                    current = &regions[i];
        } else if (current != NULL && sscanf(line, "Swap: %lu kB", &size) == 1) {
            printf("SWAP %s %lu\n", current->name, size);
        }
    }
    fclose(maps);
}

int main(void) {
    page = (unsigned long)sysconf(_SC_PAGESIZE);
    mkdir("/proc", 0755);
    mkdir("/dev", 0755);
    mkdir("/sys", 0755);
    mount("proc", "/proc", "proc", 0, NULL);
    mount("sysfs", "/sys", "sysfs", 0, NULL);
    if (access("/dev/loop-control", F_OK) != 0)
        mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
    load_modules();
    start_swap();
    place_files();
    count_memory();
    place_memory();
    settle();
    run_short_of_memory();
    /* Reading one page back brings its neighbours into the swap cache. */
    check(*(volatile char *)(regions[0].start) == 'f', "the first region");
    for (size_t i = 0; i < region_count; i++)
        if (strcmp(regions[i].name, "swapped") == 0)
            check(*(volatile char *)(regions[i].start + 30 * page) == 's', "a swapped page");
    place_all_packed();
    settle();
    tell_pages();
    tell_swap();
    printf("PAGES-READY %lu\n", page);
    fflush(stdout);
    for (;;)
        pause();
}
