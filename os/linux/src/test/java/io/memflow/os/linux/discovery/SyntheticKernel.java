package io.memflow.os.linux.discovery;

import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.memory.ViewProperties;
import io.memflow.os.linux.discovery.TableFamily.Setup;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A machine of 16 MiB with page tables of any family, and what of a kernel image the search looks at. */
final class SyntheticKernel {
    static final int BYTES = 16 << 20;
    /** Where the image begins, from the start of RAM. */
    static final long IMAGE = 2 << 20;

    static final long IMAGE_BYTES = 4 << 20;
    static final long BANNER = IMAGE + (1 << 20);
    static final String TEXT = "Linux version 6.1.0-test (someone@somewhere) (gcc 12) #1 SMP Debian (2026-01-01)";
    /** The root lies in the image. */
    static final long ROOT = IMAGE + IMAGE_BYTES - (1 << 16);

    private static final long POINTERS = IMAGE + (2 << 20);
    private static final int POINTER_COUNT = 8192;

    private final TableFamily family;
    private final Setup setup;
    private final long base;
    private final MemorySegment ram = MemorySegment.ofArray(new byte[BYTES]);
    private final Map<Long, Long> tables = new HashMap<>();
    private long nextTable = IMAGE + IMAGE_BYTES + (1 << 20);

    SyntheticKernel(TableFamily family, int depth, long base) {
        this.family = family;
        this.setup = family.setups(depth).getFirst();
        this.base = base;
    }

    Setup setup() {
        return setup;
    }

    long physical(long offset) {
        return base + offset;
    }

    MemorySegment ram() {
        return ram;
    }

    /** Maps the image page by page, puts its banner there, and pointers from it into itself. */
    SyntheticKernel withImageAt(long virtual) {
        map(ROOT, virtual, IMAGE, IMAGE_BYTES);
        text(BANNER, TEXT + "\n");
        int width = family.shape().entryBytes();
        boolean narrow = setup.facts().pointerBytes() == Integer.BYTES;
        for (int i = 0; i < POINTER_COUNT; i++) {
            long pointer = virtual + i * 8L;
            if (narrow) {
                ram.set(ScalarLayout.INT_LITTLE, POINTERS + i * 4L, (int) pointer);
            } else {
                ram.set(ScalarLayout.LONG_LITTLE, POINTERS + (long) i * width, pointer);
            }
        }
        return this;
    }

    SyntheticKernel text(long offset, String text) {
        MemorySegment.copy(
                MemorySegment.ofArray(text.getBytes(StandardCharsets.US_ASCII)), 0, ram, offset, text.length());
        return this;
    }

    /** Maps a run of memory with pages of the smallest size under a root. */
    SyntheticKernel map(long root, long virtual, long offset, long length) {
        long page = 1L << family.shape().pageBits();
        for (long at = 0; at < length; at += page) {
            long table = root;
            for (int level = setup.depth() - 1; level > 0; level--) {
                table = below(table, index(virtual + at, level));
            }
            entry(
                    table,
                    index(virtual + at, 0),
                    base + offset + at,
                    family.shape().page().value() | readable());
        }
        return this;
    }

    private long readable() {
        // R, W, X and V of RISC-V; elsewhere the form alone makes a page.
        return family.equals(TableFamily.RISCV64) ? 0xF : 0;
    }

    private long below(long table, long index) {
        return tables.computeIfAbsent(table << 12 | index, key -> {
            long bytes = 1L << family.shape().pageBits();
            long fresh = (nextTable + bytes - 1) & -bytes;
            nextTable = fresh + bytes;
            entry(table, index, base + fresh, family.shape().table().value());
            return fresh;
        });
    }

    private long index(long virtual, int level) {
        int shift = family.shape().shift(level);
        int bits = level == setup.depth() - 1
                ? setup.format().virtualBits() - shift
                : family.shape().indexBits();
        return virtual >>> shift & ((1L << bits) - 1);
    }

    private void entry(long table, long index, long physical, long bits) {
        long value = physical >>> family.shape().addressShift() | bits;
        if (family.shape().entryBytes() == Long.BYTES) {
            ram.set(ScalarLayout.LONG_LITTLE, table + index * 8, value);
        } else {
            ram.set(ScalarLayout.INT_LITTLE, table + index * 4, (int) value);
        }
    }

    MappedMemory memory() {
        return new MappedMemory(
                DirectMap.builder().add(base, ram, 0, BYTES).build(),
                Arena.ofAuto(),
                ViewProperties.Access.READ_ONLY,
                "synthetic kernel",
                List.of());
    }
}
