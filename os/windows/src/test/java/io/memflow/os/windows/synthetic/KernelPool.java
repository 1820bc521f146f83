package io.memflow.os.windows.synthetic;

import java.nio.charset.StandardCharsets;

/**
 * A pool of a synthetic kernel: blocks with a {@code POOL_HEADER} each, which say how long they and the ones before them
 * are, and whole pages without. Confined.
 */
final class KernelPool {
    private static final int PAGE = SyntheticRam.PAGE;

    /** Which pool, by the number its headers have ({@code POOL_TYPE} + 1 of the build's own encoding). */
    enum Type {
        NON_PAGED(2),
        PAGED(1);

        private final int number;

        Type(int number) {
            this.number = number;
        }
    }

    private final SyntheticSpace space;
    private final Type type;
    private final int unit;
    private long page;
    private int used = PAGE;
    private int previous;
    private long nextPage;

    KernelPool(SyntheticSpace space, Type type, long start) {
        this.space = space;
        this.type = type;
        unit = 2 * space.pointerBytes();
        nextPage = start;
    }

    /** Bytes of a header, and of the unit that blocks are counted in. */
    int unit() {
        return unit;
    }

    /**
     * Takes a block, all zero.
     *
     * @param bytes fewer than a page
     * @param tag four characters
     * @return virtual address of what is behind the header
     */
    long allocate(int bytes, String tag) {
        int whole = bytes + unit + unit - 1 & -unit;
        if (whole > PAGE) {
            throw new IllegalArgumentException("a block of 0x%x bytes is none of a page".formatted(bytes));
        }
        if (used + whole > PAGE) {
            if (used < PAGE) {
                header(PAGE - used, "Free", 0);
            }
            page = pages(1);
            used = 0;
            previous = 0;
        }
        long block = page + used;
        header(whole, tag, type.number);
        previous = whole;
        used += whole;
        return block + unit;
    }

    private void header(int whole, String tag, int poolType) {
        long block = page + used;
        int before = previous / unit;
        int length = whole / unit;
        // Two bytes each on 64-bit systems; nine and seven bits on others.
        if (unit == 16) {
            space.put32(block, before | length << 16 | poolType << 24);
        } else {
            space.put32(block, before | length << 16 | poolType << 25);
        }
        space.bytes(block + 4, tag.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Takes whole pages, all zero. */
    long pages(int count) {
        long start = nextPage;
        space.mapFresh(start, (long) count * PAGE, PageAccess.KERNEL_WRITE);
        nextPage += (long) count * PAGE;
        return start;
    }

    /** Writes a {@code UNICODE_STRING} whose text lies in the pool. */
    void string(long address, String text) {
        string(address, text, "Unic");
    }

    private void string(long address, String text, String tag) {
        long buffer = text.isEmpty() ? 0 : allocate(text.length() * 2 + 2, tag);
        if (buffer != 0) {
            space.wide(buffer, text);
        }
        space.string(address, space.pointerBytes(), text, buffer);
    }
}
