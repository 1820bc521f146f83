/* Roles whose threads, names, arguments and states are of note. */
#include "population.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_barrier_t woven;

static void *weave(void *name) {
    prctl(PR_SET_NAME, name);
    plant("fact", 0, 0, "thread=%ld:%s", (long)syscall(SYS_gettid), (char *)name);
    pthread_barrier_wait(&woven);
    stay();
    return NULL;
}

/* Threads with names of their own, one of them as long as names get. */
void weaver(void) {
    static char *const names[] = {"warp", "weft", "shuttle 3", "fifteen-letters"};
    pthread_barrier_init(&woven, NULL, 5);
    for (size_t i = 0; i < 4; i++)
        start_thread(weave, names[i]);
    pthread_barrier_wait(&woven);
}

/* A name made to mislead readers of stat. */
void oddname(void) { prctl(PR_SET_NAME, "odd) S 1 (name"); }

/* Its own program file is gone. */
void ghost(void) { check(unlink(FOLDER "/ghost") == 0, "unlink"); }

/* Works in a folder that is gone. */
void nomad(void) {
    check(mkdir("/srv/camp", 0755) == 0 && chdir("/srv/camp") == 0 && rmdir("/srv/camp") == 0, "camp");
}

/* Writes over its own arguments, as some servers do to show their state. */
char *own_arguments;
void painter(void) {
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
void headless(void) {
    start_thread(inherit, NULL);
    pthread_exit(NULL);
}

/* Stopped by a signal. */
void statue(void) {
    in_place();
    raise(SIGSTOP);
    stay();
}
