/* Roles with credentials, namespaces and roots of their own. */
#include "population.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Real, effective and saved ids all differ; and a child that nobody waits for. */
void tenant(void) {
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
void hermit(void) {
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

/* Few capabilities, each set another. */
void frugal(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct sets[2] = {{.effective = 1u << CAP_CHOWN, .permitted = 1u << CAP_CHOWN | 1u << CAP_KILL,
                                              .inheritable = 1u << CAP_KILL}};
    check(prctl(PR_CAPBSET_DROP, CAP_SYS_BOOT, 0, 0, 0) == 0, "capbset");
    check(syscall(SYS_capset, &header, sets) == 0, "capset");
    check(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 0, 0) == 0, "ambient");
}

/* A member of a group of its own, in a time, cgroup and user namespace of its own. */
void settler(void) {
    check(mkdir("/sys/fs/cgroup/colony", 0755) == 0 && mkdir("/sys/fs/cgroup/colony/first house", 0755) == 0, "cgroup");
    int file = open("/sys/fs/cgroup/colony/first house/cgroup.procs", O_WRONLY);
    check(file >= 0 && write(file, "0", 1) == 1 && close(file) == 0, "cgroup.procs");
    check(unshare(CLONE_NEWUSER) == 0, "unshare");
}

/* A root of its own. */
void prisoner(void) { check(chroot("/mnt/other") == 0 && chdir("/a/b") == 0, "chroot"); }
