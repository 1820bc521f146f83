package io.memflow.host.made;

import io.memflow.core.memory.ScalarLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.LongUnaryOperator;

/** RAM of a guest with page tables of two address spaces in it and noise everywhere else. Confined. */
public final class MadeRam {
    private static final long PAGE = 4096;
    private static final long FLAGS = 0x63;

    private final MemorySegment ram;
    private final Random random;
    private final LongUnaryOperator offsetOf;
    private final List<Long> free = new ArrayList<>();

    /**
     * Fills the RAM with noise.
     *
     * @param offsetOf where in the RAM the byte of a guest-physical address lies
     */
    public MadeRam(MemorySegment ram, Random random, LongUnaryOperator offsetOf) {
        this.ram = ram;
        this.random = random;
        this.offsetOf = offsetOf;
        byte[] noise = new byte[(int) ram.byteSize()];
        random.nextBytes(noise);
        ram.copyFrom(MemorySegment.ofArray(noise));
    }

    /** Lets tables lie in a run of guest-physical addresses. */
    public MadeRam use(long start, long end) {
        for (long page = start; page < end; page += PAGE) {
            free.add(page);
        }
        Collections.shuffle(free, random);
        return this;
    }

    /** Builds two address spaces that share a kernel half, as processes do. */
    public MadeRam build() {
        long kernel = newTable();
        buildBelow(kernel, 3);
        for (int process = 0; process < 2; process++) {
            long root = newTable();
            set(root, 511, kernel | FLAGS);
            long user = newTable();
            set(root, 0, user | FLAGS);
            buildBelow(user, 3);
        }
        return this;
    }

    private long newTable() {
        long table = free.removeLast();
        ram.asSlice(offsetOf.applyAsLong(table), PAGE).fill((byte) 0);
        return table;
    }

    private void set(long table, int index, long entry) {
        ram.set(ScalarLayout.LONG_LITTLE, offsetOf.applyAsLong(table) + index * 8L, entry);
    }

    private void buildBelow(long table, int level) {
        for (int i = 0; i < 4; i++) {
            if (level == 1) {
                set(table, i, free.get(random.nextInt(free.size())) | FLAGS);
            } else if (i == 3 && level == 2) {
                set(table, i, 0x20_0000L | FLAGS | 0x80);
            } else {
                long next = newTable();
                set(table, i, next | FLAGS);
                buildBelow(next, level - 1);
            }
        }
    }
}
