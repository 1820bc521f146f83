package io.memflow.connector.dump;

import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryMap;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import io.memflow.formats.elf.ElfCore;
import java.util.List;
import java.util.Optional;

/** The memory of an ELF core, with what else the core knows as a capability. Thread-safe. */
final class CoreMemory implements PhysicalMemory {
    private final MappedMemory memory;
    private final ElfCore core;

    CoreMemory(MappedMemory memory, ElfCore core) {
        this.memory = memory;
        this.core = core;
    }

    @Override
    public ViewProperties properties() {
        return memory.properties();
    }

    @Override
    public MemoryMap map() {
        return memory.map();
    }

    @Override
    public String description() {
        return memory.description();
    }

    @Override
    public List<String> defects() {
        return memory.defects();
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        return type == ElfCore.class ? Optional.of(type.cast(core)) : memory.capability(type);
    }

    @Override
    public void read(MemoryBatch batch) {
        memory.read(batch);
    }

    @Override
    public long readUnsigned(long address, int bytes) {
        return memory.readUnsigned(address, bytes);
    }

    @Override
    public void close() {
        memory.close();
    }
}
