package io.memflow.formats.crashdump;

import io.memflow.core.address.AddressRange;
import io.memflow.core.error.MalformedDataException;
import io.memflow.core.memory.PointerWidth;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * A crash dump of a Windows system of 32 or 64 bits. Full and bitmap dumps have physical memory, {@link #runs()}; triage
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
        return CrashHeader.recognise(file) != null;
    }

    /**
     * Reads the headers and where memory lies.
     *
     * @param file the whole file; it must stay valid as long as memory of the dump is used
     * @throws MalformedDataException when it is no crash dump, contradicts the format, or is of a kind that is not supported
     */
    public static CrashDump parse(MemorySegment file) {
        PointerWidth width = CrashHeader.recognise(file);
        if (width == null) {
            throw malformed(0, "there is no signature of a crash dump");
        }
        boolean isWide = width == PointerWidth.BITS_64;
        if (isWide && file.byteSize() < CrashHeader.BYTES_64) {
            throw malformed(file.byteSize(), "the file ends within its header");
        }
        CrashHeader header = isWide ? CrashHeader.read64(file) : CrashHeader.read32(file);
        boolean hasTriage = header.type() == CrashDumpType.TRIAGE && isWide;
        return new CrashDump(
                header,
                PhysicalLayout.of(file, header),
                hasTriage ? Optional.of(TriageDump.parse(file)) : Optional.empty());
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

    /** The contents of a triage dump of a 64-bit system; empty for the other kinds. */
    public Optional<TriageDump> triage() {
        return triage;
    }
}
