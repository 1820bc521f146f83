/* Roles whose memory is of note. */
#include "population.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Every kind of mapping that maps shows in a way of its own. */
void mapper(void) {
    const int both = PROT_READ | PROT_WRITE;
    map(SHARED, PAGE, both, MAP_SHARED | MAP_ANONYMOUS, -1);
    put(SHARED, "shared page of mapper");
    int file = open("/srv/ledger.txt", O_RDONLY);
    char *bytes = map(PRIVATE_FILE, 16 * PAGE, PROT_READ, MAP_PRIVATE, file);
    plant("region", PRIVATE_FILE, 16 * PAGE, "private-file:%d", bytes[0] + bytes[15 * PAGE]);
    file = open("/srv/odd name (1)\nsecond line.txt", O_RDONLY);
    map(ODD_FILE, PAGE, PROT_READ, MAP_SHARED, file);
    file = open("/srv/soon-gone.txt", O_RDWR);
    map(GONE_FILE, PAGE, both, MAP_SHARED, file);
    check(unlink("/srv/soon-gone.txt") == 0, "unlink");
    file = open("/mnt/other/a/b/deep.txt", O_RDWR);
    map(OTHER_MOUNT, PAGE, both, MAP_SHARED, file);
    file = (int)syscall(SYS_memfd_create, "memory of mapper", 0);
    check(file >= 0 && ftruncate(file, PAGE) == 0, "memfd_create");
    map(MEMFD, PAGE, both, MAP_SHARED, file);
    put(MEMFD, "memfd page of mapper");
    int segment = shmget(IPC_PRIVATE, PAGE, IPC_CREAT | 0600);
    check(segment >= 0 && shmat(segment, (void *)SYSTEM_V, 0) == (void *)SYSTEM_V, "shmat");
    check(shmctl(segment, IPC_RMID, NULL) == 0, "shmctl");
    map(WALL, 16 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    map(CODE, PAGE, both | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    put(CODE, "writable code page of mapper");
}

/* So many mappings that a maple tree gets several levels: neighbours must differ in protection to stay apart. */
void quilter(void) {
    map(QUILT, QUILT_PAGES * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    for (unsigned long i = 0; i < QUILT_PAGES; i += 2)
        check(mprotect((void *)(QUILT + i * PAGE), PAGE, PROT_READ | PROT_WRITE) == 0, "mprotect");
    plant("region", QUILT, QUILT_PAGES * PAGE, "quilt:%d", QUILT_PAGES);
}

/* Memory in 2 MiB pages where the kernel grants them, each 4 KiB of it holding its own offset. */
void giant(void) {
    char *bytes = map(HUGE, HUGE_LENGTH, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    madvise(bytes, HUGE_LENGTH, MADV_HUGEPAGE);
    for (uint64_t i = 0; i < HUGE_LENGTH; i += PAGE)
        memcpy(bytes + i, &i, sizeof i);
    plant("region", HUGE, HUGE_LENGTH, "offsets");
}

/* A number that grows a hundred times a second. */
void ticker(void) {
    volatile uint64_t *count = (uint64_t *)map(COUNTER, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    *count = 1;
    plant("counter", COUNTER, sizeof *count, "ticks");
    in_place();
    for (;;) {
        usleep(10000);
        (*count)++;
    }
}

/* One megabyte of numbers that anybody can compute again: xorshift64 from a seed that goes by the worker's number. */
void work(int number) {
    char name[16];
    snprintf(name, sizeof name, "worker%d", number);
    role = name;
    prctl(PR_SET_NAME, name);
    uint64_t *numbers = (uint64_t *)map(MARK, WORKER_LENGTH, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    uint64_t state = 88172645463325252ull + (uint64_t)number;
    for (size_t i = 0; i < WORKER_LENGTH / sizeof *numbers; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        numbers[i] = state;
    }
    map(CODE, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    memcpy((void *)CODE, "code page of a worker", 22);
    in_place();
    stay();
}
