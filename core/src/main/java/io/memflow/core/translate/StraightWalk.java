package io.memflow.core.translate;

import io.memflow.core.memory.DirectMap;
import io.memflow.core.paging.PagingFormat;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Translates one address at a time in the usual case: tables of a regular format in one mapped range, and a page of the
 * smallest size. For everything else it says that the general walk has to look.
 *
 * <p>What limits single translations is how many of them the processor has under way at once, since each waits for its last
 * table entry. The numbers of the format are therefore constants of a class of its own, made once for each format from
 * {@link StraightWalkTemplate}: compiled code holds them as operands, and a walk is a few dozen instructions instead of
 * two hundred. Immutable; an access may throw {@link InternalError}, see
 * {@link io.memflow.core.memory.MappedFaults}.
 */
abstract class StraightWalk {
    /** No offset in a segment. */
    static final long UNUSUAL = -1;

    /** Classes are kept for good, so their number has a limit; formats beyond it are walked in the general way. */
    private static final int MOST_FORMATS = 64;

    private static final int LEAST_LEVELS = 2;
    /** The levels that the template writes out. */
    static final int MOST_LEVELS = 5;

    private static final Map<PagingFormat, MethodHandle> CONSTRUCTORS = new ConcurrentHashMap<>();

    /** First physical address of the range. */
    final long start;

    /** The range's bytes, at least 8. */
    final MemorySegment segment;

    StraightWalk(DirectMap map, int range) {
        start = map.start(range);
        segment = map.segment(range).asSlice(map.offset(range, start), map.end(range) - start);
    }

    /**
     * The offset in the segment of bytes that lie in one page and in the range, or {@link #UNUSUAL}. Of the last seven
     * bytes of the range it says nothing.
     *
     * @param bytes 1 or more
     */
    abstract long offset(long root, long virtual, long bytes);

    /** Translates one address; false when the general walk has to look, which then fills in all of the outcome. */
    abstract boolean translate(long root, long virtual, Translation out);

    /** The walk of a format in mapped memory; null where the format or the memory is not of the simple kind. */
    static @Nullable StraightWalk of(CompiledFormat format, @Nullable DirectMap map) {
        if (map == null || !isRegular(format)) {
            return null;
        }
        int largest = largestRange(map);
        boolean isKnown = CONSTRUCTORS.containsKey(format.format);
        if (largest < 0 || (!isKnown && CONSTRUCTORS.size() >= MOST_FORMATS)) {
            return null;
        }
        MethodHandle constructor = CONSTRUCTORS.computeIfAbsent(format.format, ignored -> define(format));
        try {
            return (StraightWalk) constructor.invokeExact(map, largest);
        } catch (Throwable thrown) {
            throw new AssertionError("the constructor throws nothing", thrown);
        }
    }

    private static int largestRange(DirectMap map) {
        int largest = -1;
        long most = Long.BYTES - 1;
        for (int range = 0; range < map.rangeCount(); range++) {
            long bytes = map.end(range) - map.start(range);
            if (Long.compareUnsigned(bytes, most) > 0) {
                largest = range;
                most = bytes;
            }
        }
        return largest;
    }

    /** Whether tables look the same on all levels, and nothing about the format needs more than the template has. */
    private static boolean isRegular(CompiledFormat format) {
        PagingFormat source = format.format;
        CompiledLevel last = format.last;
        CompiledRule page = last.page;
        if (source.entryBytes() != Long.BYTES
                || source.addressBits() != Long.SIZE
                || source.virtualBits() >= Long.SIZE
                || source.ignoredTopBits() != 0
                || format.depth < LEAST_LEVELS
                || format.depth > MOST_LEVELS
                || page.severalFields
                || page.value == 0
                || (page.mask & page.value) != page.value) {
            return false;
        }
        CompiledRule first = format.levels[0].table;
        for (int i = 0; i < format.depth - 1; i++) {
            CompiledLevel level = format.levels[i];
            CompiledRule table = level.table;
            boolean same = !table.severalFields
                    && table.mask == first.mask
                    && table.value == first.value
                    && table.value != 0
                    && (table.mask & table.value) == table.value
                    && table.addressMask == first.addressMask
                    && table.addressRotation == first.addressRotation
                    && table.source.flags().equals(first.source.flags())
                    && level.shift == last.shift + last.indexBits * (format.depth - 1 - i)
                    && (i == 0 || level.indexBits == last.indexBits);
            if (!same) {
                return false;
            }
        }
        return true;
    }

    private static MethodHandle define(CompiledFormat format) {
        String name = StraightWalkTemplate.class.getSimpleName() + ".class";
        try (InputStream template = StraightWalk.class.getResourceAsStream(name)) {
            if (template == null) {
                throw new AssertionError(name + " is not where its package is");
            }
            MethodHandles.Lookup made =
                    MethodHandles.lookup().defineHiddenClassWithClassData(template.readAllBytes(), format, true);
            return made.findConstructor(
                            made.lookupClass(), MethodType.methodType(void.class, DirectMap.class, int.class))
                    .asType(MethodType.methodType(StraightWalk.class, DirectMap.class, int.class));
        } catch (IOException | ReflectiveOperationException refused) {
            throw new AssertionError("a class of this package cannot be made again", refused);
        }
    }
}
