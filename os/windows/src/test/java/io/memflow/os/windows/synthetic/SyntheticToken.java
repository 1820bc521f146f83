package io.memflow.os.windows.synthetic;

import io.memflow.os.windows.structure.WindowsVersion;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes {@code TOKEN}: user, groups, session and privileges. Stateless. */
final class SyntheticToken {
    private static final String NAME = "_TOKEN";
    private static final String EVERYONE = "S-1-1-0";
    private static final String ADMINISTRATORS = "S-1-5-32-544";
    /** {@code SE_GROUP_MANDATORY | SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED}. */
    private static final int GROUP = 7;
    /** Privileges by their numbers (ntifs.h): {@code SeDebugPrivilege} and {@code SeChangeNotifyPrivilege}. */
    static final int DEBUG = 20;

    static final int CHANGE_NOTIFY = 23;
    private static final int ENABLED = 3;
    /** Two longs and a longer list of subordinate authorities than any here. */
    private static final int SID_BYTES = 32;

    private SyntheticToken() {}

    /** Makes the token of a process; {@code SeChangeNotifyPrivilege} is on, {@code SeDebugPrivilege} there but off. */
    static long write(Machine machine, ProcessPlan plan) {
        SyntheticTypes types = machine.types();
        SyntheticSpace kernel = machine.kernel();
        int pointer = machine.pointer();
        List<String> sids = List.of(plan.sid(), EVERYONE, ADMINISTRATORS);
        int size = types.size(NAME) + 15 & -16;
        int entries = size + 0x20;
        long at = machine.objects().create(ObjectType.TOKEN, entries + sids.size() * (2 * pointer + SID_BYTES), "");
        // TokenSource.SourceName begins the token.
        byte[] source = (plan.session() < 0 ? "*SYSTEM*" : "User32 \0").getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < source.length; i++) {
            kernel.put8(at + i, source[i]);
        }
        long list = at + entries;
        long sid = list + 2L * pointer * sids.size();
        kernel.pointer(at + types.at(NAME, "UserAndGroups"), list);
        kernel.put32(at + types.at(NAME, "UserAndGroupCount"), sids.size());
        kernel.put32(at + types.at(NAME, "SessionId"), Math.max(0, plan.session()));
        for (int i = 0; i < sids.size(); i++) {
            // SID_AND_ATTRIBUTES.
            kernel.pointer(list, sid);
            kernel.put32(list + pointer, i == 0 ? 0 : GROUP);
            sid(kernel, sid, sids.get(i));
            list += 2L * pointer;
            sid += SID_BYTES;
        }
        privileges(machine, at, at + size);
        return at;
    }

    /** {@code SID}: revision, how many numbers follow the authority, which is big-endian in six bytes. */
    private static void sid(SyntheticSpace kernel, long at, String text) {
        String[] parts = text.split("-", -1);
        kernel.put8(at, Long.parseLong(parts[1]));
        kernel.put8(at + 1, parts.length - 3);
        kernel.put8(at + 7, Long.parseLong(parts[2]));
        for (int i = 3; i < parts.length; i++) {
            kernel.put32(at + 8 + 4L * (i - 3), Long.parseLong(parts[i]));
        }
    }

    private static void privileges(Machine machine, long at, long behind) {
        SyntheticTypes types = machine.types();
        SyntheticSpace kernel = machine.kernel();
        long field = at + types.at(NAME, "Privileges");
        if (machine.build() >= WindowsVersion.VISTA) {
            // SEP_TOKEN_PRIVILEGES: Present, Enabled, EnabledByDefault.
            kernel.put64(field, 1L << DEBUG | 1L << CHANGE_NOTIFY);
            kernel.put64(field + 8, 1L << CHANGE_NOTIFY);
            kernel.put64(field + 16, 1L << CHANGE_NOTIFY);
            return;
        }
        // LUID_AND_ATTRIBUTES, as many as PrivilegeCount says, which lies two words behind UserAndGroupCount.
        kernel.pointer(field, behind);
        kernel.put32(at + types.at(NAME, "UserAndGroupCount") + 8, 2);
        kernel.put32(behind, CHANGE_NOTIFY);
        kernel.put32(behind + 8, ENABLED);
        kernel.put32(behind + 12, DEBUG);
    }
}
