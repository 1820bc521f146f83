package io.memflow.os.nativelinux.task;

import io.memflow.core.error.MemflowException;
import io.memflow.core.os.EnvironmentVariable;
import io.memflow.os.nativelinux.proc.KernelFile;
import io.memflow.os.nativelinux.proc.Roots;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;

/**
 * What a process was started with, beyond its row. Thread-safe.
 *
 * @param roots where it is read from
 */
public record ProcessText(Roots roots) {
    /** {@code EI_CLASS} and {@code ELFCLASS32} of the ELF specification. */
    private static final int CLASS = 4;

    private static final int CLASS_32 = 1;

    /**
     * The environment, in its own order; strings without {@code =} are left out.
     *
     * @throws MemflowException when this user may not see it, or the process has ended
     */
    public List<EnvironmentVariable> environment(int pid) {
        String text = KernelFile.text(roots.process(pid).resolve("environ"));
        return ProcessRows.strings(text).stream()
                .filter(variable -> variable.indexOf('=') > 0)
                .map(ProcessText::variable)
                .toList();
    }

    private static EnvironmentVariable variable(String text) {
        int sign = text.indexOf('=');
        return new EnvironmentVariable(text.substring(0, sign), text.substring(sign + 1));
    }

    /** 4 for a 32-bit program, otherwise 8, also where this user may not know. */
    public int pointerBytes(int pid) {
        try (InputStream program = Files.newInputStream(roots.process(pid).resolve("exe"))) {
            byte[] start = program.readNBytes(CLASS + 1);
            return start.length > CLASS && start[CLASS] == CLASS_32 ? Integer.BYTES : Long.BYTES;
        } catch (IOException notShown) {
            return Long.BYTES;
        }
    }
}
