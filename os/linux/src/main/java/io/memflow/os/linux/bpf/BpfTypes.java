package io.memflow.os.linux.bpf;

import java.util.List;

/** What the numbers of programs and maps mean: {@code enum bpf_prog_type, bpf_map_type}, include/uapi/linux/bpf.h. */
final class BpfTypes {
    private static final List<String> PROGRAMS =
            List.of(("unspec socket_filter kprobe sched_cls sched_act tracepoint xdp"
                            + " perf_event cgroup_skb cgroup_sock lwt_in lwt_out lwt_xmit sock_ops sk_skb cgroup_device sk_msg"
                            + " raw_tracepoint cgroup_sock_addr lwt_seg6local lirc_mode2 sk_reuseport flow_dissector"
                            + " cgroup_sysctl raw_tracepoint_writable cgroup_sockopt tracing struct_ops ext lsm sk_lookup syscall"
                            + " netfilter")
                    .split(" "));
    private static final List<String> MAPS = List.of(("unspec hash array prog_array perf_event_array percpu_hash"
                    + " percpu_array stack_trace cgroup_array lru_hash lru_percpu_hash lpm_trie array_of_maps"
                    + " hash_of_maps devmap sockmap cpumap xskmap sockhash cgroup_storage reuseport_sockarray"
                    + " percpu_cgroup_storage queue stack sk_storage devmap_hash struct_ops ringbuf inode_storage"
                    + " task_storage bloom_filter user_ringbuf cgrp_storage arena")
            .split(" "));

    private BpfTypes() {}

    static String program(long number) {
        return name(PROGRAMS, number);
    }

    static String map(long number) {
        return name(MAPS, number);
    }

    private static String name(List<String> names, long number) {
        return number >= 0 && number < names.size() ? names.get((int) number) : Long.toString(number);
    }
}
