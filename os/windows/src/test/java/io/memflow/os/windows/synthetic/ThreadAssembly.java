package io.memflow.os.windows.synthetic;

/** Builds threads of a process. Stateless. */
final class ThreadAssembly {
    /** {@code KOBJECTS.ThreadObject}. */
    private static final int THREAD_OBJECT = 6;

    private static final int WAITING = 5;
    private static final int USER_REQUEST = 6;
    private static final int EXECUTIVE = 0;
    private static final int STILL_ACTIVE = 0x103;
    private static final int PAGE = SyntheticRam.PAGE;
    private static final int STACK_PAGES_64 = 6;
    private static final int STACK_PAGES_32 = 3;
    /** Until 2003 SP0, three other bits lie below the time. */
    private static final int OLD_TIME_SHIFT = 3;

    private static final int LAST_WITH_OLD_TIME = 2600;

    private ThreadAssembly() {}

    /**
     * Where a thread runs.
     *
     * @param process its {@code EPROCESS}
     * @param processId of it
     * @param id of the thread
     * @param teb its block in user mode; 0 for none
     * @param start where the kernel starts it
     * @param win32Start where its program starts it
     * @param created when it was
     */
    record Place(long process, long processId, long id, long teb, long start, long win32Start, long created) {}

    static SyntheticThread build(Machine machine, long stackBase, Place place) {
        SyntheticTypes types = machine.types();
        SyntheticSpace kernel = machine.kernel();
        int pointer = machine.pointer();
        long at = machine.objects().create(ObjectType.THREAD, types.size("_ETHREAD"), "");
        long limit = stackBase - stackBytes(machine);
        kernel.mapFresh(limit, stackBytes(machine), PageAccess.KERNEL_WRITE);
        kernel.put8(at, THREAD_OBJECT);
        long waiters = at + 8;
        kernel.link(waiters, pointer, waiters, waiters);
        kernel.pointer(at + types.at("_KTHREAD", "InitialStack"), stackBase);
        kernel.pointer(at + types.at("_KTHREAD", "StackBase"), stackBase);
        kernel.pointer(at + types.at("_KTHREAD", "StackLimit"), limit);
        kernel.pointer(at + types.at("_KTHREAD", "KernelStack"), stackBase - 0x200);
        kernel.pointer(at + types.at("_KTHREAD", "Teb"), place.teb);
        kernel.put8(at + types.at("_KTHREAD", "State"), WAITING);
        int reason = place.teb == 0 ? EXECUTIVE : USER_REQUEST;
        kernel.put8(at + types.at("_KTHREAD", "WaitReason"), reason);
        kernel.put8(at + types.at("_KTHREAD", "Priority"), 8);
        kernel.put8(at + types.at("_KTHREAD", "PreviousMode"), place.teb == 0 ? 0 : 1);
        if (types.has("_KTHREAD", "Process")) {
            kernel.pointer(at + types.at("_KTHREAD", "Process"), place.process);
        }
        // KAPC_STATE: two lists, then the process that the thread runs in.
        kernel.pointer(at + types.at("_KTHREAD", "ApcState") + 4L * pointer, place.process);
        if (types.has("_ETHREAD", "ThreadsProcess")) {
            kernel.pointer(at + types.at("_ETHREAD", "ThreadsProcess"), place.process);
        }
        times(kernel, types, pointer, at, place.created);
        kernel.pointer(at + types.at("_ETHREAD", "Cid"), place.processId);
        kernel.pointer(at + types.at("_ETHREAD", "Cid") + pointer, place.id);
        kernel.pointer(at + types.at("_ETHREAD", "StartAddress"), place.start);
        kernel.pointer(at + types.at("_ETHREAD", "Win32StartAddress"), place.win32Start);
        return new SyntheticThread(
                at,
                place.id,
                place.teb,
                place.start,
                place.win32Start,
                WAITING,
                reason,
                stackBase,
                limit,
                place.created,
                0);
    }

    private static void times(SyntheticSpace kernel, SyntheticTypes types, int pointer, long at, long created) {
        boolean isOld =
                types.build() <= LAST_WITH_OLD_TIME || types.row().label().equals("2003 SP0");
        kernel.put64(at + types.at("_ETHREAD", "CreateTime"), isOld ? created << OLD_TIME_SHIFT : created);
        // While it runs, a list lies where the time of its end will be (KeyedWaitChain, earlier LpcReplyChain).
        long chain = at + types.at("_ETHREAD", "ExitTime");
        kernel.link(chain, pointer, chain, chain);
        kernel.put32(at + types.at("_ETHREAD", "ExitStatus"), STILL_ACTIVE);
    }

    /** Bytes of a thread's kernel stack. */
    static long stackBytes(Machine machine) {
        return (long) PAGE * (machine.pointer() == Long.BYTES ? STACK_PAGES_64 : STACK_PAGES_32);
    }
}
