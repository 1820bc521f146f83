package io.memflow.os.linux.module;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.structure.KernelField;
import io.memflow.core.symbol.TypeTable;
import io.memflow.formats.btf.Btf;
import io.memflow.os.linux.structure.IdTable;
import io.memflow.os.linux.structure.Kernel;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * The types that loaded modules bring: since 5.11 the kernel keeps the BTF of each ({@code struct btf}, kernel/bpf/btf.c) in
 * {@code btf_idr}. Thread-safe.
 */
public final class ModuleTypes {
    /** BTF of a whole kernel takes less than a tenth of it. */
    private static final long MOST_BYTES = 64L << 20;

    private final Kernel kernel;
    private final MemoryView memory;
    private final IdTable ids;
    private final long table;
    private final KernelField name;
    private final KernelField data;
    private final KernelField bytes;
    private final KernelField base;
    private final KernelField firstId;

    /** @throws MemflowException of kind NOT_FOUND when this kernel keeps no types of modules */
    public ModuleTypes(Kernel kernel) {
        if (!kernel.layout().has("btf", "base_btf")) {
            throw new MemflowException(
                    ErrorOrigin.OS_LAYER,
                    ErrorKind.NOT_FOUND,
                    "This kernel keeps no types of its modules, as those since 5.11 do.");
        }
        this.kernel = kernel;
        memory = kernel.memory();
        table = kernel.address("btf_idr");
        ids = new IdTable(kernel);
        name = kernel.field("btf", "name");
        data = kernel.field("btf", "data");
        bytes = kernel.field("btf", "data_size");
        base = kernel.field("btf", "base_btf");
        firstId = kernel.field("btf", "start_id");
    }

    /**
     * The types of a module and, behind them, those of the kernel; empty when it has none in memory.
     *
     * @throws MemflowException when they are damaged
     */
    public Optional<TypeTable> of(String module) {
        for (long entry : ids.entries(table, "btf_idr").addresses()) {
            long kernelTypes = base.pointer(entry);
            if (kernelTypes != 0 && name.text(entry).equals(module)) {
                return Optional.of(Btf.parseSplit(blob(entry), kernelTypes(entry, kernelTypes)));
            }
        }
        return Optional.empty();
    }

    /** Those that were found with the kernel, when they are the very ones, else what the module's point to. */
    private Btf kernelTypes(long module, long kernelTypes) {
        return kernel.layout().types() instanceof Btf known
                        && known.lostTypes() == 0
                        && known.typeCount() + 1 == firstId.unsigned(module)
                ? known
                : Btf.parse(blob(kernelTypes));
    }

    private MemorySegment blob(long btf) {
        long size = bytes.unsigned(btf);
        if (size > MOST_BYTES) {
            throw new MalformedDataException("struct btf", 0, "it claims %d bytes of types".formatted(size));
        }
        return MemorySegment.ofArray(memory.readBytes(data.pointer(btf), (int) size));
    }
}
