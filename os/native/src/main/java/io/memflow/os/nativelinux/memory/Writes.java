package io.memflow.os.nativelinux.memory;

/** What may be written to memory of processes. */
public enum Writes {
    /** Nothing. */
    NONE,
    /** What the process itself may write. */
    ALLOWED,
    /** Its read-only pages too, such as the text of programs: it gets a copy of such a page of its own. */
    FORCED
}
