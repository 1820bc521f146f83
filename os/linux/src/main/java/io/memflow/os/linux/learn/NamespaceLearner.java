package io.memflow.os.linux.learn;

import io.memflow.core.symbol.SymbolTable;
import io.memflow.os.linux.structure.KernelVersion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Learns {@code task->nsproxy} and the namespaces it leads to: each holds a pointer to the operations of its kind, which
 * name it, and right behind them its number ({@code struct ns_common}, include/linux/ns_common.h). Confined.
 */
final class NamespaceLearner {
    private static final String TASK = "task_struct";
    private static final String PROXY = "nsproxy";
    /** A use count, then at most eight kinds and one for children. */
    private static final int PROXY_WORDS = 12;
    /** {@code ns_common} lies in the first part of every namespace. */
    private static final int NAMESPACE_BYTES = 2048;
    /** {@code PROC_*_INIT_INO} end shortly before {@code PROC_DYNAMIC_FIRST}, include/linux/proc_ns.h. */
    private static final long SMALLEST_NUMBER = 0xEFFF_FF00L;

    private static final int LONGEST_NAME = 16;
    /** What {@code proc_ns_operations.name} says: member of the proxy and structure. */
    private static final Map<String, Kind> KINDS = Map.of(
            "uts", new Kind("uts_ns", "uts_namespace"),
            "ipc", new Kind("ipc_ns", "ipc_namespace"),
            "mnt", new Kind("mnt_ns", "mnt_namespace"),
            "pid", new Kind("pid_ns_for_children", "pid_namespace"),
            "net", new Kind("net_ns", "net"),
            "time", new Kind("time_ns", "time_namespace"),
            "cgroup", new Kind("cgroup_ns", "cgroup_namespace"));

    private static final String USER = "user";
    private static final int CRED_BYTES = 256;
    /** {@code __NEW_UTS_LEN} and a zero, include/uapi/linux/utsname.h. */
    private static final int NAME_BYTES = 65;

    private static final List<String> NAMES =
            List.of("sysname", "nodename", "release", "version", "machine", "domainname");
    private static final int RELEASE = 2;

    /** {@code struct dentry} without its inline name. */
    private static final int DENTRY_WORDS = 32;

    private final KernelBytes source;
    private final Lesson lesson;
    private final KernelVersion version;
    private final Samples tasks;
    private final int word;

    private record Kind(String member, String structure) {}

    /** Where a namespace has its number, and what its operations call it. */
    private record Numbered(int number, String kind) {}

    NamespaceLearner(KernelBytes source, Lesson lesson, KernelVersion version, Samples tasks) {
        this.source = source;
        this.lesson = lesson;
        this.version = version;
        this.tasks = tasks;
        word = source.word();
    }

    void learn() {
        OptionalInt signal = lesson.offset(TASK, "signal");
        if (signal.isEmpty()) {
            undecide("where struct task_struct has signal is not known");
            return;
        }
        // "struct nsproxy *nsproxy; struct signal_struct *signal", include/linux/sched.h.
        int pointer = signal.getAsInt() - word;
        Set<Long> addresses = new LinkedHashSet<>();
        for (int task = 0; task < tasks.count(); task++) {
            addresses.add(tasks.word(task, pointer));
        }
        addresses.remove(0L);
        Samples proxies = new Samples(source, addresses, PROXY_WORDS * word);
        boolean any = false;
        boolean timeKnown = false;
        for (int member = word; member < proxies.size(); member += word) {
            Optional<Numbered> numbered = numbered(proxies, member);
            if (numbered.isPresent()) {
                Kind kind = Objects.requireNonNull(KINDS.get(numbered.get().kind));
                Ruling ruling = new Ruling(member, proxies.count(), 0);
                boolean forChildren = kind.member.equals("time_ns") && timeKnown;
                lesson.take(PROXY, forChildren ? "time_ns_for_children" : kind.member, word, ruling);
                lesson.take(kind.structure, "ns.inum", Integer.BYTES, ruling.at(numbered.get().number));
                timeKnown |= kind.member.equals("time_ns");
                any = true;
            }
        }
        if (!any) {
            undecide("what lies right before task_struct.signal leads to no namespaces");
            return;
        }
        lesson.take(TASK, PROXY, word, new Ruling(pointer, tasks.count(), 0));
        names(proxies);
        users();
        initial(proxies, "init_pid_ns", "pid_ns_for_children");
        networks(proxies);
    }

    private void undecide(String why) {
        lesson.undecide(TASK, PROXY, why);
        for (Kind kind : KINDS.values()) {
            lesson.undecide(kind.structure, "ns.inum", why);
        }
    }

    /** The kind that all proxies' member is of; of proxies that lack one nothing is asked. */
    private Optional<Numbered> numbered(Samples proxies, int member) {
        Optional<Numbered> first = Optional.empty();
        for (int proxy = 0; proxy < proxies.count(); proxy++) {
            long namespace = proxies.word(proxy, member);
            if (namespace == 0) {
                continue;
            }
            Optional<Numbered> own = numbered(namespace, NAMESPACE_BYTES);
            if (own.isEmpty() || !KINDS.containsKey(own.get().kind) || (first.isPresent() && !first.equals(own))) {
                return Optional.empty();
            }
            first = own;
        }
        return first;
    }

    /** The first pointer in an object to operations that name a kind of namespace, with a number behind it. */
    private Optional<Numbered> numbered(long object, int bytes) {
        if (!source.isAlignedKernel(object)) {
            return Optional.empty();
        }
        Samples one = new Samples(source, List.of(object), bytes);
        for (int at = 0; at + 2 * word <= bytes; at += word) {
            long operations = one.word(0, at);
            if (source.isInImage(operations) && one.number(0, at + word) >= SMALLEST_NUMBER) {
                Optional<String> name = source.text(source.word(operations), LONGEST_NAME);
                if (name.isPresent()
                        && (KINDS.containsKey(name.get()) || name.get().equals(USER))) {
                    return Optional.of(new Numbered(at + word, name.get()));
                }
            }
        }
        return Optional.empty();
    }

    /** {@code struct new_utsname}: six texts side by side, of which two are known. */
    private void names(Samples proxies) {
        OptionalLong initial = initial(proxies, "init_uts_ns", "uts_ns");
        OptionalInt member = lesson.offset(PROXY, "uts_ns");
        if (initial.isEmpty() || member.isEmpty()) {
            lesson.undecide("uts_namespace", "name.release", "no such namespace was found");
            return;
        }
        String release = version.major() + "." + version.minor() + ".";
        List<Ruling> fitting = new ArrayList<>();
        for (int at = 0; at <= 2 * word; at += Integer.BYTES) {
            int begin = at;
            Ruling ruling = proxies.judge(begin, (proxy, offset) -> {
                long name = proxies.word(proxy, member.getAsInt()) + begin;
                return Verdict.of(
                        source.text(name, NAME_BYTES).filter("Linux"::equals).isPresent()
                                && source.text(name + RELEASE * NAME_BYTES, NAME_BYTES)
                                        .filter(text -> text.startsWith(release))
                                        .isPresent());
            });
            if (ruling.holds(1)) {
                fitting.add(ruling);
            }
        }
        for (int i = 0; i < NAMES.size(); i++) {
            int distance = i * NAME_BYTES;
            lesson.decide(
                    "uts_namespace",
                    "name." + NAMES.get(i),
                    NAME_BYTES,
                    fitting.stream()
                            .map(ruling -> ruling.at(ruling.offset() + distance))
                            .toList());
        }
    }

    /** The idle task is in the first namespace of each kind. */
    private OptionalLong initial(Samples proxies, String landmark, String member) {
        OptionalInt offset = lesson.offset(PROXY, member);
        long address = offset.isEmpty() || proxies.count() == 0 ? 0 : proxies.word(0, offset.getAsInt());
        if (!source.isInImage(address)) {
            return OptionalLong.empty();
        }
        lesson.landmark(landmark, address);
        return OptionalLong.of(address);
    }

    /** {@code cred->user_ns}. */
    private void users() {
        OptionalInt pointer = lesson.offset(TASK, "real_cred");
        if (pointer.isEmpty()) {
            lesson.undecide("cred", "user_ns", "task_struct.real_cred is not known");
            return;
        }
        Set<Long> creds = new LinkedHashSet<>();
        for (int task = 0; task < tasks.count(); task++) {
            creds.add(tasks.word(task, pointer.getAsInt()));
        }
        Samples samples = new Samples(source, creds, CRED_BYTES);
        Optional<Numbered> first = Optional.empty();
        List<Ruling> fitting = new ArrayList<>();
        for (int at = 0; at + word <= samples.size(); at += word) {
            Optional<Numbered> here =
                    numbered(samples.word(0, at), NAMESPACE_BYTES).filter(found -> found.kind.equals(USER));
            if (here.isPresent() && isFirst(samples, at)) {
                int number = here.get().number;
                Ruling ruling = samples.judge(
                        at,
                        (cred, offset) -> Verdict.of(numbered(samples.word(cred, offset), number + word)
                                .filter(found -> found.kind.equals(USER))
                                .isPresent()));
                // What lies before a namespace in the image leads to it as well, but from farther away.
                if (ruling.holds(1) && first.map(found -> number < found.number).orElse(true)) {
                    fitting = List.of(ruling);
                    first = here;
                }
            }
        }
        if (lesson.decide("cred", "user_ns", word, fitting).isPresent()) {
            Ruling ruling = fitting.getFirst();
            first.ifPresent(found -> lesson.take("user_namespace", "ns.inum", Integer.BYTES, ruling.at(found.number)));
        } else {
            lesson.undecide("user_namespace", "ns.inum", "cred.user_ns is not known");
        }
    }

    /** The first user namespace is part of the kernel image; other objects may lie before a namespace by chance. */
    private boolean isFirst(Samples creds, int at) {
        return source.isInImage(creds.word(0, at));
    }

    /**
     * {@code net.list}: the first link in the first network namespace whose ring has one entry in the kernel image besides,
     * its head, and no other that is no network namespace.
     */
    private void networks(Samples proxies) {
        OptionalInt member = lesson.offset(PROXY, "net_ns");
        OptionalInt number = lesson.offset("net", "ns.inum");
        if (member.isEmpty() || number.isEmpty()) {
            lesson.undecide("net", "list", "no network namespace was found");
            return;
        }
        long first = proxies.word(0, member.getAsInt());
        Set<Long> known = new LinkedHashSet<>();
        for (int proxy = 0; proxy < proxies.count(); proxy++) {
            known.add(proxies.word(proxy, member.getAsInt()));
        }
        known.remove(0L);
        for (int at = 0; at < number.getAsInt(); at += word) {
            OptionalLong head = head(first, at, number.getAsInt(), known);
            if (head.isPresent()) {
                lesson.take("net", "list", 2 * word, new Ruling(at, known.size(), 0));
                lesson.landmark("net_namespace_list", head.getAsLong());
                return;
            }
        }
        lesson.undecide("net", "list", "no link in it leads to all network namespaces");
    }

    private OptionalLong head(long first, int at, int number, Set<Long> known) {
        OptionalLong head = OptionalLong.empty();
        Set<Long> met = new LinkedHashSet<>();
        long link = first + at;
        while (met.size() <= Samples.MOST) {
            long next = source.word(link);
            if (!source.isAlignedKernel(next) || source.word(next + word) != link) {
                return OptionalLong.empty();
            }
            if (number(link - at, number) >= SMALLEST_NUMBER) {
                if (!met.add(link - at)) {
                    return OptionalLong.empty();
                }
            } else if (head.isPresent() || !source.isInImage(link)) {
                return OptionalLong.empty();
            } else {
                head = OptionalLong.of(link);
            }
            link = next;
            if (link == first + at) {
                return met.containsAll(known) ? head : OptionalLong.empty();
            }
        }
        return OptionalLong.empty();
    }

    /** The number of a network namespace; 0 when what is there is none. */
    private long number(long namespace, int number) {
        return numbered(namespace, number + word)
                .filter(found -> found.kind.equals("net") && found.number == number)
                .map(found -> source.number(namespace + number))
                .orElse(0L);
    }

    /**
     * Open files of namespaces: up to 6.8 the file's dentry points to the operations of the namespace's kind
     * ({@code ns_dname()}, fs/nsfs.c).
     */
    void files(SymbolTable symbols, Collection<Long> open) {
        OptionalLong namer = symbols.address("ns_dname");
        OptionalInt dentry = lesson.offset("file", "f_path.dentry");
        OptionalInt operations = lesson.offset("dentry", "d_op");
        OptionalInt name = lesson.offset("dentry_operations", "d_dname");
        if (namer.isEmpty() || dentry.isEmpty() || operations.isEmpty() || name.isEmpty() || version.isAtLeast(6, 9)) {
            return;
        }
        List<Long> dentries = open.stream()
                .map(file -> source.word(file + dentry.getAsInt()))
                .filter(one ->
                        source.word(source.word(one + operations.getAsInt()) + name.getAsInt()) == namer.getAsLong())
                .distinct()
                .toList();
        Samples samples = new Samples(source, dentries, DENTRY_WORDS * word);
        List<Ruling> fitting = samples.words(0, samples.size(), 1, (sample, at) -> {
            long kind = samples.word(sample, at);
            return Verdict.of(source.isInImage(kind)
                    && source.text(source.word(kind), LONGEST_NAME)
                            .filter(text -> KINDS.containsKey(text) || text.equals(USER))
                            .isPresent());
        });
        if (lesson.decide("dentry", "d_fsdata", word, fitting).isPresent()) {
            lesson.take("proc_ns_operations", "name", word, fitting.getFirst().at(0));
            // "stashed, ops, inum", include/linux/ns_common.h.
            lesson.neighbour("ns_common", "ops", word, fitting.getFirst().at(word));
        }
    }
}
