package io.memflow.os.windows.structure;

/**
 * Where a kernel's lists begin: virtual addresses, 0 for what was not found. Immutable.
 *
 * @param systemProcess the process {@code System}, as {@code PsInitialSystemProcess} points to it
 * @param activeProcesses head of the list of processes ({@code PsActiveProcessHead})
 * @param loadedModules head of the list of drivers ({@code PsLoadedModuleList})
 * @param cidTable the handle table of process and thread ids ({@code PspCidTable} points to it)
 * @param rootDirectory the topmost directory of objects, as {@code ObpRootDirectoryObject} points to it
 * @param debuggerData {@code KDDEBUGGER_DATA64}, plain or encoded
 */
public record Anchors(
        long systemProcess,
        long activeProcesses,
        long loadedModules,
        long cidTable,
        long rootDirectory,
        long debuggerData) {
    /** The same with the head of the list of processes. */
    public Anchors withActiveProcesses(long head) {
        return new Anchors(systemProcess, head, loadedModules, cidTable, rootDirectory, debuggerData);
    }
}
