package io.memflow.connector.qemu.layout;

import io.memflow.core.address.Address;
import io.memflow.core.error.MalformedDataException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what the monitor command {@code info mtree -f} prints: how guest-physical addresses are laid out right now.
 * Stateless. Source: QEMU's softmmu/memory.c, mtree_print_flatview.
 */
public final class MtreeParser {
    private static final String FORMAT = "info mtree";
    /** The address space that the processors and devices share. */
    private static final Pattern SYSTEM = Pattern.compile(" AS \"memory\", root: .*");

    private static final Pattern ROW = Pattern.compile(
            " +([0-9a-f]{16})-([0-9a-f]{16}) \\(prio -?[0-9]+, ([a-z/-]+)\\): (.*?)(?: @([0-9a-f]{16}))?(?: KVM| HVF)*");

    private MtreeParser() {}

    /**
     * The RAM of the machine, ascending, with neighbours that continue each other merged.
     *
     * @param text what the monitor printed
     * @param blocks names of the RAM blocks that are the machine's RAM; rows of others, such as firmware and video memory,
     *     are left out. Rows of RAM that is write-protected for now count as RAM.
     * @throws MalformedDataException when there is no view of the system's memory in the text
     */
    public static List<RamPiece> parse(String text, Set<String> blocks) {
        List<RamPiece> pieces = new ArrayList<>();
        boolean inSystem = false;
        boolean seen = false;
        long offset = 0;
        for (String raw : text.split("\n", -1)) {
            String line = raw.endsWith("\r") ? raw.substring(0, raw.length() - 1) : raw;
            if (line.startsWith("FlatView")) {
                inSystem = false;
            } else if (SYSTEM.matcher(line).matches()) {
                inSystem = true;
                seen = true;
            } else if (inSystem) {
                Matcher row = ROW.matcher(line);
                if (row.matches() && isRam(row.group(3)) && blocks.contains(row.group(4))) {
                    append(pieces, piece(row, offset));
                }
            }
            offset += raw.length() + 1;
        }
        if (!seen) {
            throw new MalformedDataException(FORMAT, text.length(), "no FlatView of the address space \"memory\"");
        }
        return List.copyOf(pieces);
    }

    /** A persistent memory device's rows carry the prefix. */
    private static boolean isRam(String kind) {
        String plain = kind.startsWith("nv-") ? kind.substring(3) : kind;
        return plain.equals("ram") || plain.equals("rom");
    }

    private static RamPiece piece(Matcher row, long textOffset) {
        long start = Long.parseUnsignedLong(row.group(1), 16);
        long last = Long.parseUnsignedLong(row.group(2), 16);
        long offset = row.group(5) == null ? 0 : Long.parseUnsignedLong(row.group(5), 16);
        long length = last - start + 1;
        if (Address.below(last, start) || length <= 0 || offset < 0 || offset + length < 0 || last == -1L) {
            throw new MalformedDataException(
                    FORMAT, textOffset, "no run of RAM: " + row.group().strip());
        }
        return new RamPiece(start, row.group(4), offset, length);
    }

    private static void append(List<RamPiece> pieces, RamPiece next) {
        RamPiece last = pieces.isEmpty() ? null : pieces.getLast();
        if (last != null
                && last.block().equals(next.block())
                && last.physical() + last.length() == next.physical()
                && last.offset() + last.length() == next.offset()) {
            pieces.set(
                    pieces.size() - 1,
                    new RamPiece(last.physical(), last.block(), last.offset(), last.length() + next.length()));
        } else {
            pieces.add(next);
        }
    }
}
