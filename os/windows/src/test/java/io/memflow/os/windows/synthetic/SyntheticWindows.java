package io.memflow.os.windows.synthetic;

import io.memflow.core.memory.PhysicalMemory;
import io.memflow.os.windows.structure.PublishedKernel;
import io.memflow.os.windows.structure.WindowsArchitecture;
import io.memflow.os.windows.structure.WindowsKernel;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A synthetic machine that was built, and the truth about it. Nothing of it ever ran: what agrees with it agrees with the
 * published offsets. Closing it closes its memory; the rest stays.
 *
 * @param memory what a connector would show
 * @param kernel found already, so that readers can be tested without discovery
 * @param row the row it was built by
 * @param derived structure members that the row lacks, and which stand in for them
 * @param root physical address of the root of {@code System}
 * @param selfMap index of the entry by which four-level roots name themselves
 * @param processes in the order of {@code ActiveProcessLinks}
 * @param drivers in the order of {@code PsLoadedModuleList}, the kernel first
 * @param objects directories, drivers and devices
 * @param pdb what its debug directory says
 * @param variables virtual addresses of the kernel's variables, by their names, of those that are not exported too
 * @param systemTime {@code KUSER_SHARED_DATA.SystemTime}: 100 ns units since 1601
 * @param systemRoot {@code NtSystemRoot}
 */
public record SyntheticWindows(
        PhysicalMemory memory,
        WindowsKernel kernel,
        PublishedKernel row,
        Map<String, String> derived,
        long root,
        int selfMap,
        List<SyntheticProcess> processes,
        List<SyntheticDriver> drivers,
        SyntheticObjects objects,
        SymbolFile pdb,
        Map<String, Long> variables,
        long systemTime,
        String systemRoot)
        implements AutoCloseable {
    public SyntheticWindows {
        derived = Map.copyOf(derived);
        processes = List.copyOf(processes);
        drivers = List.copyOf(drivers);
        variables = Map.copyOf(variables);
    }

    /**
     * The symbol file that the kernel names.
     *
     * @param name of the file
     * @param guid in upper-case hexadecimal with dashes
     * @param age of it
     */
    public record SymbolFile(String name, String guid, int age) {}

    /**
     * A builder with the habits of that row.
     *
     * @param row whose structures it has
     * @param architecture one that the row is of
     * @param seed of all that is random
     */
    public static SyntheticWindowsBuilder builder(PublishedKernel row, WindowsArchitecture architecture, long seed) {
        return new SyntheticWindowsBuilder(row, architecture, seed);
    }

    /** Virtual address of a variable of the kernel's. */
    public long variable(String name) {
        Long address = variables.get(name);
        if (address == null) {
            throw new IllegalArgumentException("no synthetic variable " + name);
        }
        return address;
    }

    /** The first process of that name. */
    public SyntheticProcess process(String name) {
        return processes.stream()
                .filter(process -> process.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no synthetic process " + name));
    }

    /** Writes all of its memory, holes as zeros: a raw image. */
    public void writeImage(Path image) throws IOException {
        byte[] piece = new byte[1 << 20];
        try (OutputStream file = Files.newOutputStream(image)) {
            for (long at = 0; at < memory.map().end(); at += piece.length) {
                int length = (int) Math.min(piece.length, memory.map().end() - at);
                MemorySegment bytes = memory.readPartial(at, length).bytes();
                file.write(bytes.toArray(ValueLayout.JAVA_BYTE));
            }
        }
    }

    @Override
    public void close() {
        memory.close();
    }
}
