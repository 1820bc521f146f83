package io.memflow.os.linux.task;

import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.EnvironmentVariable;
import io.memflow.core.structure.StructureLayout;
import io.memflow.os.linux.structure.Kernel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Command line and environment, which lie in the process' own memory between the marks its {@code mm_struct} keeps.
 * Thread-safe.
 */
public final class UserStrings {
    /** The kernel lets arguments and environment take 6 MiB together ({@code _STK_LIM / 4 * 3}, fs/exec.c). */
    private static final long MOST_BYTES = 6 << 20;
    /** How far {@code get_mm_cmdline()} follows a command line that its process wrote over its environment. */
    private static final int OVERWRITTEN_BYTES = 4096;

    private final MemoryView kernelMemory;
    private final long argumentsStart;
    private final long argumentsEnd;
    private final long environmentStart;
    private final long environmentEnd;

    public UserStrings(Kernel kernel) {
        kernelMemory = kernel.memory();
        StructureLayout layout = kernel.layout();
        argumentsStart = layout.offset("mm_struct", "arg_start");
        argumentsEnd = layout.offset("mm_struct", "arg_end");
        environmentStart = layout.offset("mm_struct", "env_start");
        environmentEnd = layout.offset("mm_struct", "env_end");
    }

    /**
     * The command line.
     *
     * @param mm virtual address of the process' {@code mm_struct}
     * @param memory the process' address space
     * @throws MemoryAccessException when part of it is not in memory
     */
    public List<String> arguments(long mm, MemoryView memory) {
        long start = kernelMemory.readPointer(mm + argumentsStart);
        long end = kernelMemory.readPointer(mm + argumentsEnd);
        if (!isRange(start, end)) {
            return List.of();
        }
        byte[] bytes = read(memory, start, end);
        if (bytes[bytes.length - 1] == 0) {
            return split(bytes);
        }
        // A process that rewrote its command line (setproctitle) may have run over the end of it: one string then.
        long limit = Math.min(kernelMemory.readPointer(mm + environmentEnd), end + OVERWRITTEN_BYTES);
        byte[] tail = isRange(end, limit) ? read(memory, end, limit) : new byte[0];
        byte[] whole = new byte[bytes.length + tail.length];
        System.arraycopy(bytes, 0, whole, 0, bytes.length);
        System.arraycopy(tail, 0, whole, bytes.length, tail.length);
        return List.of(new String(whole, 0, lengthUntilZero(whole), StandardCharsets.UTF_8));
    }

    /**
     * The environment; strings without {@code =} are left out.
     *
     * @throws MemoryAccessException when part of it is not in memory
     */
    public List<EnvironmentVariable> environment(long mm, MemoryView memory) {
        long start = kernelMemory.readPointer(mm + environmentStart);
        long end = kernelMemory.readPointer(mm + environmentEnd);
        if (!isRange(start, end)) {
            return List.of();
        }
        List<EnvironmentVariable> variables = new ArrayList<>();
        for (String entry : split(read(memory, start, end))) {
            int equals = entry.indexOf('=');
            if (equals > 0) {
                variables.add(new EnvironmentVariable(entry.substring(0, equals), entry.substring(equals + 1)));
            }
        }
        return variables;
    }

    private static boolean isRange(long start, long end) {
        return start != 0 && end - start > 0 && end - start <= MOST_BYTES;
    }

    private static byte[] read(MemoryView memory, long start, long end) {
        return memory.readBytes(start, (int) (end - start));
    }

    private static List<String> split(byte[] bytes) {
        List<String> strings = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                strings.add(new String(bytes, start, i - start, StandardCharsets.UTF_8));
                start = i + 1;
            }
        }
        if (start < bytes.length) {
            strings.add(new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8));
        }
        return strings;
    }

    private static int lengthUntilZero(byte[] bytes) {
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return length;
    }
}
