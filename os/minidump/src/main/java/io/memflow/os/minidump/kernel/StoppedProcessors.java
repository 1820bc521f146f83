package io.memflow.os.minidump.kernel;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.Listing;
import io.memflow.core.os.Provenance;
import io.memflow.core.os.ThreadRegisters;
import io.memflow.formats.crashdump.CrashHeader;
import io.memflow.formats.crashdump.DebuggerOffsets;
import io.memflow.formats.crashdump.ProcessorContext;
import io.memflow.os.minidump.register.ContextRegisters;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Registers: those of the processor that stopped the system, from the header, and those of the others, which it stopped, as
 * far as their {@code KPRCB} are in the dump. Stateless.
 */
final class StoppedProcessors {
    private static final Provenance HEADER = new Provenance(List.of("dump-header"), List.of());
    private static final Provenance BLOCK = new Provenance(List.of("processor-block"), List.of());
    /** {@code MAXIMUM_PROCESSORS} of the kernel's groups: 32 groups of 64. */
    private static final int MOST_PROCESSORS = 2048;
    /** What the longest {@code CONTEXT} that is decoded takes, without vector registers. */
    private static final int CONTEXT_BYTES = 0x110;

    private StoppedProcessors() {}

    /** The registers in the header; its processor's number is not in it. */
    static Listing<ThreadRegisters> ofHeader(CrashHeader header, Optional<ThreadIds> thread) {
        ProcessorContext context = header.context();
        return context == null
                ? Listing.absent("registers", "the header has none for this machine")
                : new Listing<>(
                        List.of(new ThreadRegisters(
                                thread.map(ThreadIds::pid).orElse(null),
                                thread.map(ThreadIds::tid).orElse(null),
                                null,
                                ContextRegisters.of(context),
                                HEADER)),
                        List.of());
    }

    /** Who ran on the processor that stopped the system. */
    record ThreadIds(int pid, int tid) {}

    /** The registers of all processors whose blocks are in the dump, by their numbers. */
    static List<ThreadRegisters> ofBlocks(CrashHeader header, DebuggerOffsets told, MemoryView memory) {
        List<ThreadRegisters> rows = new ArrayList<>();
        int word = memory.properties().pointerBytes();
        long count = Math.min(header.processors(), MOST_PROCESSORS);
        long table = new DumpMachine(header).address(told.processorBlock());
        for (int processor = 0; processor < count; processor++) {
            ofBlock(processor, table + (long) processor * word, header, told, memory)
                    .ifPresent(rows::add);
        }
        return rows;
    }

    /** The registers of one; empty where its block is not in the dump, or holds none. */
    private static Optional<ThreadRegisters> ofBlock(
            int processor, long pointer, CrashHeader header, DebuggerOffsets told, MemoryView memory) {
        try {
            long block = memory.readUnsigned(pointer, memory.properties().pointerBytes());
            byte[] bytes = memory.readBytes(block + told.processorContext(), CONTEXT_BYTES);
            return ProcessorContext.decode(MemorySegment.ofArray(bytes), header.machine())
                    .filter(context -> context.flags() != 0 && context.instructionPointer() != 0)
                    .map(context -> new ThreadRegisters(null, null, processor, ContextRegisters.of(context), BLOCK));
        } catch (MemflowException notInTheDump) {
            return Optional.empty();
        }
    }
}
