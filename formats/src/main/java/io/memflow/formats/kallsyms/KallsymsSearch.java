package io.memflow.formats.kallsyms;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The way to a symbol table: digits, token table, markers, names, addresses. Each step proves the one before, and a false
 * trail is left for the next anchor. Remembers how far it came, for the message of a failure. Confined.
 */
final class KallsymsSearch {
    /** Real images hold a handful of runs of digits; more is an image made to waste time. */
    private static final int MAX_ANCHORS = 4096;

    private static final int MAX_TOKEN_TABLES = 16;

    private enum Obstacle {
        TOKENS("no run of digits belongs to a token table"),
        MARKERS("no name markers precede the token table"),
        NAMES("no names agree with the markers before the token table"),
        NAME_LENGTHS("the names before the token table are empty or too long"),
        ADDRESSES("no addresses fit the names");

        private final String text;

        Obstacle(String text) {
            this.text = text;
        }
    }

    private final KernelImage image;
    private int anchors;
    private int tables;
    private Obstacle furthest = Obstacle.TOKENS;

    KallsymsSearch(KernelImage image) {
        this.image = image;
    }

    Kallsyms run() {
        // The table is read-only data, which follows the text: that is never all of the first quarter, and skipping it
        // saves reading a third of what lies before the table.
        long quarter = KernelImage.alignDown(image.size() / 4, TokenAnchors.ALIGNMENT);
        Kallsyms table = within(quarter, image.size());
        if (table == null) {
            table = within(0, quarter);
        }
        if (table == null) {
            throw notFound();
        }
        return table;
    }

    private @Nullable Kallsyms within(long start, long end) {
        TokenAnchors found = new TokenAnchors(image, start, end);
        for (long anchor = found.next(); anchor >= 0 && anchors < MAX_ANCHORS; anchor = found.next()) {
            anchors++;
            Optional<TokenTable> tokens = TokenTable.at(image, anchor);
            if (tokens.isPresent() && tables < MAX_TOKEN_TABLES) {
                tables++;
                Kallsyms table = from(tokens.get());
                if (table != null) {
                    return table;
                }
            }
        }
        return null;
    }

    private MemflowException notFound() {
        return new MemflowException(
                ErrorOrigin.FORMAT,
                ErrorKind.NOT_FOUND,
                "Searched %d KiB from 0x%x on for the kernel's symbol table and met %d runs of digits and %d token tables, but %s; check that this range is the whole image of a Linux kernel built with CONFIG_KALLSYMS."
                        .formatted(image.size() >> 10, image.virtualAddress(), anchors, tables, furthest.text));
    }

    private @Nullable Kallsyms from(TokenTable tokens) {
        reached(Obstacle.MARKERS);
        for (int window : Markers.WINDOWS) {
            for (Markers markers : Markers.before(image, tokens.offset(), window)) {
                Kallsyms table = from(tokens, markers);
                if (table != null) {
                    return table;
                }
            }
        }
        return null;
    }

    private @Nullable Kallsyms from(TokenTable tokens, Markers markers) {
        reached(Obstacle.NAMES);
        Optional<NameTable> names = NameTable.before(image, tokens, markers);
        if (names.isEmpty()) {
            return null;
        }
        reached(Obstacle.NAME_LENGTHS);
        int[] hashes = names.get().hashes();
        if (hashes == null) {
            return null;
        }
        reached(Obstacle.ADDRESSES);
        NameIndex index = new NameIndex(names.get(), hashes);
        AddressTable addresses = AddressTable.find(image, tokens, names.get(), index);
        return addresses == null ? null : new Kallsyms(image, tokens, markers, names.get(), index, addresses);
    }

    private void reached(Obstacle obstacle) {
        if (obstacle.compareTo(furthest) > 0) {
            furthest = obstacle;
        }
    }
}
