package io.memflow.formats.pdb;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gathers the symbols that have an address. Confined. */
final class SymbolReader {
    /** {@code CV_PUBSYMFLAGS}: code, or a function. */
    private static final long CODE = 3;
    /** Where the offset is in the fields of a function's symbol; its section follows. */
    private static final int PROCEDURE_PLACE = 28;

    private final Msf file;
    private final DebugInformation debug;
    private final SymbolPlaces places;
    private final PlacedSymbols symbols;
    private int unplaced;

    private SymbolReader(Msf file, DebugInformation debug, MsfStream records) {
        this.file = file;
        this.debug = debug;
        places = SymbolPlaces.of(file, debug);
        symbols = new PlacedSymbols(records);
    }

    static PdbSymbols read(Msf file, DebugInformation debug, long base) {
        MsfStream records = file.require(debug.records(), "the symbols");
        SymbolReader reader = new SymbolReader(file, debug, records);
        GlobalSymbols all = new GlobalSymbols(records);
        all.forEach(reader::takePublic);
        int publics = reader.symbols.size();
        all.forEach(reader::takeOther);
        List<String> defects = new ArrayList<>();
        if (reader.unplaced > 0) {
            defects.add("%d symbols of the PDB lie in no section of its image.".formatted(reader.unplaced));
        }
        return new PdbSymbols(reader.symbols.withoutRepeats(publics), base, defects);
    }

    private boolean takePublic(MsfStream records, int kind, long at, TypeCursor fields) {
        if (kind == SymbolKind.PUBLIC) {
            long flags = Integer.toUnsignedLong(fields.s32());
            long offset = Integer.toUnsignedLong(fields.s32());
            int section = fields.u16();
            add(section, offset, fields, (flags & CODE) != 0 ? 'T' : 'D');
        }
        return true;
    }

    private boolean takeOther(MsfStream records, int kind, long at, TypeCursor fields) {
        switch (kind) {
            case SymbolKind.GLOBAL_DATA, SymbolKind.LOCAL_DATA -> {
                fields.skip(Integer.BYTES);
                long offset = Integer.toUnsignedLong(fields.s32());
                int section = fields.u16();
                add(section, offset, fields, kind == SymbolKind.GLOBAL_DATA ? 'D' : 'd');
            }
            case SymbolKind.PROCEDURE_REFERENCE, SymbolKind.LOCAL_PROCEDURE_REFERENCE -> takeProcedure(kind, fields);
            default -> {
                // The other kinds have no address.
            }
        }
        return true;
    }

    /** A function's address is in the symbols of its module. */
    private void takeProcedure(int kind, TypeCursor fields) {
        fields.skip(Integer.BYTES);
        long place = Integer.toUnsignedLong(fields.s32());
        int module = fields.u16();
        Optional<MsfStream> stream = module == 0 || module > debug.modules().size()
                ? Optional.empty()
                : file.stream(debug.modules().get(module - 1));
        if (stream.isEmpty() || place + 4 + PROCEDURE_PLACE + 6 > stream.get().bytes()) {
            unplaced++;
            return;
        }
        switch (stream.get().u16(place + Short.BYTES)) {
            case SymbolKind.GLOBAL_PROCEDURE,
                    SymbolKind.LOCAL_PROCEDURE,
                    SymbolKind.GLOBAL_PROCEDURE_BY_ID,
                    SymbolKind.LOCAL_PROCEDURE_BY_ID -> {
                long offset = stream.get().u32(place + 4 + PROCEDURE_PLACE);
                int section = stream.get().u16(place + 4 + PROCEDURE_PLACE + 4);
                add(section, offset, fields, kind == SymbolKind.PROCEDURE_REFERENCE ? 'T' : 't');
            }
            default -> unplaced++;
        }
    }

    private void add(int section, long offset, TypeCursor name, char letter) {
        long address = places.address(section, offset);
        if (address == SymbolPlaces.NOWHERE) {
            // Absolute symbols have no section, or one behind the last; they are numbers, not places.
            unplaced += section == 0 || section == places.sectionCount() + 1 ? 0 : 1;
            return;
        }
        long at = name.position();
        symbols.add(address, at, name.skipText(), letter);
    }
}
