package io.memflow.os.windows.process;

import io.memflow.core.os.ProcessDetails.Privilege;
import java.util.ArrayList;
import java.util.List;

/** Privileges by their numbers ({@code SE_*_PRIVILEGE}, wdm.h) and names (winnt.h). Stateless. */
final class Privileges {
    private static final int FIRST = 2;
    private static final String[] NAMES = {
        "SeCreateTokenPrivilege",
        "SeAssignPrimaryTokenPrivilege",
        "SeLockMemoryPrivilege",
        "SeIncreaseQuotaPrivilege",
        "SeMachineAccountPrivilege",
        "SeTcbPrivilege",
        "SeSecurityPrivilege",
        "SeTakeOwnershipPrivilege",
        "SeLoadDriverPrivilege",
        "SeSystemProfilePrivilege",
        "SeSystemtimePrivilege",
        "SeProfileSingleProcessPrivilege",
        "SeIncreaseBasePriorityPrivilege",
        "SeCreatePagefilePrivilege",
        "SeCreatePermanentPrivilege",
        "SeBackupPrivilege",
        "SeRestorePrivilege",
        "SeShutdownPrivilege",
        "SeDebugPrivilege",
        "SeAuditPrivilege",
        "SeSystemEnvironmentPrivilege",
        "SeChangeNotifyPrivilege",
        "SeRemoteShutdownPrivilege",
        "SeUndockPrivilege",
        "SeSyncAgentPrivilege",
        "SeEnableDelegationPrivilege",
        "SeManageVolumePrivilege",
        "SeImpersonatePrivilege",
        "SeCreateGlobalPrivilege",
        "SeTrustedCredManAccessPrivilege",
        "SeRelabelPrivilege",
        "SeIncreaseWorkingSetPrivilege",
        "SeTimeZonePrivilege",
        "SeCreateSymbolicLinkPrivilege",
        "SeDelegateSessionUserImpersonatePrivilege"
    };

    private Privileges() {}

    /** The privileges whose bits are set, ascending. */
    static List<Privilege> of(long present, long enabled) {
        List<Privilege> privileges = new ArrayList<>();
        for (int number = 0; number < Long.SIZE; number++) {
            if ((present >>> number & 1) != 0) {
                privileges.add(new Privilege(
                        name(number), (enabled >>> number & 1) != 0 ? Privilege.Use.ENABLED : Privilege.Use.DISABLED));
            }
        }
        return privileges;
    }

    private static String name(int number) {
        int index = number - FIRST;
        return index >= 0 && index < NAMES.length ? NAMES[index] : "privilege " + number;
    }
}
