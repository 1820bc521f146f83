package io.memflow.core.reuse;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Scratch objects that wait for their next use: as many as threads are likely to need at once. More are made when all are
 * taken, and the surplus is dropped. Thread-safe and lock-free.
 *
 * @param <T> what is kept; confined to whoever has taken it
 */
public final class Spares<T> {
    /** Places for each processor, so that two threads seldom look into the same one. */
    private static final int PLACES_PER_PROCESSOR = 4;

    private final AtomicReferenceArray<@Nullable T> places;
    private final Supplier<T> maker;
    private final int mask;

    /**
     * Nothing in store yet.
     *
     * @param maker makes one more
     */
    public Spares(Supplier<T> maker) {
        this.maker = maker;
        int wanted = Runtime.getRuntime().availableProcessors() * PLACES_PER_PROCESSOR;
        int count = Integer.highestOneBit(wanted - 1) << 1;
        places = new AtomicReferenceArray<>(count);
        mask = count - 1;
    }

    /** Takes one out; the caller gives it back by {@link #give}, or loses it. */
    public T take() {
        int start = ownPlace();
        for (int i = 0; i <= mask; i++) {
            int place = start + i & mask;
            if (places.getPlain(place) != null) {
                T taken = places.getAndSet(place, null);
                if (taken != null) {
                    return taken;
                }
            }
        }
        return maker.get();
    }

    /** Gives one back. */
    public void give(T spare) {
        int start = ownPlace();
        for (int i = 0; i <= mask; i++) {
            int place = start + i & mask;
            if (places.getPlain(place) == null && places.compareAndSet(place, null, spare)) {
                return;
            }
        }
    }

    private int ownPlace() {
        return (int) Thread.currentThread().threadId() & mask;
    }
}
