package io.memflow.os.windows.synthetic;

import java.util.List;

/**
 * A process of a synthetic machine, as it was built. Addresses are virtual unless they say otherwise; times are 100 ns units
 * since 1601.
 *
 * @param address its {@code EPROCESS}
 * @param id of it
 * @param parentId {@code InheritedFromUniqueProcessId}; need not be a process that still runs
 * @param name {@code ImageFileName}, which the kernel cuts behind 14 characters
 * @param devicePath {@code SeAuditProcessCreationInfo}, such as {@code \Device\HarddiskVolume2\Windows\...}; empty for
 *     what has no program
 * @param parameters what its program was started with; empty for what has no user space
 * @param session its number; -1 for a process that is in none
 * @param sid its user, as text
 * @param root physical address of its root page table, {@code DirectoryTableBase} without flags
 * @param userRoot physical address of the root for user mode, without flags; 0 where there is no other
 * @param createTime when it began
 * @param exitTime when it ended; 0 while it runs
 * @param exitStatus {@code STATUS_PENDING} while it runs
 * @param protection {@code PS_PROTECTION}; 0 for none
 * @param sectionBase where its program lies; 0 for none
 * @param peb its {@code PEB}; 0 for none
 * @param wow64Peb its 32-bit {@code PEB}; 0 for a process that has none
 * @param objectTable its {@code HANDLE_TABLE}; 0 for none
 * @param token its {@code TOKEN}
 * @param threads in the order of both lists
 * @param modules in the order of {@code InLoadOrderModuleList}; of a 32-bit program those of the 64-bit side
 * @param wow64Modules the same of the 32-bit side
 * @param regions by ascending address
 * @param handles by ascending value
 * @param pages those whose state was chosen; empty unless pages of all states were asked for
 */
public record SyntheticProcess(
        long address,
        long id,
        long parentId,
        String name,
        String devicePath,
        Parameters parameters,
        int session,
        String sid,
        long root,
        long userRoot,
        long createTime,
        long exitTime,
        int exitStatus,
        int protection,
        long sectionBase,
        long peb,
        long wow64Peb,
        long objectTable,
        long token,
        List<SyntheticThread> threads,
        List<SyntheticModule> modules,
        List<SyntheticModule> wow64Modules,
        List<SyntheticRegion> regions,
        List<SyntheticHandle> handles,
        List<SyntheticPage> pages) {
    public SyntheticProcess {
        threads = List.copyOf(threads);
        modules = List.copyOf(modules);
        wow64Modules = List.copyOf(wow64Modules);
        regions = List.copyOf(regions);
        handles = List.copyOf(handles);
        pages = List.copyOf(pages);
    }

    /**
     * What {@code RTL_USER_PROCESS_PARAMETERS} holds.
     *
     * @param imagePath the program as whoever started it named it
     * @param commandLine the whole line
     * @param currentDirectory with a backslash at its end
     * @param environment {@code NAME=value}, in the order of the block
     */
    public record Parameters(String imagePath, String commandLine, String currentDirectory, List<String> environment) {
        static final Parameters NONE = new Parameters("", "", "", List.of());

        public Parameters {
            environment = List.copyOf(environment);
        }
    }

    /** Whether it runs a 32-bit program on a 64-bit system. */
    public boolean isWow64() {
        return wow64Peb != 0;
    }

    /** Whether it has a lower half of its own. */
    public boolean hasUserSpace() {
        return peb != 0;
    }
}
