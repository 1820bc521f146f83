/*
 * The guest's side of the cross checks: sends what the guest's own /proc says to the host, in one go and without
 * starting any process, so that the picture holds as few transient things as possible.
 *
 * It goes out through I/O port 0xe9 (QEMU's isa-debugcon), which is clean for any byte, or on machines without ports
 * through the console, in runs of bytes that a line "LAB-BYTES LENGTH" announces, as sections
 *
 *     section NAME LENGTH\n  LENGTH bytes  \n
 *
 * NAME is a path below /, a symbolic link's content being its target. Two are made up here: run/frames gives the page
 * frames behind the planted addresses (PID ADDRESS FRAME a line, in hexadecimal but for PID, frames of 4 KiB), run/tasks-after lists
 * the tasks (PID TID a line) once more after everything was sent. The section "end" is the last.
 *
 * With --send NAME it sends its standard input as one section. Otherwise it never ends: it is meant to be process 1.
 * It allocates nothing, because its own memory map is part of the picture.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if defined(__x86_64__) || defined(__i386__)
#include <sys/io.h>
#else
#include <termios.h>
#endif
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define DEBUG_PORT 0xe9
#define CAPACITY (48u << 20)
#define FRAME 4096ul
#define HUGE_PAGE (2ul << 20)
#define LARGEST_READ (1ul << 20)
#define MARKED_PAGES 2ul
#define FRAME_MASK ((1ull << 55) - 1) /* Documentation/admin-guide/mm/pagemap.rst */

static char buffer[CAPACITY]; /* only the pages in use cost memory */
static size_t used;

struct directory_entry { /* linux_dirent64 of getdents64(2) */
    uint64_t inode;
    int64_t offset;
    unsigned short length;
    unsigned char type;
    char name[];
};

static void fail(const char *what) {
    char line[300];
    int length = snprintf(line, sizeof line, "LAB-FAILED: truth: %s: %s\n", what, strerror(errno));
    if (write(1, line, (size_t)length) < 0)
        _exit(3);
    _exit(2);
}

#if defined(__x86_64__) || defined(__i386__)
static void open_channel(void) {
    if (ioperm(DEBUG_PORT, 1, 1) != 0)
        fail("ioperm");
}

static void emit(const char *bytes, size_t length) {
    __asm__ volatile("rep outsb" : "+S"(bytes), "+c"(length) : "d"((uint16_t)DEBUG_PORT) : "memory");
}
#else
#define CONSOLE "/dev/console"
static int console = -1;

static void open_channel(void) {
    struct termios settings;
    console = open(CONSOLE, O_WRONLY | O_NOCTTY | O_CLOEXEC);
    if (console < 0 || tcgetattr(console, &settings) != 0)
        fail(CONSOLE);
    settings.c_oflag &= ~(tcflag_t)OPOST; /* a line feed would become two bytes */
    if (tcsetattr(console, TCSADRAIN, &settings) != 0)
        fail(CONSOLE);
}

static void write_all(const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t count = write(console, bytes, length);
        if (count < 0)
            fail(CONSOLE);
        bytes += count;
        length -= (size_t)count;
    }
}

static void emit(const char *bytes, size_t length) {
    char header[40];
    write_all(header, (size_t)snprintf(header, sizeof header, "\nLAB-BYTES %zu\n", length));
    write_all(bytes, length);
    write_all("\n", 1);
    if (tcdrain(console) != 0)
        fail(CONSOLE);
}
#endif

static void flush(void) {
    emit(buffer, used);
    used = 0;
}

/* Leaves room for a header in front of content whose length is known only after reading. */
#define HEADER_ROOM 320

static char *content(void) { return buffer + used + HEADER_ROOM; }

static size_t room(void) {
    if (used + 2 * HEADER_ROOM >= CAPACITY)
        fail("the picture is larger than its buffer");
    return CAPACITY - used - 2 * HEADER_ROOM;
}

static void finish_section(const char *name, size_t length) {
    char header[HEADER_ROOM];
    int header_length = snprintf(header, sizeof header, "section %s %zu\n", name, length);
    memmove(buffer + used + header_length, content(), length);
    memcpy(buffer + used, header, (size_t)header_length);
    used += (size_t)header_length + length;
    buffer[used++] = '\n';
}

static ssize_t drain(int file, char *target, size_t limit) {
    size_t length = 0;
    for (;;) {
        /* Files of /proc/sys refuse larger buffers than the kernel can allocate in one piece. */
        size_t most = limit - length < LARGEST_READ ? limit - length : LARGEST_READ;
        ssize_t count = read(file, target + length, most);
        if (count < 0)
            return errno == ESRCH || length > 0 ? (ssize_t)length : -1;
        if (count == 0)
            return (ssize_t)length;
        length += (size_t)count;
        if (length == limit)
            fail("a file is larger than the buffer");
    }
}

/* A file or link that is gone or refused has no section: the host sees that it is missing. */
static void add_file(const char *name) {
    char path[280];
    snprintf(path, sizeof path, "/%s", name);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return;
    ssize_t length = drain(file, content(), room());
    close(file);
    if (length >= 0)
        finish_section(name, (size_t)length);
}

static void add_link(const char *name) {
    char path[280];
    snprintf(path, sizeof path, "/%s", name);
    ssize_t length = readlink(path, content(), room());
    if (length >= 0)
        finish_section(name, (size_t)length);
}

/* Calls back for each entry of a folder; names starting with a digit only when numbers is set. */
static void each_entry(const char *folder, int numbers, void (*visit)(const char *folder, const char *name)) {
    char entries[8192], path[280];
    snprintf(path, sizeof path, "/%s", folder);
    int file = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0)
        return;
    for (;;) {
        long length = syscall(SYS_getdents64, file, entries, sizeof entries);
        if (length <= 0)
            break;
        for (long at = 0; at < length;) {
            struct directory_entry *entry = (struct directory_entry *)(entries + at);
            at += entry->length;
            int is_number = entry->name[0] >= '0' && entry->name[0] <= '9';
            if (entry->name[0] != '.' && (!numbers || is_number))
                visit(folder, entry->name);
        }
    }
    close(file);
}

static void add_entry_link(const char *folder, const char *name) {
    char path[280];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    add_link(path);
}

static void add_task(const char *folder, const char *tid) {
    static const char *const files[] = {"stat", "comm"};
    char path[280];
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s/%s", folder, tid, files[i]);
        add_file(path);
    }
}

static void add_entry_file(const char *folder, const char *name) {
    char path[280];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    add_file(path);
}

/* What a network namespace shows, once for each namespace: through the first process in it. */
static void add_network(const char *folder, const char *pid) {
    static const char *const files[] = {"tcp",  "tcp6",    "udp",    "udp6", "raw",     "raw6",
                                        "unix", "netlink", "packet", "dev",  "if_inet6", "fib_trie"};
    static char seen[16][64];
    static size_t namespaces;
    char path[280], name[64] = {0};
    snprintf(path, sizeof path, "/%s/%s/ns/net", folder, pid);
    if (readlink(path, name, sizeof name - 1) <= 0)
        return;
    for (size_t i = 0; i < namespaces; i++)
        if (strcmp(seen[i], name) == 0)
            return;
    if (namespaces == sizeof seen / sizeof *seen)
        fail("more network namespaces than were planned for");
    memcpy(seen[namespaces++], name, sizeof name);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s/net/%s", folder, pid, files[i]);
        add_file(path);
    }
}

static void add_process(const char *folder, const char *pid) {
    static const char *const files[] = {"stat", "status", "comm",   "cmdline",  "environ",
                                        "maps", "cgroup", "auxv", "mountinfo"};
    static const char *const links[] = {"exe", "cwd", "root"};
    char path[280];
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s/%s", folder, pid, files[i]);
        add_file(path);
    }
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        snprintf(path, sizeof path, "%s/%s/%s", folder, pid, links[i]);
        add_link(path);
    }
    snprintf(path, sizeof path, "%s/%s/fd", folder, pid);
    each_entry(path, 1, add_entry_link);
    snprintf(path, sizeof path, "%s/%s/fdinfo", folder, pid);
    each_entry(path, 1, add_entry_file);
    add_network(folder, pid);
    snprintf(path, sizeof path, "%s/%s/ns", folder, pid);
    each_entry(path, 0, add_entry_link);
    snprintf(path, sizeof path, "%s/%s/task", folder, pid);
    each_entry(path, 1, add_task);
}

static size_t printed; /* length of a section that is written line by line */

__attribute__((format(printf, 1, 2))) static void print(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    printed += (size_t)vsnprintf(content() + printed, room() - printed, format, arguments);
    va_end(arguments);
    if (printed + HEADER_ROOM > room())
        fail("a list is larger than the buffer");
}

static void finish_printed(const char *name) {
    finish_section(name, printed);
    printed = 0;
}

static void print_task(const char *folder, const char *tid) {
    print("%ld %s\n", strtol(folder + strlen("proc/"), NULL, 10), tid);
}

static void print_tasks(const char *folder, const char *pid) {
    char path[280];
    snprintf(path, sizeof path, "%s/%s/task", folder, pid);
    each_entry(path, 1, print_task);
}

static void print_frames(long pid, unsigned long address, unsigned long length) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/pagemap", pid);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return;
    const unsigned long page = (unsigned long)sysconf(_SC_PAGESIZE);
    unsigned long first = address / page;
    unsigned long pages = (address + length + page - 1) / page - first;
    for (unsigned long i = 0; i < pages; i++) {
        uint64_t entry = 0;
        if (i >= MARKED_PAGES && i * page % HUGE_PAGE != 0)
            continue;
        if (pread(file, &entry, sizeof entry, (off_t)((first + i) * sizeof entry)) != sizeof entry)
            break;
        if (entry >> 63)
            print("%ld %lx %llx\n", pid, (first + i) * page,
                  (unsigned long long)((entry & FRAME_MASK) * (page / FRAME)));
    }
    close(file);
}

/* The population writes KIND ROLE PID ADDRESS LENGTH TEXT; an address of 0 means none. */
static void add_frames(void) {
    static char planted[64 << 10];
    int file = open("/run/planted", O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return;
    ssize_t length = drain(file, planted, sizeof planted - 1);
    close(file);
    if (length < 0)
        return;
    planted[length] = 0;
    char *rest = planted, *line;
    while ((line = strsep(&rest, "\n")) != NULL) {
        long pid;
        unsigned long address, bytes;
        if (sscanf(line, "%*s %*s %ld %lx %lu", &pid, &address, &bytes) == 3 && address != 0)
            print_frames(pid, address, bytes);
    }
    finish_printed("run/frames");
}

static void add_kernel(void) {
    static const char *const files[] = {
        "proc/version", "proc/cmdline", "proc/stat", "proc/uptime", "proc/modules", "proc/iomem", "proc/meminfo",
        "proc/mounts", "proc/sys/kernel/ostype", "proc/sys/kernel/osrelease", "proc/sys/kernel/version",
        "proc/sys/kernel/hostname", "proc/sys/kernel/tainted", "proc/cpuinfo", "proc/bus/input/devices",
        "sys/kernel/vmcoreinfo", "run/planted", "run/bpf"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        add_file(files[i]);
}

/* Records of the kernel's log as /dev/kmsg gives them, one after another. */
static void add_log(void) {
    char record[8192];
    int file = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return;
    for (;;) {
        ssize_t length = read(file, record, sizeof record);
        if (length < 0 && errno == EPIPE)
            continue;
        if (length <= 0)
            break;
        print("%.*s", (int)length, record);
    }
    close(file);
    finish_printed("run/kmsg");
}

static void send_input(const char *name) {
    ssize_t length = drain(0, content(), room());
    if (length < 0)
        fail(name);
    finish_section(name, (size_t)length);
    flush();
}

static void touch_stack(void) {
    volatile char deep[128 << 10];
    for (size_t i = 0; i < sizeof deep; i += FRAME)
        deep[i] = 0;
}

int main(int count, char **arguments) {
    const struct timespec settle = {.tv_sec = 1};
    open_channel();
    if (count == 3 && strcmp(arguments[1], "--send") == 0) {
        send_input(arguments[2]);
        return 0;
    }
    touch_stack();
    nanosleep(&settle, NULL);
    each_entry("proc", 1, add_process);
    add_frames();
    add_kernel();
    add_log();
    flush();
    each_entry("proc", 1, print_tasks);
    finish_printed("run/tasks-after");
    finish_section("end", 0);
    flush();
    if (write(1, "LAB-READY\n", 10) < 0)
        fail("console");
    for (;;)
        pause();
}
