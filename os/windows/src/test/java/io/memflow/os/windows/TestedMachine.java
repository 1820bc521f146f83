package io.memflow.os.windows;

import io.memflow.os.windows.structure.PublishedKernel;
import io.memflow.os.windows.structure.PublishedKernels;
import io.memflow.os.windows.structure.WindowsArchitecture;
import io.memflow.os.windows.synthetic.SyntheticWindows;
import io.memflow.os.windows.synthetic.SyntheticWindowsBuilder;
import java.util.stream.Stream;

/**
 * A published build in one mode of its processor: 32-bit kernels run with and without PAE.
 *
 * @param row its offsets
 */
public record TestedMachine(PublishedKernel row, WindowsArchitecture architecture) {
    /** All of them. */
    public static Stream<TestedMachine> all() {
        return PublishedKernels.all().stream()
                .flatMap(row -> Stream.of(WindowsArchitecture.values())
                        .filter(architecture -> architecture.table().equals(row.architecture()))
                        .map(architecture -> new TestedMachine(row, architecture)));
    }

    /** All of them that have published offsets of some structure. */
    public static Stream<TestedMachine> with(String structure) {
        return all().filter(machine -> machine.row.structures().containsKey(structure));
    }

    /** Those of x86-64. */
    public static Stream<TestedMachine> wide() {
        return all().filter(machine -> machine.architecture == WindowsArchitecture.X64);
    }

    /** A machine of this build; the same one each time. */
    public SyntheticWindowsBuilder builder() {
        return builder(1);
    }

    /** A machine of this build with the ids, places and secrets that a seed draws. */
    public SyntheticWindowsBuilder builder(long seed) {
        return SyntheticWindows.builder(row, architecture, seed);
    }

    public boolean is64Bit() {
        return architecture.pointerBytes() == Long.BYTES;
    }

    @Override
    public String toString() {
        return row + " " + architecture;
    }
}
