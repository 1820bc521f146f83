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
#include "population.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
