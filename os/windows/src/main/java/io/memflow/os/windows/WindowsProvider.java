package io.memflow.os.windows;

import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.plugin.ArgumentDescription;
import io.memflow.core.plugin.OsProvider;
import io.memflow.core.plugin.PluginArguments;
import io.memflow.os.windows.discovery.Hints;
import io.memflow.os.windows.discovery.WindowsDiscovery;
import io.memflow.os.windows.process.ProcessChoices;
import io.memflow.os.windows.symbol.HttpSymbolFetcher;
import io.memflow.os.windows.symbol.SymbolArguments;
import io.memflow.os.windows.symbol.SymbolFetcher;
import io.memflow.os.windows.symbol.SymbolSource;
import java.util.List;
import java.util.stream.Stream;

/** The OS layer {@code windows}: needs nothing but the memory. Stateless. */
public final class WindowsProvider implements OsProvider {
    private static final String DTB = "dtb";
    private static final String KERNEL_HINT = "kernel_hint";
    private static final String ARCHITECTURE = "arch";

    private final SymbolFetcher fetcher;

    /** Called by the service loader. */
    public WindowsProvider() {
        this(new HttpSymbolFetcher(HttpSymbolFetcher.Limits.USUAL));
    }

    /** @param fetcher asks symbol servers, when a user wants that */
    WindowsProvider(SymbolFetcher fetcher) {
        this.fetcher = fetcher;
    }

    @Override
    public String name() {
        return "windows";
    }

    @Override
    public String summary() {
        return "Windows kernels from XP to 11 on i386 and x86-64, found and read without symbol files; with them when wanted";
    }

    @Override
    public List<ArgumentDescription> arguments() {
        List<ArgumentDescription> own = List.of(
                new ArgumentDescription(DTB, "physical address of the kernel's root page table, hexadecimal; checked"),
                new ArgumentDescription(KERNEL_HINT, "virtual address inside the kernel's image, hexadecimal; checked"),
                new ArgumentDescription(ARCHITECTURE, "x86, x86_pae, x64 or arm64; nothing else is looked for"));
        return Stream.of(own, SymbolArguments.DESCRIPTIONS, ProcessChoices.arguments())
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public OperatingSystem open(PhysicalMemory memory, PluginArguments arguments) {
        Hints hints = Hints.parse(arguments.value(DTB), arguments.value(KERNEL_HINT), arguments.value(ARCHITECTURE));
        SymbolSource symbols = SymbolArguments.read(arguments, fetcher);
        ProcessChoices choices = ProcessChoices.of(arguments);
        return new WindowsSystem(memory, WindowsDiscovery.discover(memory, hints, symbols), choices);
    }
}
