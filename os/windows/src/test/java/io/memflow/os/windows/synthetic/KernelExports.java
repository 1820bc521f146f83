package io.memflow.os.windows.synthetic;

import io.memflow.os.windows.structure.WindowsArchitecture;
import io.memflow.os.windows.structure.WindowsVersion;
import io.memflow.os.windows.synthetic.AccessorCode.Kind;
import java.util.ArrayList;
import java.util.List;

/** What the kernel of a build exports, as far as anything here looks at it. Stateless. */
final class KernelExports {
    /** The first build whose processes have {@code EWOW64PROCESS} in place of the 32-bit {@code PEB}'s address, 10 1511. */
    static final int WOW64_STRUCTURE_SINCE = 10586;
    /** {@code MM_SESSION_SPACE.SessionId} where it is not published. */
    private static final int SESSION_ID = 8;
    /** Functions that every kernel exports, so that the others lie among many. */
    private static final List<String> OTHERS = List.of(
            "DbgPrint",
            "ExAllocatePoolWithTag",
            "ExFreePoolWithTag",
            "IoCreateDevice",
            "IoGetCurrentProcess",
            "KeBugCheckEx",
            "KeInitializeEvent",
            "KeWaitForSingleObject",
            "MmGetSystemRoutineAddress",
            "MmMapLockedPagesSpecifyCache",
            "NtClose",
            "NtCreateFile",
            "ObReferenceObjectByHandle",
            "ObfDereferenceObject",
            "PsCreateSystemThread",
            "PsGetCurrentProcessId",
            "PsLookupProcessByProcessId",
            "PsTerminateSystemThread",
            "RtlInitUnicodeString",
            "SeAccessCheck",
            "ZwClose",
            "ZwQuerySystemInformation",
            "memcpy",
            "strlen",
            "wcslen");

    private KernelExports() {}

    /** A function: the name it is exported by, and its code. */
    static final class Function {
        private final String name;
        private final byte[] code;

        private Function(String name, byte[] code) {
            this.name = name;
            this.code = code;
        }

        String name() {
            return name;
        }

        byte[] code() {
            return code;
        }
    }

    /** Exported functions. */
    static List<Function> functions(SyntheticTypes types, WindowsArchitecture architecture) {
        List<Function> all = new ArrayList<>();
        for (String name : OTHERS) {
            // push rbx; sub rsp, 20h; int3: nothing that looks like an accessor.
            all.add(new Function(name, new byte[] {0x40, 0x53, 0x48, (byte) 0x83, (byte) 0xEC, 0x20, (byte) 0xCC}));
        }
        new Accessors(types, architecture, all).addAll();
        return all;
    }

    /** Variables that the kernel exports, of those that {@link KernelVariable} knows. */
    static boolean isExported(KernelVariable variable, int build) {
        return switch (variable) {
            case PS_INITIAL_SYSTEM_PROCESS, NT_BUILD_NUMBER, PS_PROCESS_TYPE, PS_THREAD_TYPE, IO_FILE_OBJECT_TYPE ->
                true;
            case PS_LOADED_MODULE_LIST -> build >= WindowsVersion.VISTA;
            default -> false;
        };
    }

    /** Adds the functions that give members. */
    private record Accessors(SyntheticTypes types, WindowsArchitecture architecture, List<Function> all) {
        void addAll() {
            process("PsGetProcessId", Kind.POINTER, "UniqueProcessId");
            process("PsGetProcessImageFileName", Kind.ADDRESS, "ImageFileName");
            process("PsGetProcessPeb", Kind.POINTER, "Peb");
            process("PsGetProcessSectionBaseAddress", Kind.POINTER, "SectionBaseAddress");
            process("PsGetProcessInheritedFromUniqueProcessId", Kind.POINTER, "InheritedFromUniqueProcessId");
            process("PsGetProcessExitStatus", Kind.WORD, "ExitStatus");
            process("PsGetProcessCreateTimeQuadPart", Kind.QUAD, "CreateTime");
            if (architecture.pointerBytes() == Long.BYTES) {
                boolean isDirect = types.build() < WOW64_STRUCTURE_SINCE && types.build() >= WindowsVersion.VISTA;
                process("PsGetProcessWow64Process", isDirect ? Kind.POINTER : Kind.BEHIND_POINTER, "WoW64Process");
            }
            int session = types.has("_MM_SESSION_SPACE", "SessionId")
                    ? types.at("_MM_SESSION_SPACE", "SessionId")
                    : SESSION_ID;
            add("PsGetProcessSessionId", Kind.WORD_BEHIND_POINTER, types.at("_EPROCESS", "Session"), session);
            thread("PsGetThreadTeb", "_KTHREAD", "Teb", 0);
            thread("PsGetThreadProcessId", "_ETHREAD", "Cid", 0);
            thread("PsGetThreadId", "_ETHREAD", "Cid", architecture.pointerBytes());
            if (types.has("_ETHREAD", "ThreadsProcess")) {
                thread("PsGetThreadProcess", "_ETHREAD", "ThreadsProcess", 0);
            } else {
                thread("PsGetThreadProcess", "_KTHREAD", "Process", 0);
            }
        }

        private void process(String name, Kind kind, String member) {
            add(name, kind, types.at("_EPROCESS", member), 0);
        }

        private void thread(String name, String structure, String member, int further) {
            add(name, Kind.POINTER, types.at(structure, member) + further, 0);
        }

        private void add(String name, Kind kind, int offset, int inner) {
            all.add(new Function(name, AccessorCode.of(architecture, kind, offset, inner)));
        }
    }
}
