package io.memflow.formats.kallsyms;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The way to what is left of a damaged symbol table: as {@link KallsymsSearch}, but each part may have holes. Confined. */
final class PartialSearch {
    /** As in an undamaged table; more is an image made to waste time. */
    private static final int MAX_ANCHORS = 4096;

    private static final int MAX_TOKEN_TABLES = 4;
    /** A table that lost more says too little of itself. */
    private static final int FEWEST_LEFT_OF_HUNDRED = 25;

    private static final int BITS_PER_TOKEN = 1;
    private static final int BITS_PER_MARKER = 8;
    /** What the symbol leads to (init/version.c). */
    private static final String BANNER_SYMBOL = "linux_banner";

    private static final String BANNER = "Linux version ";

    private final KernelImage image;
    private int tables;

    PartialSearch(KernelImage image) {
        this.image = image;
    }

    PartialKallsyms run() {
        TokenAnchors found = new TokenAnchors(image, 0, image.size());
        int anchors = 0;
        for (long anchor = found.next(); anchor >= 0 && anchors < MAX_ANCHORS; anchor = found.next()) {
            anchors++;
            Optional<TokenTable> tokens = TokenTable.at(image, anchor);
            if (tokens.isPresent() && tables < MAX_TOKEN_TABLES) {
                tables++;
                PartialKallsyms table = from(tokens.get());
                if (table != null) {
                    return table;
                }
            }
        }
        throw new MemflowException(
                ErrorOrigin.FORMAT,
                ErrorKind.NOT_FOUND,
                "Searched %d KiB from 0x%x on for what is left of the kernel's symbol table and met %d runs of digits and %d token tables, but no markers, names and addresses that fit one; its symbols are lost."
                        .formatted(image.size() >> 10, image.virtualAddress(), anchors, tables));
    }

    private @Nullable PartialKallsyms from(TokenTable tokens) {
        for (int window : Markers.WINDOWS) {
            for (Markers markers : Markers.before(image, tokens.offset(), window)) {
                Optional<NameBlocks> names = NameBlocks.before(image, markers);
                PartialKallsyms table = names.isEmpty() ? null : from(tokens, names.get());
                if (table != null) {
                    return table;
                }
            }
        }
        return null;
    }

    private @Nullable PartialKallsyms from(TokenTable tokens, NameBlocks names) {
        for (AddressCandidate candidate :
                AddressCandidate.all(image, tokens.indexEnd(), names.countOffset(), names.size())) {
            PartialKallsyms table = from(tokens, names, candidate);
            // The banner's own page may be the damaged one: pointers, or an intact base, are proof enough. Distances
            // that
            // were relative to a base now lost ascend as place-relative ones too, so those need the banner.
            boolean provesItself = candidate.encoding() != AddressEncoding.PLACE_RELATIVE;
            if (table != null && (provesItself || leadsToItsBanner(table))) {
                return table;
            }
        }
        // The base of relative addresses may be damaged: most kernels count from the image's own start.
        for (AddressCandidate candidate : AddressCandidate.relativeTo(
                image, image.virtualAddress(), tokens.indexEnd(), names.countOffset(), names.size())) {
            PartialKallsyms table = from(tokens, names, candidate);
            if (table != null && leadsToItsBanner(table)) {
                return table;
            }
        }
        return null;
    }

    private @Nullable PartialKallsyms from(TokenTable tokens, NameBlocks names, AddressCandidate candidate) {
        if (!image.holds(candidate.offset(), (long) names.size() * candidate.width(image))) {
            return null;
        }
        long[] values = candidate.values(image, names.size());
        PageLedger ledger = ledger(tokens, names);
        AddressPages.judge(image, ledger, candidate, values);
        boolean enough = 100 * inside(values, candidate, ledger) >= FEWEST_LEFT_OF_HUNDRED * (long) values.length;
        return enough ? new PartialKallsyms(image, tokens, names, candidate, ledger) : null;
    }

    private PageLedger ledger(TokenTable tokens, NameBlocks names) {
        PageLedger ledger = new PageLedger(image);
        for (int token = 0; token < TokenTable.TOKENS; token++) {
            ledger.prove(tokens.offset() + tokens.start(token), BITS_PER_TOKEN);
        }
        Markers markers = names.markers();
        for (int marker = 0; marker < markers.count(); marker++) {
            ledger.prove(markers.offset() + (long) marker * markers.bytesPerMarker(), BITS_PER_MARKER);
        }
        names.judge(ledger);
        return ledger;
    }

    /** Entries that lie in the image and on proven pages. */
    private long inside(long[] values, AddressCandidate candidate, PageLedger ledger) {
        long inside = 0;
        int width = candidate.width(image);
        for (int entry = 0; entry < values.length; entry++) {
            long stored = candidate.offset() + (long) entry * width;
            inside += image.containsAddress(values[entry]) && ledger.isProven(stored, stored + width) ? 1 : 0;
        }
        return inside;
    }

    /** The one symbol whose contents are known; a wrong base or a wrong number of names shifts it away from them. */
    private boolean leadsToItsBanner(PartialKallsyms table) {
        long offset = table.address(BANNER_SYMBOL).orElse(0) - image.virtualAddress();
        return image.holds(offset, BANNER.length())
                && new String(image.bytes(offset, BANNER.length()), StandardCharsets.ISO_8859_1).equals(BANNER);
    }
}
