package io.memflow.os.windows.synthetic;

/**
 * A thread of a synthetic process, as it was built. Addresses are virtual.
 *
 * @param address its {@code ETHREAD}
 * @param id of it
 * @param teb its {@code TEB}; 0 for a thread that never runs in user mode
 * @param startAddress where the kernel started it
 * @param win32StartAddress where its program started it
 * @param state {@code KTHREAD.State}
 * @param waitReason {@code KTHREAD.WaitReason}
 * @param stackBase the end of its kernel stack, which grows downwards
 * @param stackLimit its lowest byte
 * @param createTime 100 ns units since 1601
 * @param exitTime the same; 0 while it runs
 */
public record SyntheticThread(
        long address,
        long id,
        long teb,
        long startAddress,
        long win32StartAddress,
        int state,
        int waitReason,
        long stackBase,
        long stackLimit,
        long createTime,
        long exitTime) {}
