/*
 * A program of its own that runs a machine with KVM. Usage: vmm MIB
 *
 * The RAM comes from /vmm.pages (ram.h). The machine's processor starts where x86 processors do, at the end of the first
 * 4 GiB, in a page of ROM, and counts for ever in the four bytes at 0x500 of the RAM, once each millisecond: between two
 * counts it halts. QEMU 7.2 emulates a nested machine that never halts so that its own monitor may wait for ever.
 *
 * Tells VMM-READY when the machine has counted.
 */
#define _GNU_SOURCE
#include "ram.h"

#include <fcntl.h>
#include <linux/kvm.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#define COUNTER 0x500
#define ROM_START 0xFFFFF000ul
/* Where a processor begins: offset of F000:FFF0 in the last page below 4 GiB (Intel SDM 3A, 10.1.4). */
#define ENTRY 0xFF0

/* xor ax, ax; mov ds, ax; inc dword [0x500]; hlt; jmp to inc */
static const unsigned char CODE[] = {0x31, 0xC0, 0x8E, 0xD8, 0x66, 0xFF, 0x06, 0x00, 0x05, 0xF4, 0xEB, 0xF8};

static void add_memory(int machine, unsigned slot, unsigned flags, uint64_t physical, char *start, uint64_t bytes) {
    struct kvm_userspace_memory_region region = {.slot = slot,
                                                 .flags = flags,
                                                 .guest_phys_addr = physical,
                                                 .memory_size = bytes,
                                                 .userspace_addr = (uintptr_t)start};
    check(ioctl(machine, KVM_SET_USER_MEMORY_REGION, &region) == 0, "KVM_SET_USER_MEMORY_REGION");
}

/* Lets the machine run until it halts. */
static void run(int processor, const struct kvm_run *state) {
    check(ioctl(processor, KVM_RUN, 0) == 0, "KVM_RUN");
    check(state->exit_reason == KVM_EXIT_HLT, "the machine did not halt");
}

int main(int argc, char **argv) {
    check(argc == 2, "usage");
    unsigned long bytes = strtoul(argv[1], NULL, 10) << 20;
    char *ram = reserve(bytes);
    fill(ram, bytes, "/vmm.pages");
    char *rom = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    check(rom != MAP_FAILED, "rom");
    memcpy(rom + ENTRY, CODE, sizeof CODE);
    int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    check(kvm >= 0, "/dev/kvm");
    int machine = ioctl(kvm, KVM_CREATE_VM, 0);
    check(machine >= 0, "KVM_CREATE_VM");
    add_memory(machine, 0, 0, 0, ram, bytes);
    add_memory(machine, 1, KVM_MEM_READONLY, ROM_START, rom, PAGE);
    int processor = ioctl(machine, KVM_CREATE_VCPU, 0);
    check(processor >= 0, "KVM_CREATE_VCPU");
    int bytes_of_state = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
    check(bytes_of_state > 0, "KVM_GET_VCPU_MMAP_SIZE");
    struct kvm_run *state = mmap(NULL, bytes_of_state, PROT_READ | PROT_WRITE, MAP_SHARED, processor, 0);
    check(state != MAP_FAILED, "the processor's state");
    run(processor, state);
    printf("VMM-READY\n");
    fflush(stdout);
    for (;;) {
        run(processor, state);
        usleep(1000);
    }
}
