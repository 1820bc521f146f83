package io.memflow.formats.pdb;

import java.util.ArrayList;
import java.util.List;

/**
 * The header of the debug-information stream (DBI), which says where symbols and sections are (LLVM documentation, "The PDB
 * DBI Stream"). Immutable.
 *
 * @param age how often the file was written, as the image names it
 * @param globals number of the stream that indexes global symbols
 * @param publics number of the stream that indexes public symbols
 * @param records number of the stream with the records of both
 * @param machine {@code Machine} of the image
 * @param modules number of the stream of each module's symbols; -1 for a module without any
 * @param extra numbers of further streams by their kind; -1 for those that are not there
 */
record DebugInformation(
        long age, int globals, int publics, int records, int machine, List<Integer> modules, List<Integer> extra) {
    static final int STREAM = 3;

    static final int OMAP_FROM_SOURCE = 4;
    static final int SECTION_HEADERS = 5;
    static final int ORIGINAL_SECTION_HEADERS = 10;

    private static final int HEADER = 64;
    private static final int MODULE_HEADER = 64;
    private static final int NO_STREAM = 0xFFFF;
    /** Sizes of the parts behind the header, in their order: modules, contributions, section map, sources, type servers. */
    private static final int FIRST_SIZE = 24;

    private static final int EXTRA_BYTES = 48;
    private static final int EDIT_AND_CONTINUE_BYTES = 52;

    DebugInformation {
        modules = List.copyOf(modules);
        extra = List.copyOf(extra);
    }

    static DebugInformation parse(MsfStream stream) {
        long position = HEADER;
        for (int i = 0; i < 5; i++) {
            position += stream.u32(FIRST_SIZE + (long) i * Integer.BYTES);
        }
        position += stream.u32(EDIT_AND_CONTINUE_BYTES);
        List<Integer> extra = new ArrayList<>();
        for (long at = position; at < position + stream.u32(EXTRA_BYTES) && extra.size() < Byte.SIZE * 2; at += 2) {
            extra.add(number(stream.u16(at)));
        }
        return new DebugInformation(
                stream.u32(8),
                number(stream.u16(12)),
                number(stream.u16(16)),
                number(stream.u16(20)),
                stream.u16(58),
                modules(stream, HEADER + stream.u32(FIRST_SIZE)),
                extra);
    }

    private static List<Integer> modules(MsfStream stream, long end) {
        List<Integer> modules = new ArrayList<>();
        long at = HEADER;
        while (at + MODULE_HEADER < end) {
            modules.add(number(stream.u16(at + 34)));
            long names = at + MODULE_HEADER;
            names += stream.textBytes(names, end) + 1;
            names += stream.textBytes(names, end) + 1;
            at = names + Integer.BYTES - 1 & -Integer.BYTES;
        }
        return modules;
    }

    private static int number(int stream) {
        return stream == NO_STREAM ? -1 : stream;
    }

    /** The number of a further stream; -1 when it is not there. */
    int extra(int kind) {
        return kind < extra.size() ? extra.get(kind) : -1;
    }
}
