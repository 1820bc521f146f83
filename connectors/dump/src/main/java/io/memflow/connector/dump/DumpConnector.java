package io.memflow.connector.dump;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.plugin.ArgumentDescription;
import io.memflow.core.plugin.ConnectorProvider;
import io.memflow.core.plugin.PluginArguments;
import io.memflow.core.view.RemappedMemory;
import io.memflow.core.view.Remapping;
import io.memflow.formats.crashdump.CrashDump;
import io.memflow.formats.elf.ElfCore;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Opens memory images: raw ones, ELF cores as QEMU's {@code dump-guest-memory} writes them, and full, bitmap
 * and summary crash dumps of Windows. The file is mapped, not read, so its size does not matter. Of an ELF core, {@link ElfCore} is a
 * capability of the memory, with the processors' state; of a crash dump, {@link CrashDump}. Stateless.
 */
public final class DumpConnector implements ConnectorProvider {
    static final String NAME = "dump";

    private static final String BASE = "base";
    /** memflow's name for it. */
    private static final String MEMORY_MAP = "memmap";

    /** Names that memory images usually end in; a missing file with one of them still deserves this connector's error. */
    private static final Set<String> SUFFIXES =
            Set.of("raw", "mem", "dump", "dmp", "elf", "core", "img", "bin", "vmem", "lime", "kdump");

    /** For the service loader. */
    public DumpConnector() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String summary() {
        return "memory image in a file: raw, an ELF core of QEMU's dump-guest-memory, or a Windows crash dump";
    }

    @Override
    public List<ArgumentDescription> arguments() {
        return List.of(
                new ArgumentDescription(
                        BASE, "physical address of a raw image's first byte, for RAM that does not start at 0"),
                new ArgumentDescription(
                        MEMORY_MAP,
                        "TOML file that says which physical ranges lie where in the image: [[range]] with base,"
                                + " length, real_base"));
    }

    @Override
    public boolean recognises(String target) {
        if (target.isEmpty()) {
            // As a path it would be the current directory.
            return false;
        }
        try {
            if (Files.exists(Path.of(target))) {
                return true;
            }
        } catch (InvalidPathException noPath) {
            return false;
        }
        int dot = target.lastIndexOf('.');
        return target.indexOf('/') >= 0
                || target.indexOf(File.separatorChar) >= 0
                || (dot >= 0 && SUFFIXES.contains(target.substring(dot + 1).toLowerCase(Locale.ROOT)));
    }

    @Override
    public PhysicalMemory connect(PluginArguments arguments, Optional<OperatingSystem> input) {
        if (input.isPresent()) {
            throw new MemflowException(
                    ErrorOrigin.CONNECTOR,
                    ErrorKind.NOT_SUPPORTED,
                    "The dump connector opens files of this machine, not of a machine inside a chain: put it first.");
        }
        String target = arguments
                .target()
                .orElseThrow(() -> new MemflowException(
                        ErrorOrigin.CONNECTOR,
                        ErrorKind.REQUIRED_ARG_NOT_FOUND,
                        "The dump connector was given no file: write dump:FILE."));
        OptionalLong base = arguments.address(BASE);
        // Read only where it was asked for: a file beside the evidence may not be the analyst's.
        Optional<Remapping> map = arguments.value(MEMORY_MAP).map(MemoryMapArgument::read);
        ImageFile file = ImageFile.open(target);
        try {
            PhysicalMemory memory = open(file, base);
            return map.map(remapping -> remapped(memory, remapping)).orElse(memory);
        } catch (RuntimeException refused) {
            file.close();
            throw refused;
        }
    }

    private static PhysicalMemory open(ImageFile file, OptionalLong base) {
        if (ElfCore.isElf(file.bytes())) {
            return CoreImage.open(file, base);
        }
        return CrashDump.isCrashDump(file.bytes()) ? CrashImage.open(file, base) : RawImage.open(file, base.orElse(0));
    }

    private static PhysicalMemory remapped(PhysicalMemory memory, Remapping remapping) {
        PhysicalMemory remapped = new RemappedMemory(memory, remapping);
        if (remapped.map().ranges().isEmpty()) {
            throw new MemflowException(
                    ErrorOrigin.CONNECTOR,
                    ErrorKind.MEMORY_MAP_OUT_OF_RANGE,
                    "Argument memmap: no range of it lies in what the image holds, %s: check its real_base."
                            .formatted(memory.map().ranges()));
        }
        return remapped;
    }
}
