package io.memflow.os.windows.discovery;

import io.memflow.core.address.Address;
import io.memflow.core.error.MemflowException;
import io.memflow.core.os.DiscoveryStep.Confidence;
import io.memflow.core.os.DiscoverySteps;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.formats.pe.PeImage;
import io.memflow.formats.pe.PeSection;
import io.memflow.os.windows.structure.Anchors;
import java.util.Optional;
import java.util.OptionalLong;

/** Finds where a kernel's lists begin: by its symbols, its exports, its debugger block, or the lists' own shape. Confined. */
final class AnchorSearch {
    /** {@code DllBase} of the entry behind its three links, in all builds: {@code KLDR_DATA_TABLE_ENTRY}. */
    private static final int DLL_BASE_64 = 0x30;

    private static final int DLL_BASE_32 = 0x18;

    /** All data sections of a kernel together have a few MiB. */
    private static final long MOST_DATA = 16 << 20;

    private final KernelImage kernel;
    private final VirtualMemory memory;
    private final DiscoverySteps steps;
    private final SymbolTable symbols;
    private final Optional<DebuggerBlock> debugger;
    private final int pointer;

    /** @param symbols of a symbol file; empty when there is none */
    AnchorSearch(KernelImage kernel, DiscoverySteps steps, SymbolTable symbols, Optional<DebuggerBlock> debugger) {
        this.kernel = kernel;
        this.memory = kernel.memory();
        this.steps = steps;
        this.symbols = symbols;
        this.debugger = debugger;
        pointer = kernel.root().architecture().pointerBytes();
    }

    Anchors find() {
        debugger.ifPresentOrElse(
                block -> steps.add(
                        "debugger block",
                        Confidence.CONFIRMED,
                        "%s at %s".formatted(block.form().text(), Address.format(block.address()))),
                () -> steps.add(
                        "debugger block",
                        Confidence.MISSING,
                        "not in the kernel's image, neither plain nor encoded; nothing else needs it"));
        return new Anchors(
                systemProcess(),
                address(
                        "PsActiveProcessHead",
                        debugger.map(block -> block.data().activeProcesses())),
                loadedModules(),
                pointerAt("PspCidTable", debugger.map(block -> block.data().cidTable())),
                debugger.map(DebuggerBlock::address).orElse(0L));
    }

    private long systemProcess() {
        OptionalLong variable = variable("PsInitialSystemProcess");
        long found = variable.isPresent() ? read(variable.getAsLong()) : 0;
        steps.add(
                "System",
                found != 0 ? Confidence.LIKELY : Confidence.MISSING,
                found != 0
                        ? "PsInitialSystemProcess points to " + Address.format(found)
                        : "the kernel does not export PsInitialSystemProcess, or it cannot be read");
        return found;
    }

    private OptionalLong variable(String name) {
        OptionalLong symbol = symbols.address(name);
        if (symbol.isPresent()) {
            return symbol;
        }
        try {
            return kernel.image().export(name);
        } catch (MemflowException unreadable) {
            return OptionalLong.empty();
        }
    }

    private long address(String name, Optional<Long> other) {
        OptionalLong known = variable(name);
        return known.isPresent() ? known.getAsLong() : unsigned(other.orElse(0L));
    }

    private long pointerAt(String name, Optional<Long> other) {
        long variable = address(name, other);
        return variable == 0 ? 0 : read(variable);
    }

    private long unsigned(long address) {
        return pointer == Integer.BYTES ? address & 0xFFFF_FFFFL : address;
    }

    private long read(long address) {
        try {
            return memory.readPointer(address);
        } catch (MemflowException unreadable) {
            return 0;
        }
    }

    private long loadedModules() {
        long known =
                address("PsLoadedModuleList", debugger.map(block -> block.data().loadedModules()));
        if (known != 0 && startsModules(known)) {
            steps.add(
                    "drivers",
                    Confidence.CONFIRMED,
                    "PsLoadedModuleList at %s begins with the kernel".formatted(Address.format(known)));
            return known;
        }
        OptionalLong found = modulesByShape();
        steps.add(
                "drivers",
                found.isPresent() ? Confidence.LIKELY : Confidence.MISSING,
                found.isPresent()
                        ? "a list at %s begins with an entry of the kernel".formatted(Address.format(found.getAsLong()))
                        : "neither PsLoadedModuleList nor a list that begins with an entry of the kernel was found");
        return found.orElse(known);
    }

    /** The first driver is the kernel itself. */
    private boolean startsModules(long head) {
        long first = read(head);
        int base = pointer == Long.BYTES ? DLL_BASE_64 : DLL_BASE_32;
        return first != 0
                && kernel.root().architecture().isKernelAddress(first)
                && read(first + pointer) == head
                && read(first + base) == kernel.image().base();
    }

    private OptionalLong modulesByShape() {
        PeImage image = kernel.image();
        long budget = MOST_DATA;
        for (PeSection section : image.sectionHeaders()) {
            if (section.isExecutable()) {
                continue;
            }
            long start = image.base() + section.address();
            long end = start + Math.min(section.bytes(), budget);
            budget -= end - start;
            for (long at = start; at - end < 0; at += pointer) {
                if (startsModules(at)) {
                    return OptionalLong.of(at);
                }
            }
        }
        return OptionalLong.empty();
    }
}
