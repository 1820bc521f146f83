package io.memflow.os.windows.process;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.ProcessDetails;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.TaskState;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.WhenKnown;
import io.memflow.formats.filetime.FileTime;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Builds the rows of tokens, sessions, protection and exits. Thread-safe. */
public final class DetailRows {
    private static final String SOURCE = "process";
    /** {@code PS_PROTECTION}: three bits of type, one that audits, four bits of signer (public symbols of ntoskrnl). */
    private static final int TYPE_MASK = 7;

    private static final int SIGNER_SHIFT = 4;
    private static final int SIGNER_MASK = 0xf;
    private static final String[] TYPES = {"none", "light", "full"};
    private static final String[] SIGNERS = {
        "none", "authenticode", "codegen", "antimalware", "lsa", "windows", "wintcb", "winsystem", "app"
    };

    private final LongFunction<? extends MemoryView> spaces;
    private final ProcessFields fields;
    private final WhenKnown<Tokens> tokens;
    private final Wow64 wow64;
    private final Optional<KernelField> exitStatus;
    private final Optional<KernelField> protection;
    private final Optional<KernelField> session;
    private final Optional<KernelField> sessionId;
    private final Optional<KernelField> userRoot;

    /**
     * @throws MemflowException of kind NOT_FOUND when the places of members without which there is no row are not known
     */
    public DetailRows(WindowsKernel kernel) {
        spaces = kernel::processMemory;
        fields = new ProcessFields(kernel);
        tokens = new WhenKnown<>(() -> new Tokens(kernel));
        wow64 = new Wow64(kernel);
        exitStatus = kernel.optionalField("_EPROCESS", "ExitStatus");
        protection = kernel.optionalField("_EPROCESS", "Protection");
        session = kernel.optionalField("_EPROCESS", "Session");
        sessionId = kernel.optionalField("_MM_SESSION_SPACE", "SessionId");
        userRoot = kernel.optionalField("_KPROCESS", "UserDirectoryTableBase");
    }

    /** The details of one process. */
    public ProcessDetails read(ProcessInfo info) {
        long process = Objects.requireNonNull(info.address());
        FieldReader reader = new FieldReader();
        boolean ended = info.state() == TaskState.ZOMBIE;
        return new ProcessDetails(
                info.pid(),
                info.name(),
                info.kind(),
                Map.of(),
                List.of(),
                List.of(),
                null,
                ended ? reader.read("ExitStatus", () -> exitStatus(process)) : null,
                ended && fields.exitTime.isPresent()
                        ? reader.read(
                                "ExitTime",
                                () -> FileTime.instant(fields.exitTime.get().unsigned(process)))
                        : null,
                reader.read("Session", () -> session(info, process)),
                reader.read("Token", () -> tokens.get().read(process, reader)),
                reader.read("Protection", () -> protection(process)),
                reader.read("WoW64Process", () -> wow64.machine(process)),
                reader.read("UserDirectoryTableBase", () -> userRoot(process)),
                reader.provenance(SOURCE));
    }

    private @Nullable Integer exitStatus(long process) {
        return exitStatus.isPresent() ? (int) exitStatus.get().unsigned(process) : null;
    }

    /** The session's own space is mapped in its processes only; where it is not known, the token has the number too. */
    private @Nullable Long session(ProcessInfo info, long process) {
        if (session.isEmpty() || session.get().pointer(process) == 0) {
            return null;
        }
        Long root = info.dtb();
        if (sessionId.isPresent() && root != null) {
            try {
                long place = sessionId.get().at(session.get().pointer(process));
                return spaces.apply(root).readUnsigned(place, Integer.BYTES);
            } catch (MemflowException unreadable) {
                return tokens.get().session(process);
            }
        }
        return tokens.get().session(process);
    }

    private @Nullable String protection(long process) {
        int level = protection.isPresent() ? (int) protection.get().unsigned(process) : 0;
        int type = level & TYPE_MASK;
        if (type == 0) {
            return null;
        }
        int signer = level >>> SIGNER_SHIFT & SIGNER_MASK;
        return (type < TYPES.length ? TYPES[type] : "type " + type) + "-"
                + (signer < SIGNERS.length ? SIGNERS[signer] : "signer " + signer);
    }

    /** A value below a page stands for none: its process uses one root for both. */
    private @Nullable Long userRoot(long process) {
        long root = userRoot.isPresent() ? fields.root(userRoot.get(), process) : 0;
        return root == 0 || root == fields.root(process) ? null : root;
    }
}
