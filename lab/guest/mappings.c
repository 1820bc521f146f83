/*
 * Process 1 of the guests that prove address translation. It starts a few processes with mappings of every kind, all
 * resident and locked, and then prints what the kernel says of them: /proc/PID/maps, and from /proc/PID/pagemap the page
 * frame behind every page. After that one of them, the spinner, takes turns: it spins in user mode, so that a paused
 * processor has its address space, and it sleeps, so that the processor idles in the kernel.
 *
 * The picture is text, framed on the console so that the host notices anything else in between:
 *
 *     LAB-PICTURE LENGTH CRC32\n  LENGTH bytes  LAB-PICTURE-END\n
 *
 * Lines of the picture, numbers in hexadecimal but for PID:
 *
 *     page SIZE                       bytes of a page, the unit of frames
 *     kcore ADDRESS PHYSICAL LENGTH   a segment of /proc/kcore; PHYSICAL is known for RAM and the kernel's image only
 *     kernel ADDRESS                  a symbol's address
 *     process PID ROLE                the lines that follow belong to it
 *     map START END RIGHTS NAME       a line of its maps, NAME may be empty
 *     pages ADDRESS FLAGS FRAMES...   neighbouring present pages; FLAGS are bits 55 to 63 of their pagemap entries, a
 *                                     frame followed by +N stands for itself and N more
 *
 * LAB-FAILED starts a line that says why there is no picture.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CAPACITY (4u << 20)
#define PICTURE_MARK "LAB-PICTURE"
#define FRAME_MASK ((1ull << 55) - 1) /* Documentation/admin-guide/mm/pagemap.rst */
#define FLAGS_SHIFT 55
#define PRESENT (1ull << 63)
#define ENTRIES 512
#define LONGEST_LINE 400
#define FRAMES_IN_LINE 64
#define LARGE_HUGE_PAGE (32ul << 20) /* from here on one is all that these guests have memory for, above it none */
#define HUGE_PAGES 3
#define HUGE_SHIFT_FLAG 26            /* MAP_HUGE_SHIFT */
#define THP_LENGTH (4ul << 20)
#define PATCHWORK_PAGES 500
#define RUN_PAGES 60
#define SYMBOL_STEP 61                /* every so manyth symbol is printed */
#define TURN_MICROSECONDS 700000
#define POPULATION 3

static const char *const roles[POPULATION] = {"spinner", "sleeper", "dozer"};
static unsigned long page;
static char buffer[CAPACITY];
static size_t used;
static volatile sig_atomic_t turn_over;

static void say(const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t count = write(1, bytes, length);
        if (count <= 0)
            _exit(3);
        bytes += count;
        length -= (size_t)count;
    }
}

static void fail(const char *what) {
    char line[300];
    int length = snprintf(line, sizeof line, "LAB-FAILED: mappings: %s: %s\n", what, strerror(errno));
    say(line, (size_t)length);
    for (;;)
        pause();
}

__attribute__((format(printf, 1, 2))) static void print(const char *format, ...) {
    if (used + LONGEST_LINE > CAPACITY)
        fail("the picture is larger than its buffer");
    va_list arguments;
    va_start(arguments, format);
    used += (size_t)vsnprintf(buffer + used, LONGEST_LINE, format, arguments);
    va_end(arguments);
}

static void put(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file >= 0) { /* kernels differ in what they can be told */
        if (write(file, text, strlen(text)) < 0)
            errno = 0;
        close(file);
    }
}

static void prepare_system(void) {
    mkdir("/proc", 0755);
    mkdir("/sys", 0755);
    if (mount("proc", "/proc", "proc", 0, NULL) != 0 || mount("sysfs", "/sys", "sysfs", 0, NULL) != 0)
        fail("mount");
    put("/proc/sys/kernel/printk", "1 1 1 1");
    put("/proc/sys/kernel/kptr_restrict", "0");
    put("/sys/kernel/mm/transparent_hugepage/enabled", "madvise");
    put("/sys/kernel/mm/transparent_hugepage/defrag", "always");
    put("/sys/kernel/mm/transparent_hugepage/khugepaged/defrag", "0");
    put("/proc/sys/vm/compaction_proactiveness", "0");
}

/* Module space is a part of the kernel's address space of its own kind. */
static void load_modules(void) {
    DIR *folder = opendir("/modules");
    struct dirent *entry;
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        int file = openat(dirfd(folder), entry->d_name, O_RDONLY | O_CLOEXEC);
        if (entry->d_name[0] != '.' && syscall(SYS_finit_module, file, "", 0) != 0)
            fail(entry->d_name);
        close(file);
    }
    if (folder != NULL)
        closedir(folder);
}

/* Calls back for each size of huge pages, in bytes, that the kernel knows: the largest first, while memory is whole. */
static void each_huge_size(void (*visit)(unsigned long size)) {
    for (unsigned shift = 30; shift >= 12; shift--) {
        char path[80];
        struct stat status;
        snprintf(path, sizeof path, "/sys/kernel/mm/hugepages/hugepages-%lukB", (1ul << shift) / 1024);
        if ((1ul << shift) <= LARGE_HUGE_PAGE && stat(path, &status) == 0)
            visit(1ul << shift);
    }
}

static void reserve_huge_pages(unsigned long size) {
    char path[100], count[16];
    snprintf(path, sizeof path, "/sys/kernel/mm/hugepages/hugepages-%lukB/nr_hugepages", size / 1024);
    snprintf(count, sizeof count, "%d", size < LARGE_HUGE_PAGE ? POPULATION * HUGE_PAGES : 1);
    put(path, count);
}

static char *map(void *hint, size_t length, int rights, int flags, int file) {
    return mmap(hint, length, rights, flags, file, 0);
}

static char *map_or_fail(size_t length, int rights, int flags, int file) {
    char *start = map(NULL, length, rights, flags, file);
    if (start == MAP_FAILED)
        fail("mmap");
    return start;
}

static char *anonymous(size_t pages) {
    char *start = map_or_fail(pages * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    for (size_t i = 0; i < pages; i++)
        *(unsigned long *)(start + i * page) = (unsigned long)(start + i * page);
    return start;
}

static void protected_run(int rights) {
    if (mprotect(anonymous(RUN_PAGES), RUN_PAGES * page, rights) != 0)
        fail("mprotect");
}

/* The first page is read-only where there are several. A large one goes to whoever comes first: the spinner. */
static void map_huge_pages(unsigned long size) {
    int shift = __builtin_ctzl(size), pages = size < LARGE_HUGE_PAGE ? HUGE_PAGES : 1;
    char *start = map(NULL, pages * size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | (shift << HUGE_SHIFT_FLAG), -1);
    if (start == MAP_FAILED)
        return; /* too little memory was in one piece */
    for (int i = 0; i < pages; i++)
        start[i * size] = 1;
    if (pages > 1 && mprotect(start, size, PROT_READ) != 0)
        fail("mprotect of a huge page");
}

static void map_transparent_huge_pages(void) {
    char *start = map_or_fail(THP_LENGTH, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    if (madvise(start, THP_LENGTH, MADV_HUGEPAGE) == 0)
        for (size_t at = 0; at < THP_LENGTH; at += page)
            start[at] = 1;
    else
        munmap(start, THP_LENGTH);
}

/* One mapping at every power of two: they differ in each index of each level. */
static void map_powers_of_two(void) {
    for (unsigned shift = 22; shift < 8 * sizeof(long); shift++) {
        char *start = map((void *)(1ul << shift), 2 * page, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1);
        if (start != MAP_FAILED)
            start[0] = start[page] = 1;
    }
}

static void map_patchwork(void) {
    char *start = anonymous(PATCHWORK_PAGES);
    for (size_t i = 0; i < PATCHWORK_PAGES; i++) {
        if (i % 5 == 1)
            munmap(start + i * page, page);
        else if (i % 5 == 3 && mprotect(start + i * page, page, PROT_READ) != 0)
            fail("mprotect");
    }
}

static void map_files(void) {
    int file = open("/init", O_RDONLY | O_CLOEXEC);
    if (file < 0)
        fail("/init");
    map_or_fail(20 * page, PROT_READ, MAP_PRIVATE, file);
    char *changed = map_or_fail(20 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE, file);
    changed[3 * page] = 1;
    map_or_fail(10 * page, PROT_READ | PROT_EXEC, MAP_SHARED, file);
    close(file);
}

static void *shared_by_all;

static void furnish(void) {
    each_huge_size(map_huge_pages);
    map_transparent_huge_pages();
    protected_run(PROT_READ);
    protected_run(PROT_NONE);
    protected_run(PROT_READ | PROT_EXEC);
    protected_run(PROT_READ | PROT_WRITE | PROT_EXEC);
    map_patchwork();
    map_powers_of_two();
    map_files();
    memset(shared_by_all, 1, RUN_PAGES * page);
}

static void touch_stack(void) {
    volatile char deep[64 << 10];
    for (size_t i = 0; i < sizeof deep; i += 1024)
        deep[i] = 0;
}

/* Nobody of the population ever ends by itself; when memory is short the kernel ends somebody. */
static void tell_of_death(int number) {
    int status = 0;
    pid_t pid = wait(&status);
    char line[120];
    int length = snprintf(line, sizeof line, "LAB-FAILED: mappings: process %d ended with status %x on signal %d\n",
                          (int)pid, (unsigned)status, number);
    say(line, (size_t)length);
}

static void end_turn(int number) { turn_over = number; }

static void start_turn(void) {
    const struct itimerval turn = {.it_value.tv_usec = TURN_MICROSECONDS};
    turn_over = 0;
    if (setitimer(ITIMER_REAL, &turn, NULL) != 0)
        fail("setitimer");
}

/* In user mode, and in the kernel's idle task with this process' address space still in the registers. */
static void take_turns(void) {
    for (;;) {
        start_turn();
        while (!turn_over)
            ;
        start_turn();
        while (!turn_over)
            pause();
    }
}

static void live(int role, int ready, int go) {
    char byte = 0;
    struct timespec now;
    prctl(PR_SET_NAME, roles[role]);
    if (signal(SIGALRM, end_turn) == SIG_ERR)
        fail("signal");
    furnish();
    touch_stack();
    clock_gettime(CLOCK_MONOTONIC, &now); /* its data page comes in by a fault */
    if (mlockall(MCL_CURRENT | MCL_FUTURE) != 0)
        fail("mlockall");
    if (write(ready, &byte, 1) != 1 || read(go, &byte, 1) != 1)
        fail("pipe");
    if (strcmp(roles[role], "spinner") == 0)
        take_turns();
    for (;;)
        pause();
}

static size_t read_all(const char *path, char *target, size_t limit) {
    size_t length = 0;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        fail(path);
    for (;;) {
        ssize_t count = read(file, target + length, limit - length);
        if (count < 0)
            fail(path);
        if (count == 0)
            break;
        length += (size_t)count;
    }
    close(file);
    target[length] = 0;
    return length;
}

static void print_run(unsigned long address, const uint64_t *entries, size_t count) {
    print("pages %lx %llx", address, (unsigned long long)(entries[0] >> FLAGS_SHIFT));
    for (size_t i = 0; i < count;) {
        size_t more = 0;
        while (i + more + 1 < count && entries[i + more + 1] == entries[i] + more + 1)
            more++;
        print(" %llx", (unsigned long long)(entries[i] & FRAME_MASK));
        if (more > 0)
            print("+%zx", more);
        i += more + 1;
    }
    print("\n");
}

static size_t run_length(const uint64_t *entries, size_t limit) {
    size_t count = 1, pieces = 1;
    while (count < limit && entries[count] >> FLAGS_SHIFT == entries[0] >> FLAGS_SHIFT) {
        pieces += entries[count] != entries[count - 1] + 1;
        if (pieces > FRAMES_IN_LINE)
            break;
        count++;
    }
    return count;
}

static void print_pages(int pagemap, unsigned long start, unsigned long end) {
    static uint64_t entries[ENTRIES];
    while (start < end) {
        size_t wanted = (end - start) / page < ENTRIES ? (end - start) / page : ENTRIES;
        ssize_t got = pread64(pagemap, entries, wanted * sizeof *entries, (off64_t)(start / page * sizeof *entries));
        if (got <= 0)
            return; /* the vsyscall page is none of the process' own */
        size_t count = (size_t)got / sizeof *entries;
        for (size_t i = 0; i < count;) {
            size_t length = 1;
            if (entries[i] & PRESENT) {
                length = run_length(entries + i, count - i);
                print_run(start + i * page, entries + i, length);
            }
            i += length;
        }
        start += count * page;
    }
}

static void print_process(int pid, const char *role) {
    static char maps[256 << 10];
    char path[64];
    print("process %d %s\n", pid, role);
    snprintf(path, sizeof path, "/proc/%d/maps", pid);
    read_all(path, maps, sizeof maps - 1);
    snprintf(path, sizeof path, "/proc/%d/pagemap", pid);
    int pagemap = open(path, O_RDONLY | O_CLOEXEC);
    if (pagemap < 0)
        fail(path);
    char *rest = maps, *line;
    while ((line = strsep(&rest, "\n")) != NULL) {
        unsigned long start, end;
        char rights[8], name[64] = "";
        if (sscanf(line, "%lx-%lx %7s %*s %*s %*s %63s", &start, &end, rights, name) < 3)
            continue;
        print("map %lx %lx %s %s\n", start, end, rights, name);
        print_pages(pagemap, start, end);
    }
    close(pagemap);
}

/* Segments of /proc/kcore: where the kernel has RAM, its image, and room for what it allocates. */
static void print_kernel_segments(void) {
    ElfW(Ehdr) header;
    ElfW(Phdr) segment;
    int file = open("/proc/kcore", O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return; /* not every kernel has it */
    if (pread(file, &header, sizeof header, 0) != sizeof header)
        fail("/proc/kcore");
    for (int i = 0; i < header.e_phnum; i++) {
        off_t at = (off_t)header.e_phoff + (off_t)i * header.e_phentsize;
        if (pread(file, &segment, sizeof segment, at) != sizeof segment)
            fail("/proc/kcore");
        if (segment.p_type == PT_LOAD)
            print("kcore %llx %llx %llx\n", (unsigned long long)segment.p_vaddr, (unsigned long long)segment.p_paddr,
                  (unsigned long long)segment.p_memsz);
    }
    close(file);
}

static void print_kernel_symbols(void) {
    FILE *file = fopen("/proc/kallsyms", "re");
    char line[512];
    if (file == NULL)
        fail("/proc/kallsyms");
    for (unsigned number = 0; fgets(line, sizeof line, file) != NULL; number++) {
        unsigned long long address = strtoull(line, NULL, 16);
        if (number % SYMBOL_STEP == 0 && address > page)
            print("kernel %llx\n", address);
    }
    fclose(file);
}

/* The CRC of zlib and Ethernet. */
static uint32_t checksum(const char *bytes, size_t length) {
    uint32_t sum = ~0u;
    for (size_t i = 0; i < length; i++) {
        sum ^= (unsigned char)bytes[i];
        for (int bit = 0; bit < 8; bit++)
            sum = sum >> 1 ^ (sum & 1 ? 0xedb88320u : 0);
    }
    return ~sum;
}

static void send_picture(void) {
    char line[80];
    int length = snprintf(line, sizeof line, PICTURE_MARK " %zu %x\n", used, checksum(buffer, used));
    say(line, (size_t)length);
    say(buffer, used);
    say(PICTURE_MARK "-END\n", strlen(PICTURE_MARK "-END\n"));
}

int main(void) {
    int ready[2], go[2], pids[POPULATION];
    char byte = 0;
    page = (unsigned long)sysconf(_SC_PAGESIZE);
    prepare_system();
    load_modules();
    each_huge_size(reserve_huge_pages);
    shared_by_all = map_or_fail(RUN_PAGES * page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1);
    if (pipe(ready) != 0 || pipe(go) != 0)
        fail("pipe");
    if (signal(SIGCHLD, tell_of_death) == SIG_ERR)
        fail("signal");
    for (int role = 0; role < POPULATION; role++) {
        pids[role] = fork();
        if (pids[role] < 0)
            fail("fork");
        if (pids[role] == 0)
            live(role, ready[1], go[0]);
        if (read(ready[0], &byte, 1) != 1)
            fail("pipe");
    }
    print("page %lx\n", page);
    print_kernel_segments();
    print_kernel_symbols();
    for (int role = 0; role < POPULATION; role++)
        print_process(pids[role], roles[role]);
    send_picture();
    for (int role = 0; role < POPULATION; role++)
        if (write(go[1], &byte, 1) != 1)
            fail("pipe");
    for (;;)
        pause();
}
