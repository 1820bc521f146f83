package io.memflow.os.windows.offset;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.os.windows.structure.WindowsArchitecture;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntPredicate;

/** Learns where a process points to other objects from what those objects hold. Confined. */
final class ObjectLearner {
    private static final String PROCESS = "_EPROCESS";

    /** {@code TokenSource.SourceName} of the token of {@code System} begins the token. */
    private static final long SYSTEM_SOURCE = word("*SYSTEM*");

    /** {@code EX_FAST_REF}: references are counted in the low bits. */
    private static final long FAST_REFERENCES_64 = 0xF;

    private static final long FAST_REFERENCES_32 = 0x7;

    /** A HANDLE_TABLE names its process within these. */
    private static final int OWNER_WITHIN = 0x40;

    private static final String DEVICE = "\\Device\\";

    /** {@code Type} of FILE_OBJECT (ntifs.h, IO_TYPE_FILE). */
    private static final int FILE_TYPE = 5;

    private static final int LARGEST_FILE_OBJECT = 0x200;
    private static final int SMALLEST_FILE_OBJECT = 0x60;
    private static final long PRESENT = 1;
    private static final long FRAME = 0x0000_FFFF_FFFF_F000L;
    private static final int ENTRIES = 512;

    private final Target target;
    private final ProcessChain chain;
    private final Candidates candidates;
    private final int pointer;

    ObjectLearner(Target target, ProcessChain chain, Candidates candidates) {
        this.target = target;
        this.chain = chain;
        this.candidates = candidates;
        pointer = target.pointerBytes();
    }

    void learn() {
        long references = pointer == Long.BYTES ? ~FAST_REFERENCES_64 : ~FAST_REFERENCES_32;
        add("Token", "the token of System, which names its source", offset -> {
            long token = chain.system().pointer(offset);
            return target.isKernelAddress(token) && target.number(token & references, Long.BYTES) == SYSTEM_SOURCE;
        });
        add("ObjectTable", "a table that names its process", offset -> most(offset, this::namesOwner));
        add("SeAuditProcessCreationInfo", "the name of a file on a device", offset -> most(offset, this::isDeviceName));
        add("ImageFilePointer", "a file object", offset -> most(offset, (process, value) -> isFile(value)));
        if (target.architecture() == WindowsArchitecture.X64) {
            learnUserRoot();
        }
    }

    private void add(String member, String how, IntPredicate passes) {
        candidates.add(PROCESS, member, 0, target.processBytes(), pointer, how, passes);
    }

    /** What the value of a member must be. */
    @FunctionalInterface
    private interface Test {
        boolean passes(Sample process, long value);
    }

    /** Whether it holds in most processes that have a value there; those that ended may have none. */
    private boolean most(int offset, Test test) {
        List<Sample> others = chain.samples().subList(1, chain.samples().size());
        int passed = 0;
        int failed = 0;
        for (Sample process : others) {
            long value = process.pointer(offset);
            if (value == 0 || value == Sample.UNKNOWN) {
                continue;
            }
            if (!target.isKernelAddress(value)) {
                return false;
            }
            boolean passes = test.passes(process, value);
            passed += passes ? 1 : 0;
            failed += passes ? 0 : 1;
        }
        return passed > 0 && passed > 3 * failed;
    }

    private boolean namesOwner(Sample process, long table) {
        for (int offset = 0; offset < OWNER_WITHIN; offset += pointer) {
            if (target.pointer(table + offset) == process.address()) {
                // A list head in the process has the process nearby too, but then the link leads back.
                return target.pointer(table) != process.address();
            }
        }
        return false;
    }

    private boolean isDeviceName(Sample process, long text) {
        long bytes = target.number(text, Short.BYTES);
        long most = target.number(text + Short.BYTES, Short.BYTES);
        long buffer = target.pointer(text + pointer);
        if (bytes < 2L * DEVICE.length() || most < bytes || !target.isKernelAddress(buffer)) {
            return false;
        }
        try {
            return target.memory().readFixedUtf16(buffer, 2 * DEVICE.length()).equals(DEVICE);
        } catch (MemflowException unreadable) {
            return false;
        }
    }

    private boolean isFile(long file) {
        long size = target.number(file + Short.BYTES, Short.BYTES);
        return target.number(file, Short.BYTES) == FILE_TYPE
                && size >= SMALLEST_FILE_OBJECT
                && size <= LARGEST_FILE_OBJECT
                && size % pointer == 0;
    }

    /** The second root of a process, with the same lower half and next to nothing of the kernel's. */
    private void learnUserRoot() {
        int root = 0x28;
        candidates.add(
                "_KPROCESS",
                "UserDirectoryTableBase",
                root + pointer,
                chain.pidOffset(),
                pointer,
                "a root with the same lower half",
                offset -> chain.samples().stream()
                        .skip(1)
                        .anyMatch(process ->
                                isShadow(target.architecture().root(process.pointer(root)), process.pointer(offset))));
    }

    private boolean isShadow(long root, long value) {
        long shadow = value & FRAME;
        if (value == Sample.UNKNOWN || value >>> 48 != 0 || shadow == 0 || shadow == root) {
            return false;
        }
        MemorySegment ours = MemorySegment.ofArray(new long[ENTRIES / 2]);
        MemorySegment theirs = MemorySegment.ofArray(new long[ENTRIES]);
        if (target.memory().physical().tryRead(root, ours) != Fault.NONE
                || target.memory().physical().tryRead(shadow, theirs) != Fault.NONE) {
            return false;
        }
        int shared = 0;
        for (int i = 0; i < ENTRIES / 2; i++) {
            long own = ours.get(ScalarLayout.LONG_LITTLE, (long) i * Long.BYTES);
            long other = theirs.get(ScalarLayout.LONG_LITTLE, (long) i * Long.BYTES);
            if ((own & PRESENT) != (other & PRESENT) || (own & FRAME) != (other & FRAME)) {
                return false;
            }
            shared += (int) (own & PRESENT);
        }
        return shared > 0;
    }

    private static long word(String text) {
        return MemorySegment.ofArray(text.getBytes(StandardCharsets.US_ASCII)).get(ScalarLayout.LONG_LITTLE, 0);
    }
}
