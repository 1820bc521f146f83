package io.memflow.formats.crashdump;

import io.memflow.core.address.AddressRange;
import io.memflow.core.error.MalformedDataException;
import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * A crash dump of a Windows system of 32 or 64 bits. Full, bitmap and summary dumps have physical memory, {@link #runs()}; triage
 * dumps have some virtual memory, {@link #triage()}. A file that ends early is accepted, see {@link #missing()}. Holds a view
 * of the file, no copy of the memory. Immutable.
 */
public final class CrashDump {
    private static final String FORMAT = "Windows crash dump";

    private final CrashHeader header;
    private final List<PhysicalRun> runs;
    private final List<AddressRange> missing;
    private final Optional<TriageDump> triage;

    private CrashDump(CrashHeader header, PhysicalLayout layout, Optional<TriageDump> triage) {
        this.header = header;
        this.triage = triage;
        runs = List.copyOf(layout.runs());
        missing = List.copyOf(layout.missing());
    }

    /** Whether the bytes start like any crash dump. */
    public static boolean isCrashDump(MemorySegment file) {
        return HeaderLayout.of(file) != null;
    }

    /**
     * What of a machine a file has, by its header alone; empty for a file that is no crash dump, or ends within its header.
     */
    public static Optional<CrashDumpType> typeOf(MemorySegment file) {
        HeaderLayout layout = HeaderLayout.of(file);
        return layout == null || file.byteSize() < layout.bytes()
                ? Optional.empty()
                : Optional.of(
                        CrashDumpType.of(LittleEndian.s32(file, layout.facts().type())));
    }

    /**
     * Reads the headers and where memory lies.
     *
     * @param file the whole file; it must stay valid as long as memory of the dump is used
     * @throws MalformedDataException when it is no crash dump, contradicts the format, or is cut off within its headers
     */
    public static CrashDump parse(MemorySegment file) {
        HeaderLayout layout = HeaderLayout.of(file);
        if (layout == null) {
            throw malformed(0, "there is no signature of a crash dump");
        }
        if (file.byteSize() < layout.bytes()) {
            throw malformed(file.byteSize(), "the file ends within its header");
        }
        CrashHeader header = CrashHeader.read(file, layout);
        return new CrashDump(
                header,
                PhysicalLayout.of(file, header),
                header.type() == CrashDumpType.TRIAGE ? Optional.of(TriageDump.parse(file, layout)) : Optional.empty());
    }

    static MalformedDataException malformed(long offset, String reason) {
        return new MalformedDataException(FORMAT, offset, reason);
    }

    public CrashHeader header() {
        return header;
    }

    /** The physical memory it has, in the file's order; empty for a dump without any. */
    public List<PhysicalRun> runs() {
        return runs;
    }

    /** Physical ranges that its headers promise and the file lacks; empty for a whole file. */
    public List<AddressRange> missing() {
        return missing;
    }

    /** The contents of a triage dump; empty for the other kinds. */
    public Optional<TriageDump> triage() {
        return triage;
    }
}
