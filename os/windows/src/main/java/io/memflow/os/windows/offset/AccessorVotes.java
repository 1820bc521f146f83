package io.memflow.os.windows.offset;

import io.memflow.core.error.MemflowException;
import io.memflow.formats.pe.PeImage;
import io.memflow.os.windows.structure.WindowsArchitecture;
import io.memflow.os.windows.structure.WindowsVersion;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What the code of the kernel's own exports says (ntifs.h and public listings of ntoskrnl's exports). Stateless. */
final class AccessorVotes {
    /** A function, and the member that it returns. */
    private record Accessor(String export, String structure, String member, int adjustment) {
        Accessor(String export, String structure, String member) {
            this(export, structure, member, 0);
        }
    }

    /** Stands for "the second pointer of the pair". */
    private static final int SECOND = 1;

    private static final List<Accessor> ACCESSORS = List.of(
            new Accessor("PsGetProcessId", "_EPROCESS", "UniqueProcessId"),
            new Accessor("PsGetProcessImageFileName", "_EPROCESS", "ImageFileName"),
            new Accessor("PsGetProcessPeb", "_EPROCESS", "Peb"),
            new Accessor("PsGetProcessWow64Process", "_EPROCESS", "WoW64Process"),
            new Accessor("PsGetProcessSectionBaseAddress", "_EPROCESS", "SectionBaseAddress"),
            new Accessor("PsGetProcessInheritedFromUniqueProcessId", "_EPROCESS", "InheritedFromUniqueProcessId"),
            new Accessor("PsGetProcessExitStatus", "_EPROCESS", "ExitStatus"),
            new Accessor("PsGetProcessCreateTimeQuadPart", "_EPROCESS", "CreateTime"),
            new Accessor("PsGetProcessSessionId", "_EPROCESS", "Session"),
            new Accessor("PsGetProcessProtection", "_EPROCESS", "Protection"),
            new Accessor("PsGetThreadTeb", "_KTHREAD", "Teb"),
            new Accessor("PsGetThreadProcess", "_KTHREAD", "Process"),
            new Accessor("PsGetThreadProcessId", "_ETHREAD", "Cid"),
            new Accessor("PsGetThreadId", "_ETHREAD", "Cid", SECOND));

    private AccessorVotes() {}

    static Votes of(PeImage kernel, WindowsArchitecture architecture, WindowsVersion version) {
        Votes votes = new Votes();
        for (Accessor accessor : ACCESSORS) {
            OptionalInt found = displacement(kernel, accessor.export, architecture);
            // Before Windows 7 this one returned another member, of ETHREAD.
            boolean other = accessor.member.equals("Process") && !version.isAtLeast(WindowsVersion.SEVEN);
            if (found.isPresent() && !other) {
                int offset = found.getAsInt() - accessor.adjustment * architecture.pointerBytes();
                votes.add(
                        accessor.structure, accessor.member, offset, Voter.ACCESSOR, "the code of " + accessor.export);
            }
        }
        return votes;
    }

    private static OptionalInt displacement(PeImage kernel, String export, WindowsArchitecture architecture) {
        try {
            OptionalLong code = kernel.export(export);
            return code.isEmpty()
                    ? OptionalInt.empty()
                    : AccessorDecoder.decode(
                            kernel.memory().readBytes(code.getAsLong(), AccessorDecoder.CODE_BYTES), architecture);
        } catch (MemflowException notInMemory) {
            return OptionalInt.empty();
        }
    }
}
