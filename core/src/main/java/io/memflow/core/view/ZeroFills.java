package io.memflow.core.view;

import io.memflow.core.memory.Fault;
import java.util.concurrent.atomic.LongAdder;

/** How much a zero-filled view has made up so far: a capability of that view. Thread-safe. */
public final class ZeroFills {
    private final LongAdder runs = new LongAdder();
    private final LongAdder[] bytes = new LongAdder[Fault.values().length];

    ZeroFills() {
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = new LongAdder();
        }
    }

    void add(Fault cause, long filled) {
        runs.increment();
        bytes[cause.ordinal()].add(filled);
    }

    /** Runs of bytes that were filled. */
    public long runs() {
        return runs.sum();
    }

    /** Bytes that were filled. A byte that was read twice counts twice. */
    public long bytes() {
        long sum = 0;
        for (LongAdder adder : bytes) {
            sum += adder.sum();
        }
        return sum;
    }

    /** Bytes that were filled because of one cause. */
    public long bytes(Fault cause) {
        return bytes[cause.ordinal()].sum();
    }

    @Override
    public String toString() {
        return bytes() + " bytes in " + runs() + " runs filled with zeros";
    }
}
