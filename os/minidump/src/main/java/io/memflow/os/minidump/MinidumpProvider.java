package io.memflow.os.minidump;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.plugin.ArgumentDescription;
import io.memflow.core.plugin.AvailableTarget;
import io.memflow.core.plugin.LocalOsProvider;
import io.memflow.core.plugin.PluginArguments;
import io.memflow.formats.crashdump.CrashDump;
import io.memflow.formats.crashdump.CrashDumpType;
import io.memflow.formats.minidump.Minidump;
import io.memflow.os.minidump.file.DumpFile;
import io.memflow.os.minidump.kernel.KernelDump;
import io.memflow.os.minidump.process.ProcessDump;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * The OS layer {@code minidump}: dumps that hold no physical memory. Those are minidumps of one process, of any system that
 * writes them, and of Windows kernels triage dumps and headers. Stateless.
 */
public final class MinidumpProvider implements LocalOsProvider {
    private static final String NAME = "minidump";

    /** Called by the service loader. */
    public MinidumpProvider() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String summary() {
        return "small dumps without physical memory: minidumps of one process, triage dumps of Windows kernels";
    }

    @Override
    public List<ArgumentDescription> arguments() {
        return List.of();
    }

    @Override
    public List<AvailableTarget> targets() {
        return List.of();
    }

    /** By the first bytes of a file: a minidump's signature, or that of a crash dump of a kind without physical memory. */
    @Override
    public boolean recognises(String target) {
        return DumpFile.start(target).filter(MinidumpProvider::isOurs).isPresent();
    }

    private static boolean isOurs(MemorySegment start) {
        return Minidump.isMinidump(start) || isSmall(CrashDump.typeOf(start));
    }

    private static boolean isSmall(Optional<CrashDumpType> type) {
        return type.filter(known -> known == CrashDumpType.TRIAGE || known == CrashDumpType.HEADER)
                .isPresent();
    }

    @Override
    public OperatingSystem open(PluginArguments arguments) {
        String target = arguments
                .target()
                .orElseThrow(() -> new MemflowException(
                        ErrorOrigin.OS_LAYER,
                        ErrorKind.REQUIRED_ARG_NOT_FOUND,
                        "The minidump layer was given no file: write -o minidump:FILE."));
        DumpFile file = DumpFile.open(target);
        try {
            return open(file);
        } catch (MalformedDataException refused) {
            file.close();
            throw new MemflowException(
                    ErrorOrigin.OS_LAYER,
                    refused.kind(),
                    "\"%s\" (%d bytes) is a dump that cannot be read (%s): it was cut off or damaged, copy or take it again."
                            .formatted(file.path(), file.size(), refused.getMessage()),
                    refused);
        } catch (RuntimeException refused) {
            file.close();
            throw refused;
        }
    }

    private static OperatingSystem open(DumpFile file) {
        if (Minidump.isMinidump(file.bytes())) {
            return new ProcessDump(file, Minidump.parse(file.bytes()));
        }
        Optional<CrashDumpType> type = CrashDump.typeOf(file.bytes());
        if (isSmall(type)) {
            return new KernelDump(file, CrashDump.parse(file.bytes()));
        }
        String found = type.map(kind ->
                        "is a Windows crash dump of kind %s, which has physical memory or none that is known: write dump:FILE"
                                .formatted(kind))
                .orElse("starts neither like a minidump (MDMP) nor like a Windows crash dump (PAGEDUMP, PAGEDU64): give"
                        + " it to a connector, such as dump:FILE");
        throw new MemflowException(
                ErrorOrigin.OS_LAYER, ErrorKind.NOT_SUPPORTED, "\"%s\" %s.".formatted(file.path(), found));
    }
}
