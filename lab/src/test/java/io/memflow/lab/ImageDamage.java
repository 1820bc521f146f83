package io.memflow.lab;

import io.memflow.core.memory.ScalarLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Damages an image in one way, the same one for the same seed, and undoes it. Confined. */
final class ImageDamage implements AutoCloseable {
    static final int PAGE = 4096;
    private static final int HUNDREDTH = 100;

    private final MemorySegment ram;
    private final IntactImage intact;
    private final Random random;
    private final Map<Long, byte[]> saved = new HashMap<>();

    /** The ways to damage an image. */
    enum Kind {
        /** One {@code tasks.next} or {@code tasks.prev}: zero, a place of chance, or back into the list. */
        LINK,
        /** Zeros in one page of all memory. */
        PAGE,
        /** Zeros in one page of the kernel image. */
        KERNEL_PAGE,
        /** Random bytes in a page table that maps the kernel image: there is one of each, which all root tables lead to. */
        KERNEL_TABLE,
        /** Random bytes in one page of a hundred of the kernel image: code, constants, tables, data. */
        KERNEL_HUNDREDTH,
        /** Random bytes in one page of a hundred of all memory: what the kernel allocated, page tables among it, too. */
        HUNDREDTH;

        /** Whether something that a list of processes is made from must have been hit. */
        boolean isSurelyMet() {
            return this == LINK || this == HUNDREDTH;
        }

        /** How many seeds are tried when so many of the others are. */
        int seeds(int others, IntactImage intact) {
            return this == KERNEL_TABLE ? intact.tables().size() : others;
        }
    }

    private ImageDamage(MemorySegment ram, IntactImage intact, int seed) {
        this.ram = ram;
        this.intact = intact;
        random = new Random(seed);
    }

    /**
     * Damages an image until this is closed.
     *
     * @param ram the image, whose first byte is that of physical address 0
     * @param intact what the image held before
     */
    static ImageDamage of(Kind kind, int seed, MemorySegment ram, IntactImage intact) {
        ImageDamage damage = new ImageDamage(ram, intact, seed);
        long all = ram.byteSize() / PAGE;
        long image = intact.kernelBytes() / PAGE;
        long first = intact.kernelBase() / PAGE;
        switch (kind) {
            case LINK -> damage.link(seed, intact.links());
            case PAGE -> damage.page(damage.random.nextLong(all), new byte[PAGE]);
            case KERNEL_PAGE -> damage.page(first + damage.random.nextLong(image), new byte[PAGE]);
            case KERNEL_TABLE ->
                damage.noisyPage(intact.tables().get(seed % intact.tables().size()) / PAGE);
            case KERNEL_HUNDREDTH -> damage.noise(first, image);
            case HUNDREDTH -> damage.noise(0, all);
        }
        return damage;
    }

    private void link(int seed, List<Long> links) {
        long at = links.get(random.nextInt(links.size()));
        save(at / PAGE);
        long before = ram.get(ScalarLayout.LONG_LITTLE, at);
        long damaged = before;
        while (damaged == before) {
            damaged = switch (seed % 3) {
                case 0 -> 0L;
                case 1 -> random.nextLong();
                default -> ram.get(ScalarLayout.LONG_LITTLE, links.get(random.nextInt(links.size())));
            };
        }
        ram.set(ScalarLayout.LONG_LITTLE, at, damaged);
    }

    private void noise(long first, long pages) {
        for (long i = 0; i < pages / HUNDREDTH; i++) {
            byte[] noise = new byte[PAGE];
            random.nextBytes(noise);
            page(first + random.nextLong(pages), noise);
        }
    }

    private void noisyPage(long number) {
        byte[] noise = new byte[PAGE];
        random.nextBytes(noise);
        page(number, noise);
    }

    private void page(long number, byte[] contents) {
        save(number);
        MemorySegment.copy(MemorySegment.ofArray(contents), 0, ram, number * PAGE, PAGE);
    }

    private void save(long number) {
        saved.computeIfAbsent(number, _ -> ram.asSlice(number * PAGE, PAGE).toArray(ValueLayout.JAVA_BYTE));
    }

    /** Whether a whole page of these was overwritten; a single link leaves what it belongs to as it is. */
    boolean hits(Kind kind, Set<Long> pages) {
        return kind != Kind.LINK && pages.stream().anyMatch(saved::containsKey);
    }

    /** The intact image this is a damaged one of. */
    IntactImage intact() {
        return intact;
    }

    @Override
    public void close() {
        saved.forEach((number, bytes) -> MemorySegment.copy(MemorySegment.ofArray(bytes), 0, ram, number * PAGE, PAGE));
    }
}
