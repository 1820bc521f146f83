package io.memflow.os.windows.handle;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.translate.VirtualMemory;
import io.memflow.os.windows.TestedBuild;
import io.memflow.os.windows.structure.WindowsKernel;
import io.memflow.os.windows.structure.WindowsVersion;
import io.memflow.os.windows.synthetic.SyntheticWindows;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tables of handles that are written into synthetic machines: of all levels, and hostile ones. */
class SyntheticHandleTableTest {
    private static final long PAGE_BYTES = 4096;
    /** Granted access of the entries here. */
    private static final int ACCESS = 0x12019F;

    /** Pages of the kernel's image that nothing here needs for anything else. */
    private static final class Scratch {
        final WindowsKernel kernel;
        final VirtualMemory memory;
        final long table;
        final long pages;

        Scratch(SyntheticWindows machine) {
            kernel = machine.kernel();
            memory = kernel.memory();
            table = kernel.image().base() + PAGE_BYTES;
            pages = table + PAGE_BYTES;
            for (long at = table; at < table + 8 * PAGE_BYTES; at += Long.BYTES) {
                memory.writeLong(at, 0);
            }
        }

        long page(int number) {
            return pages + number * PAGE_BYTES;
        }

        void code(long code) {
            memory.writePointer(kernel.field("_HANDLE_TABLE", "TableCode").at(table), code);
        }

        void entry(long page, int index, long target) {
            int word = kernel.pointerBytes();
            long at = page + (long) index * 2 * word;
            boolean packed = word == Long.BYTES && kernel.version().isAtLeast(WindowsVersion.EIGHT_ONE);
            memory.writePointer(at, packed ? target >>> 4 << 20 | 1 : target | 1);
            memory.writeUnsigned(at + word, Integer.BYTES, ACCESS);
        }

        HandleTable.Entries read() {
            return new HandleTable(kernel).read(table, "table");
        }
    }

    @ParameterizedTest
    @EnumSource
    void entriesOfSyntheticTablesOfAllLevelsAreFound(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().build()) {
            Scratch scratch = new Scratch(machine);
            int word = scratch.kernel.pointerBytes();
            long perPage = PAGE_BYTES / (2L * word);
            long target = scratch.kernel.image().base() + 0x120;
            scratch.entry(scratch.page(0), 3, target);
            scratch.entry(scratch.page(1), 5, target + 0x40);

            scratch.code(scratch.page(0));
            assertThat(scratch.read().entries()).containsExactly(new HandleTable.Entry(3 * 4, target, ACCESS));

            scratch.memory.writePointer(scratch.page(2), scratch.page(0));
            scratch.memory.writePointer(scratch.page(2) + word, scratch.page(1));
            scratch.code(scratch.page(2) | 1);
            HandleTable.Entry second = new HandleTable.Entry((perPage + 5) * 4, target + 0x40, ACCESS);
            assertThat(scratch.read().entries()).containsExactly(new HandleTable.Entry(3 * 4, target, ACCESS), second);

            scratch.memory.writePointer(scratch.page(3), scratch.page(2));
            scratch.code(scratch.page(3) | 2);
            assertThat(scratch.read().entries()).containsExactly(new HandleTable.Entry(3 * 4, target, ACCESS), second);
            assertThat(scratch.read().missing()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSyntheticTableThatLeadsToItselfEndsAndIsNamed(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().build()) {
            Scratch scratch = new Scratch(machine);
            scratch.memory.writePointer(scratch.page(0), scratch.page(0));
            scratch.memory.writePointer(scratch.page(0) + scratch.kernel.pointerBytes(), 0x1000);
            scratch.code(scratch.page(0) | 2);
            HandleTable.Entries entries = scratch.read();
            assertThat(entries.entries()).isEmpty();
            assertThat(entries.missing())
                    .extracting(part -> part.why().replaceAll(".*: ", ""))
                    .containsExactly("it was there before", "it lies outside the kernel");
        }
    }

    @ParameterizedTest
    @EnumSource
    void moreLevelsThanASyntheticTableCanHaveAreRefused(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().build()) {
            Scratch scratch = new Scratch(machine);
            scratch.code(scratch.page(0) | 3);
            assertThat(scratch.read().missing())
                    .singleElement()
                    .satisfies(part -> assertThat(part.why()).endsWith("it claims 3 levels"));
        }
    }
}
