package io.memflow.host.transfer;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Locale;

/**
 * Linux' process_vm_readv(2) and process_vm_writev(2), of glibc 2.15 and musl 1.1 on. Bound on first use. Stateless.
 */
public final class ProcessVm {
    /** UIO_MAXIOV of linux/uio.h: most elements of one list. */
    public static final int IOV_MAX = 1024;

    /** Bytes of struct iovec: a pointer and a size_t, on 64-bit hosts. */
    static final int IOVEC_BYTES = 16;

    /** Numbers of asm-generic/errno-base.h, the same on every architecture that has a 64-bit JDK. */
    static final int EPERM = 1;

    static final int EFAULT = 14;

    /** Where the call leaves errno. */
    static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();

    private static final VarHandle ERRNO = CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private ProcessVm() {}

    /** Holds the bound functions, so that this class loads on hosts that lack them. */
    private static final class Bound {
        static final MethodHandle READ = bind("process_vm_readv");
        static final MethodHandle WRITE = bind("process_vm_writev");

        @SuppressWarnings("restricted") // The module is granted native access for these two functions.
        private static MethodHandle bind(String name) {
            Linker linker = Linker.nativeLinker();
            MemorySegment function = linker.defaultLookup()
                    .find(name)
                    .orElseThrow(() -> new MemflowException(
                            ErrorOrigin.OTHER,
                            ErrorKind.NOT_SUPPORTED,
                            "This system has no %s, by which memory of its processes is reached.".formatted(name)));
            FunctionDescriptor signature = FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG);
            return linker.downcallHandle(function, signature, Linker.Option.captureCallState("errno"));
        }
    }

    /** Whether this is a system that has these calls: 64-bit Linux. */
    public static boolean isHere() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        return system.equals("linux") && ValueLayout.ADDRESS.byteSize() == Long.BYTES;
    }

    /**
     * Copies bytes of another process to this one.
     *
     * @param state receives errno, see {@link #CALL_STATE}
     * @param local array of struct iovec: where to
     * @param remote array of struct iovec: where from, in the other process
     * @return bytes copied, or the negated error number
     */
    static long read(
            MemorySegment state, int pid, MemorySegment local, int localCount, MemorySegment remote, int remoteCount) {
        return Thread.currentThread().isVirtual()
                ? PlatformCalls.run(() -> call(Bound.READ, state, pid, local, localCount, remote, remoteCount))
                : call(Bound.READ, state, pid, local, localCount, remote, remoteCount);
    }

    /** Copies bytes into another process, as {@link #read}. */
    static long write(
            MemorySegment state, int pid, MemorySegment local, int localCount, MemorySegment remote, int remoteCount) {
        return Thread.currentThread().isVirtual()
                ? PlatformCalls.run(() -> call(Bound.WRITE, state, pid, local, localCount, remote, remoteCount))
                : call(Bound.WRITE, state, pid, local, localCount, remote, remoteCount);
    }

    private static long call(
            MethodHandle function,
            MemorySegment state,
            int pid,
            MemorySegment local,
            int localCount,
            MemorySegment remote,
            int remoteCount) {
        try {
            long copied =
                    (long) function.invokeExact(state, pid, local, (long) localCount, remote, (long) remoteCount, 0L);
            return copied >= 0 ? copied : -(int) ERRNO.get(state, 0L);
        } catch (Throwable neverThrown) {
            // A downcall of this shape throws nothing of its own; what comes is an error of the JVM.
            throw new AssertionError("process_vm", neverThrown);
        }
    }
}
