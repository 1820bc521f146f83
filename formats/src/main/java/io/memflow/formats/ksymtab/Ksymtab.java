package io.memflow.formats.ksymtab;

import io.memflow.core.symbol.Symbol;
import io.memflow.core.symbol.SymbolList;
import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The symbols a kernel exports ({@code __ksymtab} and {@code __ksymtab_gpl}, {@code struct kernel_symbol} in
 * kernel/module/internal.h), found in the bytes of its image by structure alone: a tenth of what kallsyms name, and readable
 * where those are damaged. Stateless.
 */
public final class Ksymtab {
    /** Names that every kernel exports: one of them leads to the table. */
    private static final List<String> ANCHORS = List.of("init_task", "jiffies", "kfree", "memcpy");

    /** Each name is in the exported strings, and may be in BTF, in modules' tables and in other texts. */
    private static final int MOST_PLACES = 64;
    /** A kernel exports some thousands; fewer in a row prove nothing. */
    private static final int FEWEST_ENTRIES = 256;

    private static final int MOST_ENTRIES = 1 << 18;
    /** {@code KSYM_NAME_LEN} since 6.1. */
    private static final int LONGEST_NAME = 512;

    /** How an entry is laid out. */
    private enum Shape {
        /** Distances from their own places, with a name space: CONFIG_HAVE_ARCH_PREL32_RELOCATIONS, since 5.4. */
        RELATIVE_WITH_SPACE(true, 3),
        RELATIVE(true, 2),
        POINTERS_WITH_SPACE(false, 3),
        POINTERS(false, 2);

        private final boolean isRelative;
        private final int fields;

        Shape(boolean isRelative, int fields) {
            this.isRelative = isRelative;
            this.fields = fields;
        }
    }

    private final MemorySegment image;
    private final long address;
    private final int pointerBytes;

    private Ksymtab(MemorySegment image, long address, int pointerBytes) {
        this.image = image;
        this.address = address;
        this.pointerBytes = pointerBytes;
    }

    /**
     * Searches a kernel image. Costs a few passes over the image.
     *
     * @param image the kernel image, virtually contiguous; only read during this call
     * @param imageVirtualAddress virtual address of its first byte; zero-extended for 32-bit kernels
     * @param pointerBytes 4 or 8
     * @return the exported symbols by ascending name in each table, with letter {@code ?}; empty when no table proves itself
     */
    public static Optional<SymbolList> find(MemorySegment image, long imageVirtualAddress, int pointerBytes) {
        return new Ksymtab(image, imageVirtualAddress, pointerBytes).run();
    }

    private Optional<SymbolList> run() {
        for (String anchor : ANCHORS) {
            List<Long> names = places(anchor);
            for (Shape shape : Shape.values()) {
                Optional<SymbolList> found = names.isEmpty() ? Optional.empty() : from(names, shape);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    /** Where a text ends another or stands alone: the linker lets one name be the tail of a longer one. */
    private List<Long> places(String text) {
        byte[] wanted = (text + "\0").getBytes(StandardCharsets.US_ASCII);
        List<Long> found = new ArrayList<>();
        long last = image.byteSize() - wanted.length;
        for (long at = 0; at <= last && found.size() < MOST_PLACES; at++) {
            if (image.get(ValueLayout.JAVA_BYTE, at) == wanted[0] && holds(at, wanted)) {
                found.add(at);
            }
        }
        return found;
    }

    private boolean holds(long at, byte[] wanted) {
        for (int i = 0; i < wanted.length; i++) {
            if (image.get(ValueLayout.JAVA_BYTE, at + i) != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    private int fieldBytes(Shape shape) {
        return shape.isRelative ? Integer.BYTES : pointerBytes;
    }

    private Optional<SymbolList> from(List<Long> names, Shape shape) {
        int field = fieldBytes(shape);
        long low = names.getFirst();
        long high = names.getLast();
        for (long at = field; at + field <= image.byteSize(); at += field) {
            long target = target(shape, at);
            if (target >= low && target <= high && names.contains(target)) {
                List<Symbol> symbols = around(shape, at - field);
                if (symbols.size() >= FEWEST_ENTRIES) {
                    return Optional.of(SymbolList.of(symbols));
                }
            }
        }
        return Optional.empty();
    }

    /** Offset in the image of what the field at an offset leads to. */
    private long target(Shape shape, long at) {
        if (shape.isRelative) {
            return at + LittleEndian.s32(image, at);
        }
        return (pointerBytes == Long.BYTES ? LittleEndian.u64(image, at) : LittleEndian.u32(image, at)) - address;
    }

    /** All entries in a row with the one at an offset. */
    private List<Symbol> around(Shape shape, long entry) {
        int field = fieldBytes(shape);
        long step = (long) field * shape.fields;
        long first = entry;
        while (first >= step && entry - first < MOST_ENTRIES * step && isName(target(shape, first - step + field))) {
            first -= step;
        }
        List<Symbol> symbols = new ArrayList<>();
        for (long at = first; at + step <= image.byteSize() && symbols.size() < MOST_ENTRIES; at += step) {
            long name = target(shape, at + field);
            if (!isName(name)) {
                break;
            }
            long value = address + target(shape, at);
            symbols.add(new Symbol(text(name), pointerBytes == Long.BYTES ? value : value & 0xFFFF_FFFFL, '?', ""));
        }
        return symbols;
    }

    /** Whether there is an identifier of C from an offset up to a zero. */
    private boolean isName(long at) {
        if (at < 0 || at >= image.byteSize()) {
            return false;
        }
        int length = 0;
        long most = Math.min(LONGEST_NAME, image.byteSize() - at);
        while (length < most && isLetter(image.get(ValueLayout.JAVA_BYTE, at + length))) {
            length++;
        }
        return length > 0 && length < most && image.get(ValueLayout.JAVA_BYTE, at + length) == 0;
    }

    private static boolean isLetter(byte character) {
        return character == '_'
                || character == '.'
                || character == '$'
                || (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || (character >= '0' && character <= '9');
    }

    private String text(long at) {
        int length = 0;
        while (image.get(ValueLayout.JAVA_BYTE, at + length) != 0) {
            length++;
        }
        return new String(image.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII);
    }
}
