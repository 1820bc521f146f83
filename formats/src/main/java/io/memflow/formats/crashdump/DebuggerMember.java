package io.memflow.formats.crashdump;

import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a member lies, as a kernel tells its debugger: fields of {@code KDDEBUGGER_DATA64} since Windows Server 2003
 * (wdbgexts.h).
 *
 * @param structure such as {@code _EPROCESS}
 * @param member such as {@code Peb}
 * @param offset in bytes
 */
public record DebuggerMember(String structure, String member, int offset) {
    private record Field(int at, String structure, String member) {}

    /** {@code OffsetKThreadTeb} and its kin; the builds disagree on where other members are kept. */
    private static final List<Field> FIELDS = List.of(
            new Field(0x29A, "_KTHREAD", "Teb"),
            new Field(0x29C, "_KTHREAD", "KernelStack"),
            new Field(0x29E, "_KTHREAD", "InitialStack"),
            new Field(0x2A2, "_KTHREAD", "State"),
            new Field(0x2AA, "_EPROCESS", "Peb"),
            new Field(0x2AC, "_EPROCESS", "InheritedFromUniqueProcessId"),
            new Field(0x2AE, "_KPROCESS", "DirectoryTableBase"),
            new Field(0x2B4, "_KPRCB", "CurrentThread"));

    /** Those that the bytes reach to; a field of 0 tells nothing, since no kernel has one of these first. */
    static List<DebuggerMember> decode(MemorySegment bytes) {
        List<DebuggerMember> members = new ArrayList<>();
        for (Field field : FIELDS) {
            if (field.at + Short.BYTES <= bytes.byteSize()) {
                int offset = LittleEndian.u16(bytes, field.at);
                if (offset != 0) {
                    members.add(new DebuggerMember(field.structure, field.member, offset));
                }
            }
        }
        return members;
    }
}
