package io.memflow.connector.dummy;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.plugin.ArgumentDescription;
import io.memflow.core.plugin.ArgumentValues;
import io.memflow.core.plugin.PluginArguments;
import io.memflow.core.synthetic.MachineArchitecture;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What machine to make. Immutable; two machines with equal options are equal in every byte.
 *
 * @param bytes size of the physical memory, which starts at address 0
 * @param seed decides where everything lies and what it holds
 * @param processes how many
 * @param modules how many the kernel has
 * @param pages page sizes, each with its part of the mapped memory
 */
public record DummyOptions(
        long bytes, long seed, MachineArchitecture architecture, int processes, int modules, List<PageShare> pages) {
    private static final String SIZE = "size";
    private static final String SEED = "seed";
    private static final String ARCH = "arch";
    private static final String PROCESSES = "processes";
    private static final String MODULES = "modules";
    private static final String PAGES = "pages";

    private static final long DEFAULT_BYTES = 64 << 20;
    private static final int DEFAULT_PROCESSES = 8;
    private static final int DEFAULT_MODULES = 4;
    private static final int MOST_ROWS = 100_000;

    static final List<ArgumentDescription> DESCRIPTIONS = List.of(
            new ArgumentDescription(SIZE, "bytes of physical memory, such as 64m (the default), 1g or 0x4000000"),
            new ArgumentDescription(SEED, "a number that decides everything about the machine; 1 by default"),
            new ArgumentDescription(
                    ARCH,
                    "processor and paging mode: x86-64 (the default), arm64, riscv64-sv39 ...; a wrong one lists all"),
            new ArgumentDescription(PROCESSES, "how many processes it has; 8 by default"),
            new ArgumentDescription(MODULES, "how many modules its kernel has; 4 by default"),
            new ArgumentDescription(
                    PAGES,
                    "page sizes with their parts of the mapped memory, such as 4k*3/2m*1; a size alone counts once"));

    public DummyOptions {
        pages = List.copyOf(pages);
    }

    /** The default machine of that seed. */
    public static DummyOptions ofSeed(long seed) {
        return parse(new PluginArguments(Optional.empty(), Map.of(SEED, Long.toUnsignedString(seed))));
    }

    /**
     * Reads arguments.
     *
     * @throws MemflowException that names the argument that is not understood
     */
    public static DummyOptions parse(PluginArguments arguments) {
        if (arguments.target().isPresent()) {
            throw new MemflowException(
                    ErrorOrigin.ARGS,
                    ErrorKind.INVALID_ARGUMENT,
                    "A dummy has no target, but was given \"%s\"; give it arguments only."
                            .formatted(arguments.target().get()));
        }
        arguments.requireKnown(DummyConnector.NAME, DESCRIPTIONS);
        ArgumentValues values = new ArgumentValues(arguments);
        MachineArchitecture architecture =
                MachineArchitecture.named(arguments.value(ARCH).orElse("x86-64"));
        long bytes = values.size(SIZE, DEFAULT_BYTES, 1, Long.MAX_VALUE);
        return new DummyOptions(
                bytes,
                values.number(SEED, 1, 0, -1),
                architecture,
                (int) values.number(PROCESSES, DEFAULT_PROCESSES, 0, MOST_ROWS),
                (int) values.number(MODULES, DEFAULT_MODULES, 0, MOST_ROWS),
                arguments
                        .value(PAGES)
                        .map(text -> PageShare.parse(PAGES, text, architecture.lower()))
                        .orElseGet(() -> PageShare.usual(architecture.lower(), bytes)));
    }
}
