package io.memflow.formats.pdb;

import io.memflow.core.symbol.SymbolTable;
import io.memflow.formats.pe.PeSection;
import io.memflow.formats.pe.SymbolFileId;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A program database (PDB 7.0): symbols and types of one Windows image. Opening it reads its directory and headers; types and
 * symbols are indexed when they are asked for first. Files that only point to source, as those of .NET, are another format.
 *
 * <p>Thread-safe. The file must stay valid as long as anything of it is used.
 */
public final class PdbFile {
    private static final int INFORMATION_STREAM = 1;
    private static final int TYPE_STREAM = 2;
    private static final int ID_STREAM = 4;
    /** Of the information stream: version, signature, age, GUID. */
    private static final int GUID_PLACE = 12;

    private final Msf file;
    private final String guid;
    private final long age;
    private final @Nullable DebugInformation debug;
    private @Nullable PdbTypes types;

    private PdbFile(Msf file, String guid, long age, @Nullable DebugInformation debug) {
        this.file = file;
        this.guid = guid;
        this.age = age;
        this.debug = debug;
    }

    /** Whether the bytes start like any such file. */
    public static boolean isPdb(MemorySegment file) {
        return Msf.hasMagic(file);
    }

    /**
     * Reads directory and headers.
     *
     * @param file the whole file
     * @throws io.memflow.core.error.MalformedDataException when it is none, or contradicts the format
     */
    public static PdbFile parse(MemorySegment file) {
        Msf container = Msf.parse(file);
        MsfStream information = container.require(INFORMATION_STREAM, "the file's identity");
        String guid = SymbolFileId.format(
                information.slice(GUID_PLACE, SymbolFileId.BYTES).toArray(ValueLayout.JAVA_BYTE));
        DebugInformation debug = container.stream(DebugInformation.STREAM)
                .filter(stream -> stream.bytes() != 0)
                .map(DebugInformation::parse)
                .orElse(null);
        return new PdbFile(container, guid, debug == null ? information.u32(8) : debug.age(), debug);
    }

    /** Its GUID in upper-case hexadecimal with dashes; an image with the same one belongs to it. */
    public String guid() {
        return guid;
    }

    /** How often it was written, as the image names it. */
    public long age() {
        return age;
    }

    /** The name under which symbol servers keep it: the GUID's digits, then the age in hexadecimal. */
    public String storeKey() {
        return SymbolFileId.storeKey(guid, age);
    }

    /** {@code Machine} of the image ({@code IMAGE_FILE_MACHINE_*}); 0 when the file does not say. */
    public int machine() {
        return debug == null ? 0 : debug.machine();
    }

    /**
     * Its types. The first call indexes them, which is one pass over their records.
     *
     * @throws io.memflow.core.error.MalformedDataException when they contradict the format
     */
    public synchronized PdbTypes types() {
        PdbTypes known = types;
        if (known == null) {
            known = new PdbTypes(records(TYPE_STREAM), globals());
            types = known;
        }
        return known;
    }

    /**
     * How many records of each kind its type stream has, by the kind's number.
     *
     * @throws io.memflow.core.error.MalformedDataException when they contradict the format
     */
    public int[] typeRecords() {
        return records(TYPE_STREAM).census();
    }

    /**
     * How many records of each kind its id stream has, by the kind's number.
     *
     * @throws io.memflow.core.error.MalformedDataException when they contradict the format
     */
    public int[] idRecords() {
        return records(ID_STREAM).census();
    }

    private TypeStream records(int number) {
        return file.stream(number)
                .filter(stream -> stream.bytes() != 0)
                .map(TypeStream::parse)
                .orElseGet(() -> TypeStream.empty(file.require(INFORMATION_STREAM, "the file's identity")));
    }

    private GlobalSymbols globals() {
        return new GlobalSymbols(
                debug == null ? null : file.stream(debug.records()).orElse(null));
    }

    /**
     * Its symbols for an image at an address. Costs two passes over the records.
     *
     * @param base virtual address of the image's first byte
     * @throws io.memflow.core.error.MalformedDataException when they contradict the format, or the file has none
     */
    public SymbolTable symbols(long base) {
        if (debug == null) {
            throw PdbLimits.malformed(0, "the file has no debug-information stream, thus no symbols");
        }
        return SymbolReader.read(file, debug, base);
    }

    /** The section headers of its image, as the image has them; empty when the file has none. */
    public List<PeSection> sections() {
        return debug == null
                ? List.of()
                : List.copyOf(SymbolPlaces.sections(file, debug.extra(DebugInformation.SECTION_HEADERS)));
    }
}
