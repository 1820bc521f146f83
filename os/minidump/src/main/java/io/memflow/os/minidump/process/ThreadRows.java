package io.memflow.os.minidump.process;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PointerWidth;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.Listing;
import io.memflow.core.os.Provenance;
import io.memflow.core.os.TaskState;
import io.memflow.core.os.ThreadInfo;
import io.memflow.core.os.ThreadRegisters;
import io.memflow.formats.crashdump.MemoryBlock;
import io.memflow.formats.crashdump.ProcessorContext;
import io.memflow.formats.minidump.Minidump;
import io.memflow.formats.minidump.MinidumpException;
import io.memflow.formats.minidump.MinidumpThread;
import io.memflow.os.minidump.register.ContextRegisters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The threads of a minidump. Their stacks are those that their {@code TEB} names where it is in the dump, else the bytes of
 * them that the dump has. A dump does not say what a thread was doing. Thread-safe.
 *
 * @param dump the dump
 * @param pid its process
 * @param system what it ran on
 * @param memory its bytes
 */
record ThreadRows(Minidump dump, int pid, DumpSystem system, MemoryView memory) {
    private static final String SOURCE = "thread-list";
    private static final Provenance EXCEPTION = new Provenance(List.of("exception"), List.of());

    /** All threads, in the dump's order. */
    Listing<ThreadInfo> threads() {
        FieldReader names = new FieldReader();
        Map<Long, String> named = names.readOr("thread names", Map.of(), dump::threadNames);
        try {
            return new Listing<>(
                    dump.threads().stream()
                            .map(thread -> row(thread, named.get(thread.id())))
                            .toList(),
                    names.provenance(SOURCE).missing());
        } catch (MemflowException damaged) {
            return Listing.absent("threads", String.valueOf(damaged.getMessage()));
        }
    }

    private ThreadInfo row(MinidumpThread thread, @Nullable String name) {
        return new ThreadInfo(
                null,
                pid,
                (int) thread.id(),
                // Some writers note an empty one for threads without.
                name == null || name.isEmpty() ? null : name,
                TaskState.UNKNOWN,
                new ThreadInfo.Places(
                        null, null, thread.teb() == 0 ? null : thread.teb(), null, stack(thread), null, null),
                new Provenance(List.of(SOURCE), List.of()));
    }

    private ThreadInfo.@Nullable Stack stack(MinidumpThread thread) {
        PointerWidth width = PointerWidth.of(memory.properties());
        if (system.isWindows() && thread.teb() != 0) {
            try {
                // NT_TIB, which a TEB begins with: ExceptionList, StackBase, StackLimit.
                return new ThreadInfo.Stack(
                        memory.readPointer(thread.teb() + 2L * width.bytes(), width),
                        memory.readPointer(thread.teb() + width.bytes(), width));
            } catch (MemflowException notInTheDump) {
                return held(thread.stack());
            }
        }
        return held(thread.stack());
    }

    private static ThreadInfo.@Nullable Stack held(@Nullable MemoryBlock stack) {
        return stack == null ? null : new ThreadInfo.Stack(stack.address(), stack.address() + stack.bytes());
    }

    /** The registers of all threads; of the one that an exception happened in, those at that time come first. */
    Listing<ThreadRegisters> registers() {
        List<ThreadRegisters> rows = new ArrayList<>();
        try {
            MinidumpException exception = dump.exception().orElse(null);
            ProcessorContext context = exception == null ? null : exception.context();
            if (exception != null && context != null) {
                rows.add(row(exception.threadId(), context, EXCEPTION));
            }
            for (MinidumpThread thread : dump.threads()) {
                ProcessorContext own = thread.context();
                if (own != null) {
                    rows.add(row(thread.id(), own, new Provenance(List.of(SOURCE), List.of())));
                }
            }
        } catch (MemflowException damaged) {
            return Listing.absent("registers", String.valueOf(damaged.getMessage()));
        }
        return rows.isEmpty()
                ? Listing.absent("registers", "the dump has none of a processor that is known here")
                : new Listing<>(rows, List.of());
    }

    private ThreadRegisters row(long thread, ProcessorContext context, Provenance provenance) {
        return new ThreadRegisters(pid, (int) thread, null, ContextRegisters.of(context), provenance);
    }
}
