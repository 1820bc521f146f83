/*
 * Holds the RAM of a machine as a program that uses KVM does. Usage: holder anonymous|memfd|kvm IMAGE
 *
 * The RAM is a mapping of the image's size with the image in it: anonymous, or of a memfd. With "kvm" it is anonymous too,
 * and the RAM of a virtual machine with one processor, which never runs. Tells HOLDER-READY, or HOLDER-FAILED and why, and
 * ends when its standard input does.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define ALIGNMENT (2ul << 20)

static void check(int good, const char *what) {
    if (good)
        return;
    printf("HOLDER-FAILED %s: %s\n", what, strerror(errno));
    exit(1);
}

static void make_machine(char *ram, unsigned long bytes) {
    int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    check(kvm >= 0, "/dev/kvm");
    int machine = ioctl(kvm, KVM_CREATE_VM, 0);
    check(machine >= 0, "KVM_CREATE_VM");
    struct kvm_userspace_memory_region region = {
        .slot = 0, .guest_phys_addr = 0, .memory_size = bytes, .userspace_addr = (uintptr_t)ram};
    check(ioctl(machine, KVM_SET_USER_MEMORY_REGION, &region) == 0, "KVM_SET_USER_MEMORY_REGION");
    check(ioctl(machine, KVM_CREATE_VCPU, 0) >= 0, "KVM_CREATE_VCPU");
}

int main(int argc, char **argv) {
    check(argc == 3, "usage");
    int image = open(argv[2], O_RDONLY | O_CLOEXEC);
    struct stat status;
    check(image >= 0 && fstat(image, &status) == 0, argv[2]);
    unsigned long bytes = status.st_size;
    char *start = mmap(NULL, bytes + 2 * ALIGNMENT, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    check(start != MAP_FAILED, "reserve");
    start = (char *)(((uintptr_t)start + ALIGNMENT - 1) & -ALIGNMENT);
    int shared = -1;
    if (strcmp(argv[1], "memfd") == 0) {
        shared = memfd_create("guest-ram", MFD_CLOEXEC);
        check(shared >= 0 && ftruncate(shared, bytes) == 0, "memfd");
    }
    int flags = MAP_FIXED | (shared < 0 ? MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE : MAP_SHARED);
    check(mmap(start, bytes, PROT_READ | PROT_WRITE, flags, shared, 0) != MAP_FAILED, "map");
    for (unsigned long done = 0; done < bytes;) {
        ssize_t got = read(image, start + done, bytes - done);
        check(got > 0, "read");
        done += got;
    }
    if (strcmp(argv[1], "kvm") == 0)
        make_machine(start, bytes);
    printf("HOLDER-READY\n");
    fflush(stdout);
    char byte;
    while (read(0, &byte, 1) > 0) {
    }
    return 0;
}
