package io.memflow.formats.socket;

import java.util.Map;

/** Names of protocols by their numbers. Stateless. */
public final class Protocols {
    /** {@code SOCK_STREAM} and so on, include/linux/net.h. */
    private static final Map<Integer, String> TYPES =
            Map.of(1, "stream", 2, "dgram", 3, "raw", 4, "rdm", 5, "seqpacket", 6, "dccp", 10, "packet");

    private static final int STREAM = 1;
    private static final int RAW = 3;
    /** {@code IPPROTO_TCP} and so on, include/uapi/linux/in.h. */
    private static final Map<Integer, String> INTERNET =
            Map.of(1, "icmp", 6, "tcp", 17, "udp", 33, "dccp", 58, "icmpv6", 132, "sctp", 136, "udplite", 262, "mptcp");
    /** {@code NETLINK_ROUTE} and so on, include/uapi/linux/netlink.h. */
    private static final String[] NETLINK = {
        "route",
        "unused",
        "usersock",
        "firewall",
        "sock-diag",
        "nflog",
        "xfrm",
        "selinux",
        "iscsi",
        "audit",
        "fib-lookup",
        "connector",
        "netfilter",
        "ip6-fw",
        "dnrtmsg",
        "kobject-uevent",
        "generic",
        "17",
        "scsitransport",
        "ecryptfs",
        "rdma",
        "crypto",
        "smc"
    };

    private Protocols() {}

    /** The kind of a socket, such as {@code stream}; its number when it is not known. */
    public static String type(int type) {
        return TYPES.getOrDefault(type, Integer.toString(type));
    }

    /** The protocol of an internet socket of a kind, such as {@code tcp}. */
    public static String internet(int type, int protocol) {
        if (type == RAW) {
            return "raw";
        }
        String fallback = type == STREAM ? "tcp" : Integer.toString(protocol);
        return INTERNET.getOrDefault(protocol, fallback);
    }

    /** The family of a netlink socket, such as {@code route}; its number when it is not known. */
    public static String netlink(int family) {
        return family >= 0 && family < NETLINK.length ? NETLINK[family] : Integer.toString(family);
    }

    /** Stands for a protocol of an address family that is not told apart further. */
    public static String other(int family) {
        return "family-" + family;
    }
}
