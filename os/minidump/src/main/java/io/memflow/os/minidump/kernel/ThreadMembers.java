package io.memflow.os.minidump.kernel;

import org.jspecify.annotations.Nullable;

/**
 * Where members of {@code ETHREAD} lie. Offsets in bytes.
 *
 * @param bytes of the structure
 * @param clientId {@code Cid}: the ids of process and thread, each of a pointer's width
 * @param createTime {@code CreateTime}
 * @param state {@code Tcb.State}
 * @param teb {@code Tcb.Teb}
 * @param apcProcess {@code Tcb.ApcState.Process}
 * @param places what only public symbols tell; null when not known
 */
record ThreadMembers(
        int bytes,
        int clientId,
        int createTime,
        int state,
        int teb,
        int apcProcess,
        @Nullable Places places) {
    /**
     * Where it began and its stack.
     *
     * @param start {@code StartAddress}
     * @param entry {@code Win32StartAddress}
     * @param stackBase {@code Tcb.StackBase}, the end of its kernel stack
     * @param stackLimit {@code Tcb.StackLimit}
     */
    record Places(int start, int entry, int stackBase, int stackLimit) {}
}
