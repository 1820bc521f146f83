package io.memflow.connector.dump;

import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.SequentialReads;
import io.memflow.core.memory.ViewProperties;
import io.memflow.core.view.WrappedMemory;
import java.util.List;
import java.util.Optional;

/**
 * The memory of an image file, which can be read in order too, and what the file knows more than the memory. Both are
 * capabilities. Closing it closes the file. Thread-safe.
 */
final class ImageMemory extends WrappedMemory {
    private final ImageFile file;
    private final FileReads reads;
    private final Optional<Object> facts;

    /**
     * @param facts the file's own description, such as the headers of a dump; empty for a raw image
     */
    ImageMemory(ImageFile file, DirectMap map, String description, List<String> defects, Optional<Object> facts) {
        this(
                new MappedMemory(map, file.arena(), ViewProperties.Access.READ_ONLY, description, defects),
                file,
                map,
                facts);
    }

    private ImageMemory(MappedMemory memory, ImageFile file, DirectMap map, Optional<Object> facts) {
        super(memory, memory);
        this.file = file;
        this.reads = new FileReads(file.channel(), map);
        this.facts = facts;
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        if (type == SequentialReads.class) {
            return Optional.of(type.cast(reads));
        }
        return facts.filter(type::isInstance).map(type::cast).or(() -> super.capability(type));
    }

    @Override
    public void close() {
        super.close();
        file.closeChannel();
    }
}
