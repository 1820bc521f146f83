/* Roles with open files. */
#include "population.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

/* Open files of every kind. */
void plumber(void) {
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

/* Open files of every other kind. */
void archivist(void) {
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
