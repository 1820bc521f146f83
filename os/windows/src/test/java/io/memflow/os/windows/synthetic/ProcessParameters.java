package io.memflow.os.windows.synthetic;

import java.util.List;
import java.util.Locale;

/** Writes {@code RTL_USER_PROCESS_PARAMETERS} and the environment. Stateless. */
final class ProcessParameters {
    private static final String NAME = "_RTL_USER_PROCESS_PARAMETERS";
    /** {@code RTL_USER_PROC_PARAMS_NORMALIZED}: its strings have addresses, not offsets. */
    private static final int NORMALIZED = 1;

    private ProcessParameters() {}

    /** What a program is started with. */
    static SyntheticProcess.Parameters of(ProcessPlan plan, SharedImage program) {
        boolean isFirst = plan.name().equals("smss.exe");
        String path = isFirst
                ? "\\SystemRoot\\System32\\smss.exe"
                : plan.name().equals("csrss.exe")
                        ? SystemFolders.DRIVE + program.folder().toLowerCase(Locale.ROOT) + "\\csrss.exe"
                        : program.path();
        String line = switch (plan.name()) {
            case "smss.exe" -> path;
            case "svchost.exe" -> path + " -k netsvcs -p";
            default -> "\"" + path + "\" /made " + plan.id();
        };
        String folder = plan.sid().startsWith("S-1-5-21") ? "C:\\Users\\maker\\" : "C:\\Windows\\system32\\";
        return new SyntheticProcess.Parameters(
                path,
                line,
                isFirst ? "C:\\Windows\\" : folder,
                List.of(
                        "ComSpec=C:\\Windows\\system32\\cmd.exe",
                        "NUMBER_OF_PROCESSORS=1",
                        "Path=C:\\Windows\\system32;C:\\Windows",
                        "PROCESS=" + plan.id(),
                        "SystemRoot=C:\\Windows",
                        "UTF=\u00e4\u4e2d\u6587"));
    }

    /** Writes them; returns the structure's virtual address. */
    static long write(
            SyntheticSpace space,
            UserHeap heap,
            SyntheticTypes types,
            int width,
            SyntheticProcess.Parameters parameters) {
        int size = types.size(NAME);
        long at = heap.allocate(size);
        space.put32(at, size);
        space.put32(at + 4, size);
        space.put32(at + 8, NORMALIZED);
        heap.string(at + types.at(NAME, "CurrentDirectory"), width, parameters.currentDirectory());
        heap.string(at + types.at(NAME, "DllPath"), width, "C:\\Windows\\system32");
        heap.string(at + types.at(NAME, "ImagePathName"), width, parameters.imagePath());
        heap.string(at + types.at(NAME, "CommandLine"), width, parameters.commandLine());
        heap.string(at + types.at(NAME, "WindowTitle"), width, parameters.imagePath());
        String block = String.join("\0", parameters.environment()) + "\0";
        long environment = heap.allocate(block.length() * 2 + 2);
        space.wide(environment, block);
        space.put(at + types.at(NAME, "Environment"), width, environment);
        return at;
    }
}
