package io.memflow.os.windows.synthetic;

import io.memflow.os.windows.structure.WindowsArchitecture;
import io.memflow.os.windows.structure.WindowsVersion;
import io.memflow.os.windows.synthetic.ProcessPlan.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Which processes a synthetic machine has: those that each Windows of that age starts, then programs. Confined. */
final class ProcessPlans {
    /** The fewest processes that are what a system needs. */
    static final int FEWEST = 8;
    /** The first build with a process for the registry, 10 1803. */
    private static final int REGISTRY_SINCE = 17134;
    /** {@code PsProtectedSignerWinTcb} << 4 | {@code PsProtectedTypeProtectedLight}, and the same for the system. */
    private static final int PROTECTED_LIGHT = 0x61;

    private static final int PROTECTED_SYSTEM = 0x72;
    private static final String SYSTEM = "S-1-5-18";
    private static final String SERVICE = "S-1-5-20";
    private static final String USER = "S-1-5-21-1004336348-1177238915-682003330-1001";

    private final SyntheticWindowsBuilder options;
    private final SplittableRandom random;
    private final List<ProcessPlan> plans = new ArrayList<>();
    private final String system32;
    private long nextId = 4;

    private ProcessPlans(SyntheticWindowsBuilder options) {
        this.options = options;
        random = new SplittableRandom(options.seed ^ 0x9601);
        system32 = SystemFolders.of(options.row.build()).system32();
    }

    static List<ProcessPlan> of(SyntheticWindowsBuilder options) {
        return new ProcessPlans(options).all();
    }

    private List<ProcessPlan> all() {
        int build = options.row.build();
        int protect = build >= WindowsVersion.EIGHT_ONE ? PROTECTED_LIGHT : 0;
        plans.add(new ProcessPlan(
                "System", "", 4, 0, -1, SYSTEM, Kind.KERNEL, build >= WindowsVersion.EIGHT_ONE ? PROTECTED_SYSTEM : 0));
        if (build >= REGISTRY_SINCE) {
            add("Registry", "", 4, -1, SYSTEM, Kind.KERNEL, PROTECTED_SYSTEM);
        }
        long smss = add("smss.exe", system32, 4, -1, SYSTEM, Kind.NATIVE, protect);
        if (build >= WindowsVersion.VISTA) {
            // An instance of smss.exe starts them and ends.
            long gone = id();
            add("csrss.exe", system32, gone, 0, SYSTEM, Kind.NATIVE, protect);
            long wininit = add("wininit.exe", system32, gone, 0, SYSTEM, Kind.NATIVE, protect);
            add("csrss.exe", system32, id(), 1, SYSTEM, Kind.NATIVE, protect);
            services(wininit, 1);
        } else {
            add("csrss.exe", system32, smss, 0, SYSTEM, Kind.NATIVE, 0);
            services(add("winlogon.exe", system32, smss, 0, SYSTEM, Kind.NATIVE, 0), 0);
        }
        return List.copyOf(plans);
    }

    private void services(long parent, int session) {
        int build = options.row.build();
        long services = add(
                "services.exe",
                system32,
                parent,
                0,
                SYSTEM,
                Kind.NATIVE,
                build >= WindowsVersion.EIGHT_ONE ? PROTECTED_LIGHT : 0);
        long explorer = add("explorer.exe", SystemFolders.of(build).root(), id(), session, USER, Kind.NATIVE, 0);
        int wow64 = options.architecture == WindowsArchitecture.X64 ? options.wow64Processes : 0;
        for (int i = 0; i < wow64 && plans.size() < options.processes; i++) {
            add("program32_%d.exe".formatted(i), "\\Program Files (x86)\\Made", explorer, session, USER, Kind.WOW64, 0);
        }
        if (plans.size() < options.processes) {
            add("a program of a long name.exe", "\\Program Files\\Made", explorer, session, USER, Kind.NATIVE, 0);
        }
        if (plans.size() < options.processes) {
            add("ended.exe", "\\Program Files\\Made", explorer, session, USER, Kind.ENDED, 0);
        }
        for (int i = 0; plans.size() < options.processes; i++) {
            if (i % 2 == 0) {
                add("svchost.exe", system32, services, 0, SERVICE, Kind.NATIVE, 0);
            } else {
                add("program%d.exe".formatted(i), "\\Program Files\\Made", explorer, session, USER, Kind.NATIVE, 0);
            }
        }
    }

    private long id() {
        nextId = HandleTables.usable(nextId + 4L * random.nextInt(1, 30));
        return nextId;
    }

    private long add(String name, String folder, long parent, int session, String sid, Kind kind, int protection) {
        long id = id();
        plans.add(new ProcessPlan(name, folder, id, parent, session, sid, kind, protection));
        return id;
    }
}
