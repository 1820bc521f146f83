package io.memflow.os.windows.synthetic;

/** Whether the processes of a synthetic machine have a second root for user mode ({@code KiKvaShadow}). */
public enum UserTables {
    /** One root for both modes. */
    SHARED,
    /** A root of their own, but for a process that runs as an administrator. */
    SHADOWED
}
