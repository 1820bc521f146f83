package io.memflow.os.linux.learn;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Learns {@code struct cred} (include/linux/cred.h): eight ids, {@code securebits}, then the capability sets, of which
 * root's permitted one is found by its value. Confined.
 */
final class CredentialLearner {
    private static final String CRED = "cred";
    private static final List<String> IDS = List.of("uid", "gid", "suid", "sgid", "euid", "egid", "fsuid", "fsgid");
    private static final int CRED_BYTES = 128;
    /** {@code cap_inheritable}, empty for nearly all, comes before {@code cap_permitted}; each has 64 bits. */
    private static final int CAPABILITY_BYTES = 8;

    private static final List<String> SETS =
            List.of("cap_inheritable", "cap_permitted", "cap_effective", "cap_bset", "cap_ambient");
    private static final int PERMITTED = 1;
    private static final int EFFECTIVE = 2;
    /** Capabilities 0 to 31 exist on all kernels: root's low half is full. */
    private static final long FULL = 0xFFFF_FFFFL;

    private final KernelBytes source;
    private final Lesson lesson;
    private final Samples tasks;

    CredentialLearner(KernelBytes source, Lesson lesson, Samples tasks) {
        this.source = source;
        this.lesson = lesson;
        this.tasks = tasks;
    }

    void learn() {
        OptionalInt pointer = lesson.offset("task_struct", "real_cred");
        if (pointer.isEmpty()) {
            lesson.undecide(CRED, "uid.val", "task_struct.real_cred is not known");
            return;
        }
        Set<Long> creds = new LinkedHashSet<>();
        for (int task = 0; task < tasks.count(); task++) {
            creds.add(tasks.word(task, pointer.getAsInt()));
        }
        Samples samples = new Samples(source, creds, CRED_BYTES);
        // The first one is the kernel's own: all ids 0, all capabilities.
        int permitted = 0;
        while (permitted + Integer.BYTES <= CRED_BYTES && samples.number(0, permitted) != FULL) {
            permitted += Integer.BYTES;
        }
        int behindIds = permitted - CAPABILITY_BYTES - Integer.BYTES;
        // Eight-byte alignment of the sets (a u64 since 6.3) leaves four bytes unused before them.
        int first = (behindIds - IDS.size() * Integer.BYTES) / source.word() * source.word();
        int ids = first == 0 ? Integer.BYTES : first;
        Ruling ruling = samples.judge(ids, (cred, offset) -> fits(samples, cred, offset));
        boolean decided = permitted < CRED_BYTES - Integer.BYTES && ruling.holds(1);
        for (int i = 0; i < IDS.size(); i++) {
            lesson.decide(
                    CRED,
                    IDS.get(i) + ".val",
                    Integer.BYTES,
                    decided ? List.of(ruling.at(ids + i * Integer.BYTES)) : List.of());
        }
        if (decided) {
            capabilities(samples, permitted);
        }
    }

    /** The use count before the ids is a small positive number, and somebody who is not root has no id of root's. */
    private static Verdict fits(Samples samples, int cred, int ids) {
        long uses = samples.number(cred, 0);
        boolean root = samples.number(cred, ids) == 0;
        boolean allSet = true;
        for (int i = 0; i < IDS.size(); i++) {
            allSet &= samples.number(cred, ids + i * Integer.BYTES) != 0;
        }
        return Verdict.of(uses != 0 && (root || allSet || samples.number(cred, ids + 16) != 0));
    }

    /** Five sets side by side since 4.3; who may use a capability has it. */
    private void capabilities(Samples samples, int permitted) {
        int first = permitted - PERMITTED * CAPABILITY_BYTES;
        int effective = first + EFFECTIVE * CAPABILITY_BYTES;
        Ruling ruling = samples.judge(
                effective,
                (cred, offset) -> Verdict.of((samples.quad(cred, offset) & ~samples.quad(cred, permitted)) == 0));
        for (int i = 0; i < SETS.size(); i++) {
            int offset = first + i * CAPABILITY_BYTES;
            lesson.decide(
                    CRED, SETS.get(i), CAPABILITY_BYTES, ruling.holds(1) ? List.of(ruling.at(offset)) : List.of());
        }
    }
}
