package io.memflow.formats.minidump;

import io.memflow.formats.crashdump.ProcessorContext;

/**
 * The system that a process ran on ({@code MINIDUMP_SYSTEM_INFO}).
 *
 * @param architecture {@code PROCESSOR_ARCHITECTURE_*}
 * @param processors how many there are
 * @param productType 1 workstation, 2 domain controller, 3 server
 * @param majorVersion of the system
 * @param minorVersion of the system
 * @param build its build number
 * @param platform 2 for Windows NT; other writers put their own systems here
 * @param servicePack its name; empty without one
 */
public record MinidumpSystem(
        int architecture,
        int processors,
        int productType,
        long majorVersion,
        long minorVersion,
        long build,
        long platform,
        String servicePack) {
    /** {@code PROCESSOR_ARCHITECTURE_INTEL}. */
    public static final int INTEL = 0;
    /** {@code PROCESSOR_ARCHITECTURE_AMD64}. */
    public static final int AMD64 = 9;
    /** {@code PROCESSOR_ARCHITECTURE_ARM64}. */
    public static final int ARM64 = 12;

    /** The machine by the number that PE images use; 0 for one that is not known here. */
    public int machine() {
        return switch (architecture) {
            case INTEL -> ProcessorContext.MACHINE_X86;
            case AMD64 -> ProcessorContext.MACHINE_X64;
            case ARM64 -> ProcessorContext.MACHINE_ARM64;
            default -> 0;
        };
    }
}
