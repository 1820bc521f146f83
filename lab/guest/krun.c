/*
 * Runs a machine with libkrun, a library of others that uses KVM. Usage: krun MIB LOG WORDS
 *
 * The machine starts /inner.kernel with /inner.cpio.gz and WORDS as its command line, and writes its serial line to LOG.
 * Source of the calls: libkrun's include/libkrun.h.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* KRUN_KERNEL_FORMAT_ELF */
#define ELF 1

typedef int32_t make(void);
typedef int32_t set(uint32_t machine);
typedef int32_t set_size(uint32_t machine, uint8_t processors, uint32_t mebibytes);
typedef int32_t set_serial(uint32_t machine, int in, int out);
typedef int32_t set_kernel(uint32_t machine, const char *kernel, uint32_t format, const char *initramfs, const char *words);

static void *library;

static void *call(const char *name) {
    void *found = dlsym(library, name);
    if (found == NULL) {
        printf("LAB-FAILED: %s\n", dlerror());
        exit(1);
    }
    return found;
}

static int32_t check(int32_t result, const char *what) {
    if (result < 0) {
        printf("LAB-FAILED: %s: %d\n", what, result);
        exit(1);
    }
    return result;
}

int main(int argc, char **argv) {
    check(argc == 4 ? 0 : -1, "usage");
    library = dlopen("libkrun.so.1", RTLD_NOW);
    if (library == NULL) {
        printf("LAB-FAILED: %s\n", dlerror());
        return 1;
    }
    uint32_t machine = check(((make *)call("krun_create_ctx"))(), "krun_create_ctx");
    uint32_t mebibytes = strtoul(argv[1], NULL, 10);
    check(((set_size *)call("krun_set_vm_config"))(machine, 1, mebibytes), "krun_set_vm_config");
    check(((set *)call("krun_disable_implicit_console"))(machine), "krun_disable_implicit_console");
    check(((set *)call("krun_disable_implicit_vsock"))(machine), "krun_disable_implicit_vsock");
    int in = check(open("/dev/null", O_RDONLY), "/dev/null");
    int out = check(open(argv[2], O_WRONLY | O_CREAT | O_TRUNC, 0644), argv[2]);
    check(((set_serial *)call("krun_add_serial_console_default"))(machine, in, out), "krun_add_serial_console_default");
    check(((set_kernel *)call("krun_set_kernel"))(machine, "/inner.kernel", ELF, "/inner.cpio.gz", argv[3]),
          "krun_set_kernel");
    /* Returns when it fails only. */
    check(((set *)call("krun_start_enter"))(machine), "krun_start_enter");
    return 1;
}
