package io.memflow.core.memory;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * One access that is not part of a batch of the caller's. Its batch of one request and its room for a scalar are kept for
 * the next such access, of whatever view, so that in steady state none allocates. Each instance is confined to the access
 * that took it.
 */
final class SingleAccess {
    /** Threads that may each find a kept instance; others make their own. A power of two. */
    private static final int SLOTS = 16;
    /** References from one slot to the next, so that two threads never write to the same cache line. */
    private static final int SPACING = 32;

    private static final AtomicReferenceArray<@Nullable SingleAccess> KEPT =
            new AtomicReferenceArray<>(SLOTS * SPACING);

    private final MemoryBatch batch = new MemoryBatch(1);
    private final MemorySegment scalar = MemorySegment.ofArray(new long[1]);

    private SingleAccess() {}

    private static SingleAccess take() {
        SingleAccess kept = KEPT.getAndSet(slot(), null);
        return kept == null ? new SingleAccess() : kept;
    }

    private void giveBack() {
        batch.clear();
        KEPT.set(slot(), this);
    }

    private static int slot() {
        return (int) (Thread.currentThread().threadId() & SLOTS - 1) * SPACING;
    }

    /** As {@link MemoryView#tryRead}. */
    static Fault tryRead(MemoryView view, long address, MemorySegment buffer) {
        SingleAccess access = take();
        try {
            access.batch.add(address, buffer);
            view.read(access.batch);
            int first = access.firstFault();
            return first < 0 ? Fault.NONE : access.batch.faultCause(first);
        } finally {
            access.giveBack();
        }
    }

    /** As {@link MemoryView#read(long, MemorySegment)}. */
    static void read(MemoryView view, long address, MemorySegment buffer) {
        SingleAccess access = take();
        try {
            access.batch.add(address, buffer);
            view.read(access.batch);
            access.requireWhole(view);
        } finally {
            access.giveBack();
        }
    }

    /** As {@link MemoryView#write(long, MemorySegment)}. */
    static void write(MemoryView view, long address, MemorySegment buffer) {
        SingleAccess access = take();
        try {
            access.batch.add(address, buffer);
            view.write(access.batch);
            access.requireWhole(view);
        } finally {
            access.giveBack();
        }
    }

    /** As {@link MemoryView#readUnsigned}. */
    static long readUnsigned(MemoryView view, long address, int bytes) {
        SingleAccess access = take();
        try {
            access.batch.add(address, access.scalar, 0, bytes);
            view.read(access.batch);
            access.requireWhole(view);
            return ScalarLayout.get(access.scalar, 0, bytes, view.properties().byteOrder());
        } finally {
            access.giveBack();
        }
    }

    /** As {@link MemoryView#writeUnsigned}. */
    static void writeUnsigned(MemoryView view, long address, int bytes, long value) {
        SingleAccess access = take();
        try {
            ScalarLayout.set(access.scalar, 0, bytes, view.properties().byteOrder(), value);
            access.batch.add(address, access.scalar, 0, bytes);
            view.write(access.batch);
            access.requireWhole(view);
        } finally {
            access.giveBack();
        }
    }

    private void requireWhole(MemoryView view) {
        int first = firstFault();
        if (first >= 0) {
            throw new MemoryAccessException(
                    view.properties().kind(),
                    batch.address(0) + batch.faultOffset(first),
                    batch.length(0),
                    batch.faultCause(first));
        }
    }

    /** The fault that starts lowest, or -1. */
    private int firstFault() {
        int first = -1;
        for (int i = 0; i < batch.faultCount(); i++) {
            if (first < 0 || batch.faultOffset(i) < batch.faultOffset(first)) {
                first = i;
            }
        }
        return first;
    }
}
