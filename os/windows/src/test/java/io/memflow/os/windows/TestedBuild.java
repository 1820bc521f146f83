package io.memflow.os.windows;

import io.memflow.os.windows.structure.PublishedKernel;
import io.memflow.os.windows.structure.PublishedKernels;
import io.memflow.os.windows.structure.WindowsArchitecture;
import io.memflow.os.windows.synthetic.SyntheticWindows;
import io.memflow.os.windows.synthetic.SyntheticWindowsBuilder;

/** Published builds that readers of rows are tested on, synthetic machines of them: one of each form of the structures. */
public enum TestedBuild {
    XP_SP3("XP SP3", WindowsArchitecture.X86),
    SERVER_2003_X64("2003 SP2", WindowsArchitecture.X64),
    SEVEN_X86("7 SP1", WindowsArchitecture.X86_PAE),
    SEVEN_X64("7 SP1", WindowsArchitecture.X64),
    EIGHT_ONE("8.1", WindowsArchitecture.X64),
    TEN_X86("10 19041", WindowsArchitecture.X86_PAE),
    TEN_X64("10 19041", WindowsArchitecture.X64),
    ELEVEN("11 21H2", WindowsArchitecture.X64);

    private final String label;
    private final WindowsArchitecture architecture;

    TestedBuild(String label, WindowsArchitecture architecture) {
        this.label = label;
        this.architecture = architecture;
    }

    /** A machine of this build; the same one each time. */
    public SyntheticWindowsBuilder builder() {
        PublishedKernel row = PublishedKernels.all().stream()
                .filter(kernel ->
                        kernel.label().equals(label) && kernel.architecture().equals(architecture.table()))
                .findFirst()
                .orElseThrow();
        return SyntheticWindows.builder(row, architecture, 1);
    }

    public WindowsArchitecture architecture() {
        return architecture;
    }

    public boolean is64Bit() {
        return architecture.pointerBytes() == Long.BYTES;
    }
}
