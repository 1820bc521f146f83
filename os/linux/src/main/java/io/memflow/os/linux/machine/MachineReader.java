package io.memflow.os.linux.machine;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MachineFacts;
import io.memflow.core.structure.KernelField;
import io.memflow.os.linux.structure.Kernel;
import io.memflow.os.linux.structure.ProcessorMask;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads {@code init_uts_ns}, the command line, the mask of running processors and the taint. Thread-safe. */
public final class MachineReader {
    private static final String SOURCE = "kernel-variables";
    /** {@code COMMAND_LINE_SIZE} of the architectures is 512 to 8192 bytes. */
    private static final int LONGEST_COMMAND_LINE = 8192;

    private final Kernel kernel;
    private final MemoryView memory;
    private final Supplier<Optional<Instant>> bootTime;
    private final IndirectFacts indirect;

    /**
     * @param bootTime reads when the machine was booted
     * @param indirect asked where the kernel's symbols do not name a variable
     */
    public MachineReader(Kernel kernel, Supplier<Optional<Instant>> bootTime, IndirectFacts indirect) {
        this.indirect = indirect;
        this.kernel = kernel;
        this.bootTime = bootTime;
        memory = kernel.memory();
    }

    /** One row. */
    public Listing<MachineFacts> read() {
        FieldReader fields = new FieldReader();
        List<String> sources = new ArrayList<>(List.of(SOURCE));
        Instant booted = fields.read("boot time", () -> bootTime.get().orElse(null));
        if (booted == null) {
            fields.note("boot time", "the kernel's timekeeper was not found");
        }
        MachineFacts facts = new MachineFacts(
                name(fields, "nodename"),
                name(fields, "domainname"),
                name(fields, "sysname"),
                name(fields, "release"),
                name(fields, "version"),
                name(fields, "machine"),
                commandLine(fields, sources),
                booted,
                processors(fields, sources),
                read(fields, "tainted_mask", memory::readPointer),
                fields.provenance(sources));
        return new Listing<>(List.of(facts), List.of());
    }

    private @Nullable String name(FieldReader fields, String member) {
        Optional<KernelField> field = kernel.optionalField("uts_namespace", "name." + member);
        if (field.isEmpty()) {
            fields.note(member, "this kernel's types have no such member of uts_namespace");
            return null;
        }
        return read(fields, "init_uts_ns", field.get()::text);
    }

    private @Nullable String commandLine(FieldReader fields, List<String> sources) {
        if (kernel.find("saved_command_line").isEmpty()) {
            Optional<String> logged = indirect.commandLine();
            if (logged.isPresent()) {
                sources.add("kernel-log");
                return logged.get();
            }
        }
        return read(fields, "saved_command_line", this::commandLine);
    }

    private @Nullable Integer processors(FieldReader fields, List<String> sources) {
        if (kernel.find("__cpu_online_mask").isEmpty()) {
            OptionalInt running = indirect.processors();
            if (running.isPresent()) {
                sources.add("hotplug-threads");
                return running.getAsInt();
            }
        }
        return read(fields, "__cpu_online_mask", this::processors);
    }

    /** What is read at an address. */
    private interface AtAddress<T> {
        T read(long address);
    }

    private <T> @Nullable T read(FieldReader fields, String symbol, AtAddress<T> reader) {
        long address = kernel.addressOrZero(symbol);
        if (address == 0) {
            fields.note(symbol, "the kernel's symbols do not name it, and it was not found otherwise");
            return null;
        }
        return fields.read(symbol, () -> reader.read(address));
    }

    private String commandLine(long variable) {
        return memory.readUtf8Lossy(memory.readPointer(variable), LONGEST_COMMAND_LINE)
                .strip();
    }

    private int processors(long mask) {
        return ProcessorMask.read(kernel, mask).cardinality();
    }
}
