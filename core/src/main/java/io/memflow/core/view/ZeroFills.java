package io.memflow.core.view;

import io.memflow.core.memory.Fault;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** How much a zero-filled view has made up so far: a capability of that view. Thread-safe. */
public final class ZeroFills {
    private final LongAdder runs = new LongAdder();
    private final Map<Fault, LongAdder> bytes = new EnumMap<>(Fault.class);

    ZeroFills() {
        for (Fault fault : Fault.values()) {
            bytes.put(fault, new LongAdder());
        }
    }

    void add(Fault cause, long filled) {
        runs.increment();
        of(cause).add(filled);
    }

    /** Runs of bytes that were filled. */
    public long runs() {
        return runs.sum();
    }

    /** Bytes that were filled. A byte that was read twice counts twice. */
    public long bytes() {
        long sum = 0;
        for (LongAdder adder : bytes.values()) {
            sum += adder.sum();
        }
        return sum;
    }

    /** Bytes that were filled because of one cause. */
    public long bytes(Fault cause) {
        return of(cause).sum();
    }

    private LongAdder of(Fault cause) {
        return Objects.requireNonNull(bytes.get(cause));
    }

    @Override
    public String toString() {
        return bytes() + " bytes in " + runs() + " runs filled with zeros";
    }
}
