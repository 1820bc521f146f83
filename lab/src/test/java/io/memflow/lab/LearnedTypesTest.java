package io.memflow.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.Provenance;
import io.memflow.core.os.TargetProcess;
import io.memflow.core.symbol.MemberLocation;
import io.memflow.core.symbol.TypeTable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A kernel whose type information was wiped from its image is read by learned offsets: every one of them is the one that
 * the type information names, and the rows are the same.
 */
@Tag("guest")
class LearnedTypesTest {
    /** Members that rows are read from, on the kernels that have them. */
    private static final Map<String, List<String>> MEMBERS = Map.ofEntries(
            Map.entry(
                    "task_struct",
                    List.of(
                            "tasks",
                            "pid",
                            "tgid",
                            "comm",
                            "real_parent",
                            "parent",
                            "children",
                            "sibling",
                            "group_leader",
                            "mm",
                            "active_mm",
                            "flags",
                            "__state",
                            "state",
                            "exit_state",
                            "exit_code",
                            "exit_signal",
                            "real_cred",
                            "cred",
                            "signal",
                            "thread_node",
                            "start_time",
                            "start_boottime",
                            "worker_private",
                            "set_child_tid",
                            "files",
                            "fs",
                            "nsproxy",
                            "thread_pid")),
            Map.entry("files_struct", List.of("fdt")),
            Map.entry("fdtable", List.of("max_fds", "fd", "close_on_exec", "open_fds")),
            Map.entry("fs_struct", List.of("root", "pwd")),
            Map.entry(
                    "nsproxy",
                    List.of(
                            "uts_ns",
                            "ipc_ns",
                            "mnt_ns",
                            "pid_ns_for_children",
                            "net_ns",
                            "time_ns",
                            "time_ns_for_children",
                            "cgroup_ns")),
            Map.entry("uts_namespace", List.of("name.sysname", "name.nodename", "name.release", "ns.inum")),
            Map.entry("ipc_namespace", List.of("ns.inum")),
            Map.entry("mnt_namespace", List.of("ns.inum", "list")),
            Map.entry("pid_namespace", List.of("ns.inum")),
            Map.entry("time_namespace", List.of("ns.inum")),
            Map.entry("cgroup_namespace", List.of("ns.inum")),
            Map.entry("user_namespace", List.of("ns.inum")),
            Map.entry("net", List.of("ns.inum", "list")),
            Map.entry("pid", List.of("level", "numbers")),
            Map.entry("upid", List.of("nr", "ns")),
            Map.entry("super_block", List.of("s_type", "s_dev", "s_flags")),
            Map.entry("file_system_type", List.of("name")),
            Map.entry("vfsmount", List.of("mnt_root", "mnt_sb", "mnt_flags")),
            Map.entry(
                    "printk_ringbuffer",
                    List.of(
                            "desc_ring.count_bits",
                            "desc_ring.descs",
                            "desc_ring.infos",
                            "desc_ring.head_id.counter",
                            "desc_ring.tail_id.counter",
                            "text_data_ring.size_bits",
                            "text_data_ring.data")),
            Map.entry("prb_desc", List.of("state_var.counter", "text_blk_lpos.begin", "text_blk_lpos.next")),
            Map.entry(
                    "printk_info",
                    List.of(
                            "seq",
                            "ts_nsec",
                            "text_len",
                            "facility",
                            "level",
                            "caller_id",
                            "dev_info.subsystem",
                            "dev_info.device")),
            Map.entry("signal_struct", List.of("thread_head", "nr_threads")),
            Map.entry(
                    "cred",
                    List.of(
                            "uid.val",
                            "gid.val",
                            "euid.val",
                            "egid.val",
                            "cap_inheritable",
                            "cap_permitted",
                            "cap_effective",
                            "cap_bset",
                            "cap_ambient",
                            "user_ns")),
            Map.entry(
                    "mm_struct",
                    List.of(
                            "pgd",
                            "mmap",
                            "mm_mt.ma_root",
                            "exe_file",
                            "start_code",
                            "end_code",
                            "start_brk",
                            "brk",
                            "start_stack",
                            "arg_start",
                            "arg_end",
                            "env_start",
                            "env_end")),
            Map.entry(
                    "vm_area_struct",
                    List.of(
                            "vm_start",
                            "vm_end",
                            "vm_next",
                            "vm_mm",
                            "vm_flags",
                            "vm_ops",
                            "vm_pgoff",
                            "vm_file",
                            "vm_private_data")),
            Map.entry(
                    "file",
                    List.of("f_path.mnt", "f_path.dentry", "f_inode", "f_flags", "f_mode", "f_pos", "private_data")),
            Map.entry(
                    "dentry",
                    List.of("d_name.name", "d_name.len", "d_parent", "d_hash.pprev", "d_inode", "d_op", "d_sb")),
            Map.entry(
                    "mount",
                    List.of(
                            "mnt",
                            "mnt_parent",
                            "mnt_mountpoint",
                            "mnt_list",
                            "mnt_ns",
                            "mnt_master",
                            "mnt_devname",
                            "mnt_id",
                            "mnt_group_id")),
            Map.entry("inode", List.of("i_ino", "i_mode", "i_uid.val")),
            Map.entry("socket", List.of("file", "sk")),
            Map.entry("socket_alloc", List.of("vfs_inode")),
            Map.entry(
                    "sock_common",
                    List.of(
                            "skc_daddr",
                            "skc_rcv_saddr",
                            "skc_dport",
                            "skc_num",
                            "skc_family",
                            "skc_state",
                            "skc_prot",
                            "skc_net.net",
                            "skc_v6_daddr",
                            "skc_v6_rcv_saddr",
                            "skc_node")),
            Map.entry("sock", List.of("sk_socket", "sk_type", "sk_protocol")),
            Map.entry("unix_sock", List.of("addr", "peer")),
            Map.entry("unix_address", List.of("len", "name")),
            Map.entry(
                    "module",
                    List.of(
                            "state",
                            "list",
                            "name",
                            "core_layout.base",
                            "core_layout.size",
                            "init_layout.size",
                            "mem",
                            "kallsyms")),
            Map.entry("timekeeper", List.of("wall_to_monotonic", "offs_real", "offs_boot")));

    @TempDir
    Path folder;

    @ParameterizedTest
    @MethodSource("io.memflow.lab.LabKernel#matrix")
    void whatIsLearnedIsWhatTheKernelsOwnTypesSay(LabKernel row) throws Exception {
        Path image = folder.resolve("ram.raw");
        try (LabGuest lab = LabGuest.bootOrSkip(row)) {
            lab.guest().saveRaw(image);
        }
        compare(row.toString(), image);
    }

    /** Compares an image with itself without its types, which are lost. */
    static void compare(String row, Path image) throws IOException {
        Known known;
        try (OperatingSystem system = Targets.image(image)) {
            known = Known.of(system);
            wipeTypes(image, system);
        }
        try (OperatingSystem system = Targets.image(image)) {
            Known learned = Known.of(system);
            assertThat(learned.offsets).as("%s", row).isNotEmpty();
            learned.offsets.forEach((member, offset) ->
                    assertThat(offset).as("%s: %s", row, member).isEqualTo(known.offsets.get(member)));
            List<String> gaps = new ArrayList<>(known.offsets.keySet());
            gaps.removeAll(learned.offsets.keySet());
            System.out.printf("%s: %d members learned and right, not learned: %s%n", row, learned.offsets.size(), gaps);
            assertThat(learned.processes).as("%s", row).isEqualTo(known.processes);
            assertThat(learned.regions).as("%s", row).isEqualTo(known.regions);
            assertThat(learned.threads).as("%s", row).isEqualTo(known.threads);
            assertThat(learned.modules).as("%s", row).isEqualTo(known.modules);
            assertThat(learned.log).as("%s", row).isEqualTo(known.log);
            if (learned.offsets.containsKey("fs_struct.root")) {
                assertThat(learned.places).as("%s", row).isEqualTo(known.places);
            }
        }
    }

    /** What a system says, by whatever types. */
    private record Known(
            Map<String, Long> offsets,
            Object processes,
            Object regions,
            Object threads,
            Object modules,
            Object log,
            Object places) {
        static Known of(OperatingSystem system) {
            Map<String, Long> offsets = new TreeMap<>();
            TypeTable types = system.types();
            MEMBERS.forEach((structure, paths) -> paths.forEach(path -> {
                Optional<MemberLocation> member = types.member(structure, path);
                member.ifPresent(location -> offsets.put(structure + "." + path, location.offset()));
            }));
            List<Object> regions = system.processes().rows().stream()
                    .map(ProcessInfo::pid)
                    .map(system::process)
                    .flatMap(Optional::stream)
                    .<Object>map(TargetProcess::regions)
                    .toList();
            return new Known(
                    offsets,
                    processesWithoutSources(system),
                    regions,
                    system.threads(),
                    modulesWithoutSources(system),
                    system.log(),
                    system.places());
        }
    }

    /** All but what led to the rows: the pid table is among what is not learned. */
    private static List<ProcessInfo> processesWithoutSources(OperatingSystem system) {
        return system.processes().rows().stream()
                .map(row -> new ProcessInfo(
                        row.address(),
                        row.pid(),
                        row.parentPid(),
                        row.name(),
                        row.kind(),
                        row.state(),
                        row.credentials(),
                        row.threads(),
                        row.path(),
                        row.arguments(),
                        row.startTime(),
                        row.startSinceBoot(),
                        row.dtb(),
                        new Provenance(List.of(), row.provenance().missing())))
                .toList();
    }

    /** All but what led to the rows: the set of sysfs and the tree of their memory are among what is not learned. */
    private static List<ModuleInfo> modulesWithoutSources(OperatingSystem system) {
        return system.modules().rows().stream()
                .map(row -> new ModuleInfo(
                        row.address(),
                        row.name(),
                        row.path(),
                        row.base(),
                        row.size(),
                        new Provenance(List.of(), row.provenance().missing())))
                .toList();
    }

    private static void wipeTypes(Path image, OperatingSystem system) throws IOException {
        long start = system.symbols().address("__start_BTF").orElseThrow();
        long size = system.symbols().address("__stop_BTF").orElseThrow() - start;
        long physical = start
                - Objects.requireNonNull(system.info().kernelBase())
                + Objects.requireNonNull(system.info().kernelPhysicalBase());
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(image, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_WRITE, physical, size, arena);
            bytes.fill((byte) 0);
        }
    }
}
