/*
 * The population of a lab guest: processes with known names, threads, mappings, files, sockets, credentials, states and
 * memory contents, each chosen because some reader of kernel memory gets it wrong. What was planted goes to
 * /run/planted, a line each:
 *
 *     KIND ROLE PID ADDRESS LENGTH TEXT
 *
 * KIND is "text" (TEXT stands at ADDRESS), "region" (a mapping with a purpose), "counter" (a 64-bit number that grows)
 * or "fact" (TEXT is KEY=VALUE, ADDRESS 0).
 *
 * Usage: population WORKERS. Ends when every role has reported that it is in place; each role runs on as an orphan.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/fsuid.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define FOLDER "/srv/population"
#ifdef __aarch64__
#define PAGE 16384ul /* a multiple of a page, whichever of 4 and 16 KiB the kernel has */
#else
#define PAGE 4096ul
#endif
/* Fixed addresses, above where the kernel may put the heap of a program at a fixed address (up to 1 GiB behind it, on
 * 32-bit machines 32 MiB), and as far apart as the address space allows. */
#if __SIZEOF_POINTER__ == 8
#define PLACE(number) (number##ul << 24)
#else
#define PLACE(number) (number##ul << 20)
#endif
#define MARK PLACE(0x510)
#define COUNTER PLACE(0x511)
#define SHARED PLACE(0x512)
#define PRIVATE_FILE PLACE(0x513)
#define ODD_FILE PLACE(0x514)
#define GONE_FILE PLACE(0x515)
#define OTHER_MOUNT PLACE(0x516)
#define MEMFD PLACE(0x517)
#define SYSTEM_V PLACE(0x518)
#define WALL PLACE(0x519)
#define CODE PLACE(0x51a)
#define QUILT PLACE(0x520)
#define QUILT_PAGES 600
#define HUGE PLACE(0x540)
#define HUGE_LENGTH (8ul << 20)
#define WORKER_LENGTH (1ul << 20)
#define READY_FD 3

static const char *role = "launcher";

/* Process id as the first pid namespace sees it: /proc was mounted there. */
static int global_pid(void) {
    char text[16] = {0};
    return readlink("/proc/self", text, sizeof text - 1) > 0 ? atoi(text) : -1;
}

static void plant(const char *kind, unsigned long address, unsigned long length, const char *format, ...) {
    char line[512];
    int size = snprintf(line, sizeof line, "%s %s %d %lx %lu ", kind, role, global_pid(), address, length);
    va_list arguments;
    va_start(arguments, format);
    size += vsnprintf(line + size, sizeof line - (size_t)size - 1, format, arguments);
    va_end(arguments);
    line[size++] = '\n';
    int file = open("/run/planted", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (file < 0 || write(file, line, (size_t)size) != size)
        abort();
    close(file);
}

static void check(int good, const char *what) {
    if (!good) {
        printf("LAB-FAILED: %s: %s: %s\n", role, what, strerror(errno));
        fflush(stdout);
        if (write(READY_FD, "!", 1) < 0) /* the launcher waits for a byte; in the launcher itself there is nobody to tell */
            _exit(2);
        _exit(1);
    }
}

static void in_place(void) {
    if (write(READY_FD, "+", 1) != 1)
        _exit(1);
    close(READY_FD);
}

static void stay(void) {
    for (;;)
        pause();
}

static char *map(unsigned long address, unsigned long length, int protection, int flags, int file) {
    char *bytes = mmap((void *)address, length, protection, flags | MAP_FIXED_NOREPLACE, file, 0);
    check(bytes != MAP_FAILED, "mmap");
    return bytes;
}

static void put(unsigned long address, const char *format, ...) {
    char text[128];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    memcpy((void *)address, text, (size_t)length + 1);
    plant("text", address, (unsigned long)length, "%s", text);
}

/* Two pages of numbers with a text at the start and one across the boundary. */
static void put_marks(void) {
    char *bytes = map(MARK, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    for (unsigned long i = 0; i < 2 * PAGE; i += sizeof(uint64_t)) {
        uint64_t value = 0x6d61726b00000000ull + i;
        memcpy(bytes + i, &value, sizeof value);
    }
    put(MARK, "mark of %s in process %d", role, global_pid());
    put(MARK + PAGE - 11, "over the border of two pages, %s", role);
}

static void write_file(const char *path, int lines) {
    FILE *file = fopen(path, "w");
    check(file != NULL, path);
    for (int i = 0; i < lines; i++)
        fprintf(file, "line %010d\n", i);
    check(fclose(file) == 0, path);
}

/* ---- roles ---- */

static void start_thread(void *(*body)(void *), void *argument) {
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 64 << 10);
    check(pthread_create(&thread, &attributes, body, argument) == 0, "pthread_create");
}

static pthread_barrier_t woven;

static void *weave(void *name) {
    prctl(PR_SET_NAME, name);
    plant("fact", 0, 0, "thread=%ld:%s", (long)syscall(SYS_gettid), (char *)name);
    pthread_barrier_wait(&woven);
    stay();
    return NULL;
}

/* Threads with names of their own, one of them as long as names get. */
static void weaver(void) {
    static char *const names[] = {"warp", "weft", "shuttle 3", "fifteen-letters"};
    pthread_barrier_init(&woven, NULL, 5);
    for (size_t i = 0; i < 4; i++)
        start_thread(weave, names[i]);
    pthread_barrier_wait(&woven);
}

/* Every kind of mapping that maps shows in a way of its own. */
static void mapper(void) {
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
static void quilter(void) {
    map(QUILT, QUILT_PAGES * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    for (unsigned long i = 0; i < QUILT_PAGES; i += 2)
        check(mprotect((void *)(QUILT + i * PAGE), PAGE, PROT_READ | PROT_WRITE) == 0, "mprotect");
    plant("region", QUILT, QUILT_PAGES * PAGE, "quilt:%d", QUILT_PAGES);
}

/* Memory in 2 MiB pages where the kernel grants them, each 4 KiB of it holding its own offset. */
static void giant(void) {
    char *bytes = map(HUGE, HUGE_LENGTH, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    madvise(bytes, HUGE_LENGTH, MADV_HUGEPAGE);
    for (uint64_t i = 0; i < HUGE_LENGTH; i += PAGE)
        memcpy(bytes + i, &i, sizeof i);
    plant("region", HUGE, HUGE_LENGTH, "offsets");
}

static struct sockaddr_in loopback(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static int bound(int type, int port) {
    struct sockaddr_in address = loopback(port);
    int end = socket(AF_INET, type, 0);
    check(end >= 0 && bind(end, (struct sockaddr *)&address, sizeof address) == 0, "bind");
    return end;
}

/* Open files of every kind. */
static void plumber(void) {
    int pipe_ends[2];
    check(pipe(pipe_ends) == 0, "pipe");
    int file = open("/srv/plumber.txt", O_RDWR | O_CREAT, 0640);
    check(file >= 0 && write(file, "wrench\n", 7) == 7, "write");
    struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "/run/plumber.sock"};
    int local = socket(AF_UNIX, SOCK_STREAM, 0);
    check(local >= 0 && bind(local, (struct sockaddr *)&name, sizeof name) == 0 && listen(local, 4) == 0, "unix");
    int server = bound(SOCK_STREAM, 4100);
    check(listen(server, 7) == 0, "listen");
    struct sockaddr_in address = loopback(4100);
    int client = socket(AF_INET, SOCK_STREAM, 0);
    check(client >= 0 && connect(client, (struct sockaddr *)&address, sizeof address) == 0, "connect");
    int accepted = accept(server, NULL, NULL);
    check(accepted >= 0, "accept");
    int datagrams = bound(SOCK_DGRAM, 4200);
    plant("fact", 0, 0, "files=pipe:%d,%d file:%d unix:%d tcp:%d,%d,%d udp:%d", pipe_ends[0], pipe_ends[1], file,
          local, server, client, accepted, datagrams);
}

/* Real, effective and saved ids all differ; and a child that nobody waits for. */
static void tenant(void) {
    const gid_t groups[] = {2010, 2020};
    pid_t child = fork();
    check(child >= 0, "fork");
    if (child == 0) {
        prctl(PR_SET_NAME, "tenant-zombie");
        _exit(7);
    }
    siginfo_t information;
    check(waitid(P_PID, (id_t)child, &information, WEXITED | WNOWAIT) == 0, "waitid");
    plant("fact", 0, 0, "zombie=%d", (int)child);
    check(setgroups(2, groups) == 0 && setresgid(2001, 2002, 2003) == 0, "setresgid");
    check(setresuid(1001, 1002, 1003) == 0, "setresuid");
}

/* Namespaces of its own, and in them a process that believes to be the first. */
static void hermit(void) {
    check(unshare(CLONE_NEWUTS | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC) == 0, "unshare");
    check(sethostname("hermitage", 9) == 0, "sethostname");
    int reported[2];
    char byte;
    check(pipe(reported) == 0, "pipe");
    pid_t child = fork();
    check(child >= 0, "fork");
    if (child == 0) {
        role = "hermit-inner";
        prctl(PR_SET_NAME, role);
        check(munmap((void *)MARK, 2 * PAGE) == 0, "munmap");
        put_marks();
        check(mount("cell of hermit", "/mnt/other", "tmpfs", MS_NOEXEC, "size=1m") == 0, "mount");
        struct sockaddr_in door = {.sin_family = AF_INET, .sin_port = htons(4300)};
        int knock = socket(AF_INET, SOCK_STREAM, 0);
        check(knock >= 0 && bind(knock, (struct sockaddr *)&door, sizeof door) == 0 && listen(knock, 1) == 0, "door");
        plant("fact", 0, 0, "inner-pid=%d", (int)getpid());
        close(READY_FD);
        check(write(reported[1], "+", 1) == 1, "write");
        stay();
    }
    check(read(reported[0], &byte, 1) == 1, "read");
}

/* A number that grows a hundred times a second. */
static void ticker(void) {
    volatile uint64_t *count = (uint64_t *)map(COUNTER, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    *count = 1;
    plant("counter", COUNTER, sizeof *count, "ticks");
    in_place();
    for (;;) {
        usleep(10000);
        (*count)++;
    }
}

/* A name made to mislead readers of stat. */
static void oddname(void) { prctl(PR_SET_NAME, "odd) S 1 (name"); }

/* Its own program file is gone. */
static void ghost(void) { check(unlink(FOLDER "/ghost") == 0, "unlink"); }

/* Works in a folder that is gone. */
static void nomad(void) {
    check(mkdir("/srv/camp", 0755) == 0 && chdir("/srv/camp") == 0 && rmdir("/srv/camp") == 0, "camp");
}

/* Writes over its own arguments, as some servers do to show their state. */
static char *own_arguments;
static void painter(void) {
    size_t length = strlen(own_arguments);
    memset(own_arguments, 0, length);
    memcpy(own_arguments, "idle", 4);
}

static void *inherit(void *unused) {
    char path[64], text[256];
    prctl(PR_SET_NAME, "heir");
    snprintf(path, sizeof path, "/proc/self/stat");
    for (;;) { /* report when the leader is a zombie, and not before */
        int file = open(path, O_RDONLY);
        ssize_t length = read(file, text, sizeof text - 1);
        close(file);
        text[length > 0 ? length : 0] = 0;
        char *state = strrchr(text, ')');
        if (state != NULL && state[2] == 'Z')
            break;
        sched_yield();
    }
    in_place();
    stay();
    return unused;
}

/* Its first thread has ended, another lives on. */
static void headless(void) {
    start_thread(inherit, NULL);
    pthread_exit(NULL);
}

/* Stopped by a signal. */
static void statue(void) {
    in_place();
    raise(SIGSTOP);
    stay();
}

/* Open files of every other kind. */
static void archivist(void) {
    const int high = 700; /* beyond what the first descriptor table holds */
    uint64_t sum = 5;
    int event = eventfd(3, EFD_CLOEXEC), poll = epoll_create1(0), timer = timerfd_create(CLOCK_MONOTONIC, 0);
    check(event >= 0 && poll >= 0 && timer >= 0 && write(event, &sum, sizeof sum) == sizeof sum, "eventfd");
    struct epoll_event interest = {.events = EPOLLIN, .data.fd = event};
    check(epoll_ctl(poll, EPOLL_CTL_ADD, event, &interest) == 0, "epoll_ctl");
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGUSR1);
    check(signalfd(-1, &signals, SFD_NONBLOCK) >= 0 && inotify_init1(0) >= 0, "signalfd");
    check(syscall(SYS_memfd_create, "scroll", 1) >= 0, "memfd_create");
    check(syscall(SYS_pidfd_open, getpid(), 0) >= 0, "pidfd_open");
    int gone = open("/srv/archive-gone.txt", O_RDWR | O_CREAT | O_TRUNC, 0600);
    check(gone >= 0 && write(gone, "lost\n", 5) == 5 && unlink("/srv/archive-gone.txt") == 0, "gone");
    int ledger = open("/srv/ledger.txt", O_RDONLY);
    check(ledger >= 0 && lseek(ledger, 123456, SEEK_SET) == 123456, "lseek");
    check(open("/srv/archive-log.txt", O_WRONLY | O_CREAT | O_APPEND | O_SYNC, 0600) >= 0, "log");
    check(open("/srv", O_RDONLY | O_DIRECTORY) >= 0 && open("/srv/ledger.txt", O_PATH) >= 0, "O_PATH");
    check(symlink("ledger.txt", "/srv/archive-link") == 0, "symlink");
    check(open("/srv/archive-link", O_PATH | O_NOFOLLOW) >= 0, "link");
    check(mkfifo("/srv/archive-fifo", 0600) == 0 && open("/srv/archive-fifo", O_RDWR) >= 0, "fifo");
    check(open("/dev/null", O_WRONLY) >= 0 && open("/mnt/other/a/b/deep.txt", O_RDONLY) >= 0, "null");
    check(open("/proc/self/ns/net", O_RDONLY) >= 0 && open("/proc/self/ns/uts", O_RDONLY) >= 0, "ns");
    check(open("/proc/self/status", O_RDONLY) >= 0 && open("/srv/odd name (1)\nsecond line.txt", O_RDONLY) >= 0, "odd");
    check(dup3(ledger, high, O_CLOEXEC) == high, "dup3");
}

static int connected(int family, struct sockaddr *address, socklen_t length, int *accepted) {
    int server = socket(family, SOCK_STREAM, 0), client = socket(family, SOCK_STREAM, 0);
    check(server >= 0 && bind(server, address, length) == 0 && listen(server, 3) == 0, "listen");
    check(connect(client, address, length) == 0, "connect");
    *accepted = accept(server, NULL, NULL);
    check(*accepted >= 0, "accept");
    return client;
}

static struct sockaddr_in6 any6(int port) {
    return (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
}

/* Sockets of every family and state. */
static void operator(void) {
    int accepted, pair[2];
    struct sockaddr_in6 inner = any6(4401), outer = any6(4402);
    inner.sin6_addr = in6addr_loopback;
    check(connected(AF_INET6, (struct sockaddr *)&inner, sizeof inner, &accepted) >= 0, "tcp6");
    int both = socket(AF_INET6, SOCK_STREAM, 0), caller = socket(AF_INET, SOCK_STREAM, 0);
    check(both >= 0 && bind(both, (struct sockaddr *)&outer, sizeof outer) == 0 && listen(both, 9) == 0, "tcp46");
    struct sockaddr_in address = loopback(4402); /* an IPv4 address inside IPv6 */
    check(connect(caller, (struct sockaddr *)&address, sizeof address) == 0, "connect");
    address = loopback(4403); /* TIME_WAIT: who closes first waits */
    int first = connected(AF_INET, (struct sockaddr *)&address, sizeof address, &accepted);
    check(close(first) == 0 && read(accepted, &first, 1) == 0 && close(accepted) == 0, "time wait");
    address = loopback(4404); /* FIN_WAIT2 here, CLOSE_WAIT there */
    check(shutdown(connected(AF_INET, (struct sockaddr *)&address, sizeof address, &accepted), SHUT_WR) == 0, "fin");
    address.sin_addr.s_addr = inet_addr("192.0.2.99"); /* nobody answers behind the dummy interface */
    int waiting = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    check(waiting >= 0 && connect(waiting, (struct sockaddr *)&address, sizeof address) < 0, "syn sent");
    check(socket(AF_INET, SOCK_STREAM, 0) >= 0, "unbound");
    struct sockaddr_in6 datagrams = any6(4500);
    int udp6 = socket(AF_INET6, SOCK_DGRAM, 0), udp = bound(SOCK_DGRAM, 4501);
    check(udp6 >= 0 && bind(udp6, (struct sockaddr *)&datagrams, sizeof datagrams) == 0, "udp6");
    address = loopback(4200);
    check(connect(udp, (struct sockaddr *)&address, sizeof address) == 0, "udp");
    check(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) >= 0 && socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6) >= 0, "raw");
    check(setfsuid(1234) == 0 && bound(SOCK_STREAM, 4405) >= 0, "bound only");
    int owned = bound(SOCK_STREAM, 4406);
    check(listen(owned, 2) == 0, "owned");
    setfsuid(0);
    struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "\0lab.abstract"};
    int hidden = socket(AF_UNIX, SOCK_DGRAM, 0);
    check(bind(hidden, (struct sockaddr *)&name, offsetof(struct sockaddr_un, sun_path) + 13) == 0, "abstract");
    check(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == 0 && socket(AF_UNIX, SOCK_STREAM, 0) >= 0, "socketpair");
    struct sockaddr_un known = {.sun_family = AF_UNIX, .sun_path = "/run/operator.sock"};
    check(connected(AF_UNIX, (struct sockaddr *)&known, sizeof known, &accepted) >= 0, "unix");
    struct sockaddr_nl link = {.nl_family = AF_NETLINK, .nl_groups = 0x11};
    int routes = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), events = socket(AF_NETLINK, SOCK_DGRAM, NETLINK_GENERIC);
    check(routes >= 0 && events >= 0 && bind(routes, (struct sockaddr *)&link, sizeof link) == 0, "netlink");
    struct sockaddr_ll wire = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ARP), .sll_ifindex = 1};
    int packets = socket(AF_PACKET, SOCK_RAW, 0);
    check(packets >= 0 && bind(packets, (struct sockaddr *)&wire, sizeof wire) == 0, "packet");
    check(socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_ALL)) >= 0, "packet all");
}

/* Few capabilities, each set another. */
static void frugal(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct sets[2] = {{.effective = 1u << CAP_CHOWN, .permitted = 1u << CAP_CHOWN | 1u << CAP_KILL,
                                              .inheritable = 1u << CAP_KILL}};
    check(prctl(PR_CAPBSET_DROP, CAP_SYS_BOOT, 0, 0, 0) == 0, "capbset");
    check(syscall(SYS_capset, &header, sets) == 0, "capset");
    check(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 0, 0) == 0, "ambient");
}

/* A member of a group of its own, in a time, cgroup and user namespace of its own. */
static void settler(void) {
    check(mkdir("/sys/fs/cgroup/colony", 0755) == 0 && mkdir("/sys/fs/cgroup/colony/first house", 0755) == 0, "cgroup");
    int file = open("/sys/fs/cgroup/colony/first house/cgroup.procs", O_WRONLY);
    check(file >= 0 && write(file, "0", 1) == 1 && close(file) == 0, "cgroup.procs");
    check(unshare(CLONE_NEWUSER) == 0, "unshare");
}

/* A root of its own. */
static void prisoner(void) { check(chroot("/mnt/other") == 0 && chdir("/a/b") == 0, "chroot"); }

static void nothing_more(void) {}

static const struct {
    const char *name;
    void (*play)(void);
} roles[] = {{"weaver", weaver},   {"mapper", mapper},     {"quilter", quilter}, {"giant", giant},
             {"plumber", plumber}, {"tenant", tenant},     {"hermit", hermit},   {"ticker", ticker},
             {"oddname", oddname}, {"ghost", ghost},       {"nomad", nomad},     {"painter", painter},
             {"headless", headless}, {"statue", statue},   {"orator", nothing_more},
             {"archivist", archivist}, {"operator", operator}, {"frugal", frugal}, {"settler", settler},
             {"prisoner", prisoner}};

#define ROLES (sizeof roles / sizeof *roles)

/* One megabyte of numbers that anybody can compute again: xorshift64 from a seed that goes by the worker's number. */
static void work(int number) {
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

/* ---- the launcher ---- */

#define LONG_WORD 3000
#define LONG_WORDS 6

/* Starts a role under a program file of its own, so that the kernel names it. */
static void become(size_t number) {
    static char path[64], option[64], secret[64], words[LONG_WORDS][LONG_WORD];
    char *arguments[LONG_WORDS + 5] = {path, "--as", option, "two words", NULL};
    char *environment[LONG_WORDS + 4] = {secret, "HOME=/", "EMPTY=", NULL};
    snprintf(path, sizeof path, FOLDER "/%s", roles[number].name);
    snprintf(option, sizeof option, "%s", roles[number].name);
    snprintf(secret, sizeof secret, "SECRET=%s-%zu", roles[number].name, 7000 + number);
    if (strcmp(roles[number].name, "orator") == 0) { /* arguments and environment of several pages */
        for (int i = 0; i < LONG_WORDS; i++) {
            memset(words[i], 'a' + i, LONG_WORD - 1);
            memcpy(words[i], "WORD=", 5);
            arguments[4 + i] = words[i];
            environment[3 + i] = words[i];
        }
    }
    execve(path, arguments, environment);
    check(0, "execve");
}

static void play(const char *name, char *first_argument) {
    own_arguments = first_argument;
    role = name;
    for (size_t i = 0; i < ROLES; i++) {
        if (strcmp(roles[i].name, name) == 0) {
            put_marks();
            roles[i].play();
            in_place();
            stay();
        }
    }
    check(0, "no such role");
}

static void prepare(void) {
    mkdir("/srv", 0755);
    check(mkdir(FOLDER, 0755) == 0, FOLDER);
    for (size_t i = 0; i < ROLES; i++) {
        char path[64];
        snprintf(path, sizeof path, FOLDER "/%s", roles[i].name);
        check(link("/bin/population", path) == 0, path);
    }
    write_file("/srv/ledger.txt", (int)PAGE);
    write_file("/srv/odd name (1)\nsecond line.txt", 1);
    write_file("/srv/soon-gone.txt", 1);
    check(mkdir("/mnt/other/a", 0755) == 0 && mkdir("/mnt/other/a/b", 0755) == 0, "/mnt/other");
    write_file("/mnt/other/a/b/deep.txt", 1);
    int planted = open("/run/planted", O_WRONLY | O_CREAT, 0666);
    check(planted >= 0 && fchmod(planted, 0666) == 0 && close(planted) == 0, "/run/planted");
}

/* One at a time, so that pids follow the order of the roles. */
static void launch(int reports, int report_end, void (*start)(size_t), size_t number) {
    char byte;
    pid_t child = fork();
    check(child >= 0, "fork");
    if (child == 0) {
        close(reports);
        check(dup2(report_end, READY_FD) == READY_FD, "dup2");
        if (report_end != READY_FD)
            close(report_end);
        start(number);
    }
    check(read(reports, &byte, 1) == 1, "read");
    if (byte != '+')
        exit(1);
}

static void start_worker(size_t number) { work((int)number); }

int main(int count, char **arguments) {
    if (count > 2 && strcmp(arguments[1], "--as") == 0)
        play(arguments[2], arguments[0]);
    int workers = count > 1 ? atoi(arguments[1]) : 0;
    int reports[2];
    prepare();
    check(pipe(reports) == 0, "pipe");
    int in = fcntl(reports[0], F_DUPFD_CLOEXEC, 10), out = fcntl(reports[1], F_DUPFD_CLOEXEC, 10);
    check(in >= 0 && out >= 0 && close(reports[0]) == 0 && close(reports[1]) == 0, "fcntl");
    for (size_t i = 0; i < ROLES; i++)
        launch(in, out, become, i);
    for (int i = 0; i < workers; i++)
        launch(in, out, start_worker, (size_t)i);
    printf("LAB-POPULATION %zu roles, %d workers\n", ROLES, workers);
    return 0;
}
