package io.memflow.connector.dump;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MalformedDataException;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.formats.crashdump.CrashDump;
import io.memflow.formats.crashdump.PhysicalRun;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A crash dump of a Windows system: full ones and those with a bitmap have physical memory. */
final class CrashImage {
    private CrashImage() {}

    /**
     * Opens an image; the memory owns the file from then on.
     *
     * @throws io.memflow.core.error.MemflowException when the dump cannot be read, or has no physical memory
     */
    static PhysicalMemory open(ImageFile file, OptionalLong base) {
        if (base.isPresent()) {
            throw ImageFile.refusal(
                    ErrorKind.ARG_VALIDATION,
                    "Argument base: \"%s\" is a Windows crash dump, which says itself where its memory lies: leave base= away."
                            .formatted(file.path()),
                    null);
        }
        CrashDump dump = parse(file);
        DirectMap.Builder map = DirectMap.builder();
        for (PhysicalRun run : dump.runs()) {
            map.add(run.address(), file.bytes(), run.fileOffset(), run.bytes());
        }
        DirectMap built = map.build();
        if (built.rangeCount() == 0) {
            throw withoutMemory(file, dump);
        }
        return new ImageMemory(
                file, built, "Windows crash dump " + file.path(), defects(file, dump), Optional.of(dump));
    }

    private static RuntimeException withoutMemory(ImageFile file, CrashDump dump) {
        return dump.header().type().isPhysical()
                ? ImageFile.refusal(
                        ErrorKind.PARTIAL_DATA,
                        "\"%s\" is a Windows crash dump without any byte of memory (file of %d bytes): it was cut off, take it again."
                                .formatted(file.path(), file.size()),
                        null)
                : ImageFile.refusal(
                        ErrorKind.NOT_SUPPORTED,
                        "\"%s\" is a Windows crash dump of kind %s, which has no physical memory: name the file alone, or write -o minidump:FILE, for what it has; or have the machine write a complete memory dump."
                                .formatted(file.path(), dump.header().type()),
                        null);
    }

    private static CrashDump parse(ImageFile file) {
        try {
            return CrashDump.parse(file.bytes());
        } catch (MalformedDataException refused) {
            throw ImageFile.refusal(
                    refused.kind(),
                    "\"%s\" is a Windows crash dump that cannot be read (%s): give a complete memory dump, a raw image, or an ELF core."
                            .formatted(file.path(), refused.getMessage()),
                    refused);
        }
    }

    private static List<String> defects(ImageFile file, CrashDump dump) {
        return dump.missing().isEmpty()
                ? List.of()
                : List.of("The file ends after %d bytes, before its last page: %s."
                        .formatted(file.size(), MissingRanges.describe(dump.missing())));
    }
}
