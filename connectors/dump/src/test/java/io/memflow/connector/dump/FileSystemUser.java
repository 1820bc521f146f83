package io.memflow.connector.dump;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** The user that the kernel checks the calling thread's file accesses against. Linux only. */
final class FileSystemUser {
    /** The kernel's overflow user, which owns nothing. */
    private static final int NOBODY = 65534;

    private FileSystemUser() {}

    /**
     * Runs something as a user without any rights, also when the tests run as root: setfsuid(2) counts for one thread and
     * drops root's override of permissions.
     */
    static void withoutRights(Runnable action) {
        int before = become(NOBODY);
        try {
            action.run();
        } finally {
            become(before);
        }
    }

    /** Returns who the thread was. */
    @SuppressWarnings("restricted") // the one native call of these tests, of a function without pointers
    private static int become(int user) {
        Linker linker = Linker.nativeLinker();
        MethodHandle setfsuid = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("setfsuid"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        try {
            return (int) setfsuid.invokeExact(user);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }
}
