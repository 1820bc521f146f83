package io.memflow.os.windows.discovery;

import io.memflow.core.os.ExportInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.symbol.Symbol;
import io.memflow.core.symbol.SymbolList;
import io.memflow.formats.pe.PeImage;
import java.util.ArrayList;
import java.util.List;

/** The symbols a kernel exports. Stateless. */
final class ExportedSymbols {
    private static final String KERNEL = "nt";

    private ExportedSymbols() {}

    static SymbolList of(PeImage image) {
        Listing<ExportInfo> exports = image.exports();
        List<Symbol> symbols = new ArrayList<>();
        for (ExportInfo export : exports.rows()) {
            Long address = export.address();
            if (address != null && !export.name().isEmpty()) {
                boolean code = image.sectionAt(address)
                        .map(section -> section.isExecutable())
                        .orElse(false);
                symbols.add(new Symbol(export.name(), address, code ? 'T' : 'D', KERNEL));
            }
        }
        return SymbolList.of(symbols)
                .withDefects(exports.missing().stream()
                        .map(ExportedSymbols::sentence)
                        .toList());
    }

    private static String sentence(MissingPart part) {
        return "Some exports of the kernel cannot be read: %s, %s.".formatted(part.what(), part.why());
    }
}
