package io.memflow.formats.synthetic;

import io.memflow.formats.pe.PeSection;
import io.memflow.formats.pe.SymbolFileId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Writes a program database as symbol servers have them of kernels: identity, types, public symbols, section headers of the
 * image, no symbols of modules (LLVM documentation, "The PDB File Format"). Confined.
 */
public final class PdbBuilder {
    private static final int BLOCK = 4096;
    private static final int INFORMATION_VERSION = 20_000_404;
    private static final int DEBUG_VERSION = 19_990_903;
    private static final int DEBUG_HEADER = 64;
    /** Number of a stream. */
    private static final int GLOBALS = 5;

    private static final int PUBLICS = 6;
    private static final int RECORDS = 7;
    private static final int SECTIONS = 8;
    private static final int NO_STREAM = 0xFFFF;
    /** How many further streams the header knows, and which of them has the section headers. */
    private static final int EXTRA_STREAMS = 11;

    private static final int EXTRA_SECTIONS = 5;
    /** {@code CV_PUBSYMFLAGS}. */
    private static final int FUNCTION = 2;

    private final String guid;
    private final long age;
    private final int machine;
    private final List<PeSection> sections;
    private final PdbTypeRecords types = new PdbTypeRecords();
    private final PdbPublicRecords publics = new PdbPublicRecords();

    /** What lies at a symbol. */
    public enum Kind {
        FUNCTION,
        DATA
    }

    /**
     * A file without types and symbols.
     *
     * @param guid in hexadecimal with dashes
     * @param age how often it was written
     * @param machine {@code IMAGE_FILE_MACHINE_*}
     * @param sections of its image
     */
    public PdbBuilder(String guid, long age, int machine, List<PeSection> sections) {
        this.guid = guid;
        this.age = age;
        this.machine = machine;
        this.sections = List.copyOf(sections);
    }

    /** Its types, to add some. */
    public PdbTypeRecords types() {
        return types;
    }

    /**
     * A public symbol.
     *
     * @param address relative virtual address, in one of the sections
     */
    public PdbBuilder symbol(String name, long address, Kind kind) {
        for (int i = 0; i < sections.size(); i++) {
            PeSection section = sections.get(i);
            if (address >= section.address() && address < section.address() + section.memoryBytes()) {
                publics.add(name, i + 1, address - section.address(), kind == Kind.FUNCTION ? FUNCTION : 0);
                return this;
            }
        }
        throw new IllegalArgumentException("%s at 0x%x is in no section".formatted(name, address));
    }

    /** The file. */
    public byte[] build() {
        return MsfStreams.write(
                Arrays.asList(
                        new byte[0],
                        information(),
                        types.stream(),
                        debug(),
                        new PdbTypeRecords().stream(),
                        PdbPublicRecords.noGlobals(),
                        publics.index(),
                        publics.records(),
                        sectionHeaders()),
                BLOCK);
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private byte[] information() {
        byte[] stream = new byte[28 + 5 * Integer.BYTES];
        ByteBuffer information = little(stream);
        information.putInt(INFORMATION_VERSION).putInt(guid.hashCode()).putInt((int) age);
        information.put(SymbolFileId.parse(guid));
        // No named streams: no names, and a hash table of none of at most eight.
        information.putInt(0).putInt(0).putInt(8).putInt(0).putInt(0);
        return stream;
    }

    private byte[] debug() {
        int sources = Integer.BYTES;
        int extra = EXTRA_STREAMS * Short.BYTES;
        byte[] header = new byte[DEBUG_HEADER + sources + extra];
        ByteBuffer debug = little(header);
        debug.putInt(-1).putInt(DEBUG_VERSION).putInt((int) age);
        debug.putShort(12, (short) GLOBALS).putShort(16, (short) PUBLICS).putShort(20, (short) RECORDS);
        debug.putInt(36, sources).putInt(48, extra).putShort(58, (short) machine);
        for (int i = 0; i < EXTRA_STREAMS; i++) {
            int number = i == EXTRA_SECTIONS ? SECTIONS : NO_STREAM;
            debug.putShort(DEBUG_HEADER + sources + i * Short.BYTES, (short) number);
        }
        return header;
    }

    private byte[] sectionHeaders() {
        byte[] stream = new byte[sections.size() * PeSection.BYTES];
        ByteBuffer headers = little(stream);
        for (int i = 0; i < sections.size(); i++) {
            PeSection section = sections.get(i);
            int at = i * PeSection.BYTES;
            headers.put(at, section.name().getBytes(StandardCharsets.UTF_8))
                    .putInt(at + 8, (int) section.memoryBytes())
                    .putInt(at + 12, (int) section.address())
                    .putInt(at + 16, (int) section.fileBytes())
                    .putInt(at + 20, (int) section.fileOffset())
                    .putInt(at + 36, section.characteristics());
        }
        return stream;
    }
}
