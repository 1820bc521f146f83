package io.memflow.host.process;

/** The name of a program's file. Stateless. */
public final class ExecutableName {
    /** What the kernel puts behind the path of a file that was replaced or removed ({@code d_path} in fs/d_path.c). */
    private static final String DELETED = " (deleted)";

    private ExecutableName() {}

    /**
     * The last part of a path.
     *
     * @param path as the kernel gives it for an executable, which may end in " (deleted)"
     */
    public static String of(String path) {
        String file = path.substring(path.lastIndexOf('/') + 1);
        return file.endsWith(DELETED) ? file.substring(0, file.length() - DELETED.length()) : file;
    }
}
