package io.memflow.bench.engine;

import io.memflow.core.memory.ScalarLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.LongStream;

/**
 * Writes the memory image that both sides measure on: frames in shuffled order, page tables in frames among them. Every
 * 8-byte word of a frame that is no table is a function of its address.
 */
public final class MakeEngineImage {
    private static final long PAGE = 4096;
    private static final long LARGE_PAGE = 2 << 20;
    private static final long DATA_BYTES = 1L << 30;
    /** Room for the tables beside the data; a multiple of the large page. */
    private static final long TABLE_BYTES = 16 << 20;

    private static final long BASE = 0x7f00_0000_0000L;
    private static final long SCATTERED_BASE = 0x7e00_0000_0000L;
    private static final int REPEATS = 4;
    /** First addresses of the sparse space's runs: of a program, its heap, its libraries, its stack, and the kernel. */
    private static final long[] SPARSE_RUNS = {
        0x40_0000L,
        0x5555_5555_4000L,
        0x5555_5600_0000L,
        0x7fff_c000_0000L,
        0x7fff_f7a0_0000L,
        0x7fff_ffff_0000L,
        0xffff_8880_0100_0000L,
        0xffff_ffff_8100_0000L
    };

    private static final long SPARSE_RUN_PAGES = 128;

    // Intel SDM volume 3, section 5.5: entries of 4-level paging.
    private static final long PRESENT = 1;
    private static final long WRITABLE = 1 << 1;
    private static final long USER = 1 << 2;
    private static final long ACCESSED = 1 << 5;
    private static final long DIRTY = 1 << 6;
    private static final long LARGE = 1 << 7;
    private static final long GLOBAL = 1 << 8;
    private static final long NO_EXECUTE = 1L << 63;
    private static final long FRAME = 0x000f_ffff_ffff_f000L;
    private static final int INDEX_MASK = 511;
    private static final int ROOT_SHIFT = 39;
    private static final int PAGE_SHIFT = 12;
    private static final int LARGE_SHIFT = 21;

    /** Kinds of pages, in runs as the areas of a process make them. */
    private static final long[] KINDS = {
        PRESENT | USER | WRITABLE | NO_EXECUTE | ACCESSED | DIRTY,
        PRESENT | USER | ACCESSED,
        PRESENT | WRITABLE | NO_EXECUTE | ACCESSED | DIRTY | GLOBAL,
        PRESENT | USER | NO_EXECUTE | ACCESSED
    };

    private static final int KIND_RUN_SHIFT = 6;

    private final MemorySegment image;
    private final long[] frames;
    private int framesUsed;

    private MakeEngineImage(MemorySegment image, SplitMix random) {
        this.image = image;
        frames = LongStream.range(0, image.byteSize() / PAGE)
                .map(frame -> frame * PAGE)
                .toArray();
        random.shuffle(frames);
    }

    /**
     * Makes an image.
     *
     * @param arguments the image file to write, then the layout file
     */
    public static void main(String[] arguments) throws IOException {
        try (FileChannel file = FileChannel.open(
                        Path.of(arguments[0]),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
                Arena arena = Arena.ofConfined()) {
            long bytes = DATA_BYTES + TABLE_BYTES;
            MemorySegment image = file.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
            Files.writeString(Path.of(arguments[1]), new MakeEngineImage(image, new SplitMix(1)).make());
        }
    }

    private String make() {
        for (long at = 0; at < image.byteSize(); at += Long.BYTES) {
            image.set(ScalarLayout.LONG_LITTLE, at, SplitMix.mix(at));
        }
        SplitMix random = new SplitMix(2);
        long pages = DATA_BYTES / PAGE;
        long[] data = new long[(int) pages];
        long root = table();
        for (int page = 0; page < data.length; page++) {
            data[page] = frames[framesUsed++];
            map(root, BASE + page * PAGE, PAGE_SHIFT, data[page] | kind(page));
        }
        StringBuilder layout = new StringBuilder(Layout.line(Root.PAGES, root, BASE, DATA_BYTES));

        root = table();
        for (int repeat = 0; repeat < REPEATS; repeat++) {
            random.shuffle(data);
            for (int page = 0; page < data.length; page++) {
                long number = repeat * pages + page;
                map(root, SCATTERED_BASE + number * PAGE, PAGE_SHIFT, data[page] | kind(number));
            }
        }
        layout.append(Layout.line(Root.SCATTERED, root, SCATTERED_BASE, REPEATS * DATA_BYTES));

        root = table();
        for (int run = 0; run < SPARSE_RUNS.length; run++) {
            for (long page = 0; page < SPARSE_RUN_PAGES; page++) {
                long frame = data[(int) (run * SPARSE_RUN_PAGES + page)];
                map(root, SPARSE_RUNS[run] + page * PAGE, PAGE_SHIFT, frame | kind(page));
            }
        }
        layout.append(Layout.line(Root.SPARSE, root, SPARSE_RUNS[0], SPARSE_RUN_PAGES * PAGE));

        long[] large = LongStream.range(0, image.byteSize() / LARGE_PAGE)
                .map(frame -> frame * LARGE_PAGE)
                .toArray();
        random.shuffle(large);
        root = table();
        for (int page = 0; page < DATA_BYTES / LARGE_PAGE; page++) {
            map(root, BASE + page * LARGE_PAGE, LARGE_SHIFT, large[page] | kind(page) | LARGE);
        }
        return layout.append(Layout.line(Root.LARGE, root, BASE, DATA_BYTES)).toString();
    }

    private static long kind(long page) {
        return KINDS[(int) (page >>> KIND_RUN_SHIFT) % KINDS.length];
    }

    private void map(long root, long virtual, int pageShift, long entry) {
        long table = root;
        for (int shift = ROOT_SHIFT; shift > pageShift; shift -= Long.numberOfTrailingZeros(INDEX_MASK + 1)) {
            long at = table + ((virtual >>> shift) & INDEX_MASK) * Long.BYTES;
            long named = image.get(ScalarLayout.LONG_LITTLE, at);
            if (named == 0) {
                named = table() | PRESENT | WRITABLE | USER | ACCESSED;
                image.set(ScalarLayout.LONG_LITTLE, at, named);
            }
            table = named & FRAME;
        }
        image.set(ScalarLayout.LONG_LITTLE, table + ((virtual >>> pageShift) & INDEX_MASK) * Long.BYTES, entry);
    }

    private long table() {
        long frame = frames[framesUsed++];
        image.asSlice(frame, PAGE).fill((byte) 0);
        return frame;
    }
}
