package io.memflow.connector.qemu.gdb;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The machines that stand still for this program, so that they run on when it ends by a signal or without closing them. A
 * program that is killed outright cannot see to that. Thread-safe.
 */
final class PausedMachines {
    private static final Set<GdbMemory> PAUSED = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform()
                        .name("memflow-gdb-detach")
                        .unstarted(() -> PAUSED.forEach(GdbMemory::close)));
    }

    private PausedMachines() {}

    static void add(GdbMemory machine) {
        PAUSED.add(machine);
    }

    static void remove(GdbMemory machine) {
        PAUSED.remove(machine);
    }
}
