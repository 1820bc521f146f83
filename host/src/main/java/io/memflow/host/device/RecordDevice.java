package io.memflow.host.device;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A device that gives one record for each read(2), such as {@code /dev/kmsg}, read until it would wait for more. The JDK
 * opens files so that such a read waits, so this calls open(2) itself. Confined; holds a file descriptor until it is closed.
 */
public final class RecordDevice implements AutoCloseable {
    /** {@code O_NONBLOCK} and {@code O_CLOEXEC} of include/uapi/asm-generic/fcntl.h, as on x86, arm64 and riscv64. */
    private static final int FLAGS = 0x800 | 0x8_0000;

    /** Numbers of asm-generic/errno-base.h. */
    private static final int EPERM = 1;

    private static final int ENOENT = 2;
    private static final int EINTR = 4;
    private static final int EAGAIN = 11;
    private static final int EACCES = 13;
    private static final int EPIPE = 32;
    /** More than the kernel ever gives at once: {@code PRINTK_MESSAGE_MAX} of kernel/printk/internal.h is 2048. */
    private static final int BUFFER_BYTES = 1 << 14;

    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private final Path path;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment state = arena.allocate(CALL_STATE);
    private final MemorySegment buffer = arena.allocate(BUFFER_BYTES);
    private final int descriptor;
    private boolean lost;
    private boolean closed;

    /** The functions of the C library. Bound on first use. */
    private static final class Bound {
        static final MethodHandle OPEN =
                bind("open", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT), 2);
        static final MethodHandle READ = bind(
                "read",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG),
                0);
        static final MethodHandle CLOSE =
                bind("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT), 0);

        /**
         * @param variadic index of the first argument that varies, 0 for none
         */
        @SuppressWarnings("restricted") // The module is granted native access for calls of the kernel.
        private static MethodHandle bind(String name, FunctionDescriptor signature, int variadic) {
            Linker linker = Linker.nativeLinker();
            MemorySegment function = linker.defaultLookup().findOrThrow(name);
            Linker.Option errno = Linker.Option.captureCallState("errno");
            return variadic == 0
                    ? linker.downcallHandle(function, signature, errno)
                    : linker.downcallHandle(function, signature, errno, Linker.Option.firstVariadicArg(variadic));
        }
    }

    /**
     * Opens a device for reading.
     *
     * @throws MemflowException of kind NOT_FOUND when there is none, otherwise one that says what to do
     */
    public RecordDevice(Path path) {
        this.path = path;
        MemorySegment name = arena.allocateFrom(path.toString());
        int opened;
        try {
            opened = (int) Bound.OPEN.invokeExact(state, name, FLAGS);
        } catch (Throwable neverThrown) {
            throw new AssertionError("open", neverThrown);
        }
        if (opened < 0) {
            int error = (int) ERRNO.get(state, 0L);
            arena.close();
            throw failure(error);
        }
        descriptor = opened;
    }

    /**
     * The next record; empty when there are no more now.
     *
     * @throws MemflowException when the device refuses
     */
    public Optional<byte[]> next() {
        while (true) {
            long length = read();
            if (length >= 0) {
                return length == 0
                        ? Optional.empty()
                        : Optional.of(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
            }
            int error = (int) ERRNO.get(state, 0L);
            if (error == EAGAIN) {
                return Optional.empty();
            }
            // The record was overwritten before it was read: the next call gives the oldest that is left.
            lost |= error == EPIPE;
            if (error != EPIPE && error != EINTR) {
                throw failure(error);
            }
        }
    }

    /** Whether records were overwritten while they were read. */
    public boolean hasLost() {
        return lost;
    }

    private long read() {
        try {
            return (long) Bound.READ.invokeExact(state, descriptor, buffer, (long) BUFFER_BYTES);
        } catch (Throwable neverThrown) {
            throw new AssertionError("read", neverThrown);
        }
    }

    private MemflowException failure(int error) {
        boolean refused = error == EPERM || error == EACCES;
        return new MemflowException(
                ErrorOrigin.OTHER,
                error == ENOENT ? ErrorKind.NOT_FOUND : ErrorKind.UNABLE_TO_READ_FILE,
                refused
                        ? "This user may not read %s: run as root or with CAP_SYSLOG.".formatted(path)
                        : "%s could not be read: error number %d.".formatted(path, error));
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            var _ = (int) Bound.CLOSE.invokeExact(state, descriptor);
        } catch (Throwable neverThrown) {
            throw new AssertionError("close", neverThrown);
        }
        arena.close();
    }
}
