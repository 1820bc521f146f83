package io.memflow.os.windows.process;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.EnvironmentVariable;
import io.memflow.os.windows.structure.UnicodeString;
import io.memflow.os.windows.structure.UserLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a process was started with ({@code RTL_USER_PROCESS_PARAMETERS}), which lies in its own memory, where it may have been
 * changed since. Works on any address space with a {@code PEB}. Thread-safe.
 */
public final class UserParameters {
    private static final int PAGE_BYTES = 4096;
    /** Far more than any environment takes; there has been no limit since Vista. */
    private static final int MOST_BYTES = 4 << 20;

    private final MemoryView memory;
    private final UserLayout layout;
    private final long parameters;

    private UserParameters(MemoryView memory, UserLayout layout, long parameters) {
        this.memory = memory;
        this.layout = layout;
        this.parameters = parameters;
    }

    /**
     * Those of a process.
     *
     * @param memory the process' address space
     * @param peb virtual address of its {@code PEB}
     * @throws io.memflow.core.error.MemflowException when it cannot be read, or names none
     */
    public static UserParameters read(MemoryView memory, UserLayout layout, long peb) {
        long parameters = memory.followPointer(peb + layout.peb().parameters(), layout.width());
        return new UserParameters(memory, layout, parameters);
    }

    /**
     * The command line, argument by argument.
     *
     * @throws io.memflow.core.error.MemflowException when it cannot be read
     */
    public List<String> arguments() {
        return CommandLine.split(text(layout.parameters().commandLine()));
    }

    /**
     * Where relative paths begin.
     *
     * @throws io.memflow.core.error.MemflowException when it cannot be read
     */
    public String currentDirectory() {
        return text(layout.parameters().currentDirectory());
    }

    /**
     * The program, as its own process has it.
     *
     * @throws io.memflow.core.error.MemflowException when it cannot be read
     */
    public String imagePath() {
        return text(layout.parameters().imagePath());
    }

    private String text(int offset) {
        return UnicodeString.read(memory, parameters + offset, layout.width());
    }

    /**
     * The environment. Variables whose names begin with {@code =}, such as the current directories of drives, are among them.
     *
     * @throws MemoryAccessException when part of it is not in memory
     * @throws MalformedDataException when it has no end
     */
    public List<EnvironmentVariable> environment() {
        long start = memory.readPointer(parameters + layout.parameters().environment(), layout.width());
        List<EnvironmentVariable> variables = new ArrayList<>();
        if (start == 0) {
            return variables;
        }
        for (String text : block(start).split("\0", -1)) {
            int equals = text.indexOf('=', 1);
            if (equals > 0) {
                variables.add(new EnvironmentVariable(text.substring(0, equals), text.substring(equals + 1)));
            }
        }
        return variables;
    }

    /** Texts that end in a zero each, up to an empty one. */
    private String block(long start) {
        StringBuilder block = new StringBuilder();
        long at = start;
        while (block.length() * Character.BYTES < MOST_BYTES) {
            int length = PAGE_BYTES - (int) (at & (PAGE_BYTES - 1));
            // An odd address is nothing that Windows makes; its units may cross a page.
            length = length % Character.BYTES == 0 ? length : length + 1;
            int searched = Math.max(0, block.length() - 1);
            block.append(new String(memory.readBytes(at, length), StandardCharsets.UTF_16LE));
            int end = block.charAt(0) == 0 ? 0 : block.indexOf("\0\0", searched);
            if (end >= 0) {
                return block.substring(0, end);
            }
            at += length;
        }
        throw new MalformedDataException("environment", start, "it has no end within %d bytes".formatted(MOST_BYTES));
    }
}
