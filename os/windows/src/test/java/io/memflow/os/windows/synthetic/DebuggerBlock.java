package io.memflow.os.windows.synthetic;

/** How a synthetic machine holds what its kernel keeps for a debugger ({@code KDDEBUGGER_DATA64}). */
public enum DebuggerBlock {
    /** It is not there. */
    NONE,
    /** As up to Windows 7, and later while a debugger is attached. */
    PLAIN,
    /** Encoded by {@code KiWaitNever} and its kin, as from Windows 8 on. */
    ENCODED
}
