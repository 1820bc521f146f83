/*
 * Loads two programs and two maps into the kernel's virtual machine, keeps them, and writes what the kernel says of all
 * programs and maps to /run/bpf, a line each:
 *
 *     program ID TYPE TAG JITED LOADED UID NAME MAPS
 *     map ID TYPE KEY VALUE ENTRIES NAME
 *
 * TYPE is a number, LOADED nanoseconds since boot, MAPS ids with commas, "-" stands for nothing. On kernels without the
 * system call it writes nothing and ends.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MOST_MAPS 8

static int bpf(int command, union bpf_attr *attributes) {
    return (int)syscall(SYS_bpf, command, attributes, sizeof *attributes);
}

static void check(int result, const char *what) {
    if (result < 0) {
        printf("LAB-FAILED: bpf: %s: %s\n", what, strerror(errno));
        exit(1);
    }
}

static int new_map(uint32_t type, uint32_t key, uint32_t value, uint32_t entries, const char *name) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.map_type = type;
    attributes.key_size = key;
    attributes.value_size = value;
    attributes.max_entries = entries;
    strncpy(attributes.map_name, name, sizeof attributes.map_name - 1);
    return bpf(BPF_MAP_CREATE, &attributes);
}

static int new_program(uint32_t type, const struct bpf_insn *code, size_t length, const char *name) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.prog_type = type;
    attributes.insns = (uintptr_t)code;
    attributes.insn_cnt = (uint32_t)length;
    attributes.license = (uintptr_t) "GPL";
    strncpy(attributes.prog_name, name, sizeof attributes.prog_name - 1);
    return bpf(BPF_PROG_LOAD, &attributes);
}

static void information(int command, uint32_t id, void *target, uint32_t length) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.prog_id = id; /* the same place as map_id */
    int object = bpf(command, &attributes);
    check(object, "object by id");
    memset(&attributes, 0, sizeof attributes);
    attributes.info.bpf_fd = (uint32_t)object;
    attributes.info.info_len = length;
    attributes.info.info = (uintptr_t)target;
    check(bpf(BPF_OBJ_GET_INFO_BY_FD, &attributes), "information");
    close(object);
}

static const char *named(const char *name) { return *name == 0 ? "-" : name; }

static void print_program(FILE *out, uint32_t id) {
    uint32_t maps[MOST_MAPS];
    struct bpf_prog_info info;
    memset(&info, 0, sizeof info);
    info.nr_map_ids = MOST_MAPS;
    info.map_ids = (uintptr_t)maps;
    information(BPF_PROG_GET_FD_BY_ID, id, &info, sizeof info);
    fprintf(out, "program %u %u ", info.id, info.type);
    for (int i = 0; i < BPF_TAG_SIZE; i++)
        fprintf(out, "%02x", info.tag[i]);
    fprintf(out, " %u %llu %u %s ", info.jited_prog_len, (unsigned long long)info.load_time, info.created_by_uid,
            named(info.name));
    for (uint32_t i = 0; i < info.nr_map_ids; i++)
        fprintf(out, "%s%u", i == 0 ? "" : ",", maps[i]);
    fprintf(out, "%s\n", info.nr_map_ids == 0 ? "-" : "");
}

static void print_map(FILE *out, uint32_t id) {
    struct bpf_map_info info;
    memset(&info, 0, sizeof info);
    information(BPF_MAP_GET_FD_BY_ID, id, &info, sizeof info);
    fprintf(out, "map %u %u %u %u %u %s\n", info.id, info.type, info.key_size, info.value_size, info.max_entries,
            named(info.name));
}

static void print_all(FILE *out, int command, void (*print)(FILE *, uint32_t)) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    while (bpf(command, &attributes) == 0) {
        print(out, attributes.next_id);
        attributes.start_id = attributes.next_id;
        attributes.next_id = 0;
    }
}

int main(void) {
    int array = new_map(BPF_MAP_TYPE_ARRAY, 4, 24, 5, "lab_array");
    if (array < 0)
        return 0;
    check(new_map(BPF_MAP_TYPE_HASH, 6, 12, 77, ""), "hash");
    const struct bpf_insn plain[] = {{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 7},
                                     {.code = BPF_JMP | BPF_EXIT}};
    const struct bpf_insn with_map[] = {
        {.code = BPF_LD | BPF_DW | BPF_IMM, .dst_reg = 1, .src_reg = BPF_PSEUDO_MAP_FD, .imm = array},
        {.code = 0},
        {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 1},
        {.code = BPF_JMP | BPF_EXIT}};
    check(new_program(BPF_PROG_TYPE_SOCKET_FILTER, plain, 2, ""), "filter");
    check(new_program(BPF_PROG_TYPE_SCHED_CLS, with_map, 4, "lab_classifier"), "classifier");
    FILE *out = fopen("/run/bpf", "w");
    check(out == NULL ? -1 : 0, "/run/bpf");
    print_all(out, BPF_PROG_GET_NEXT_ID, print_program);
    print_all(out, BPF_MAP_GET_NEXT_ID, print_map);
    fclose(out);
    if (fork() == 0) { /* keeps them as an orphan */
        prctl(PR_SET_NAME, "keeper");
        for (;;)
            pause();
    }
    return 0;
}
