package io.memflow.core.view;

import io.memflow.core.memory.PhysicalMemory;
import java.util.ArrayList;
import java.util.List;

/**
 * Physical memory whose holes below the end of its map read as zeros, see {@link ZeroFilledView}. Its map still names
 * only what the source holds. Closing it closes the source. Thread-safe for reads.
 */
public final class ZeroFilledMemory extends WrappedMemory {
    private final ZeroFills fills;

    public ZeroFilledMemory(PhysicalMemory source) {
        this(new ZeroFilledView(source, source.map().end()), source);
    }

    private ZeroFilledMemory(ZeroFilledView view, PhysicalMemory source) {
        super(view, source);
        fills = view.fills();
    }

    /** What was filled so far. */
    public ZeroFills fills() {
        return fills;
    }

    @Override
    public String description() {
        return source().description() + ", holes as zeros";
    }

    @Override
    public List<String> defects() {
        List<String> sentences = new ArrayList<>(source().defects());
        sentences.add("Bytes that could not be read were replaced by zeros, as asked for: %s so far.".formatted(fills));
        return List.copyOf(sentences);
    }
}
