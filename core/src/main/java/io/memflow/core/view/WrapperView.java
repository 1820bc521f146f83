package io.memflow.core.view;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.ViewProperties;
import java.util.Optional;

/**
 * A view on another view, of which it has the properties and every capability; a view that shows bytes at other addresses
 * overrides {@link #capability} for {@link io.memflow.core.memory.DirectMap}. Thread-safe as far as the subclass is.
 */
public abstract class WrapperView implements MemoryView {
    /** The view below. */
    protected final MemoryView source;

    protected WrapperView(MemoryView source) {
        this.source = source;
    }

    @Override
    public ViewProperties properties() {
        return source.properties();
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        return source.capability(type);
    }
}
