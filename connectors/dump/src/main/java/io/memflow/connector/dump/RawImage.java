package io.memflow.connector.dump;

import io.memflow.core.address.Address;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.PhysicalMemory;
import java.util.List;
import java.util.Optional;

/** An image that holds the bytes of one run of physical memory and nothing else. */
final class RawImage {
    private RawImage() {}

    /**
     * Opens an image; the memory owns the file from then on.
     *
     * @param base physical address of the first byte
     * @throws io.memflow.core.error.MemflowException when the file is of another format, or the base cannot be right
     */
    static PhysicalMemory open(ImageFile file, long base) {
        ForeignFormat.of(file.bytes()).ifPresent(format -> {
            throw ImageFile.refusal(
                    ErrorKind.NOT_SUPPORTED,
                    "\"%s\" is %s, which this connector does not read: %s."
                            .formatted(file.path(), format.description(), format.remedy()),
                    null);
        });
        if (!Address.isAligned(base, ImageFile.PAGE)) {
            throw ImageFile.refusal(
                    ErrorKind.ARG_VALIDATION,
                    "Argument base: %s is no multiple of a page (0x1000), but RAM starts at one: give the address the image was taken from."
                            .formatted(Address.format(base)),
                    null);
        }
        // A map cannot hold the very last byte of the space; no machine has memory there.
        if (!Address.below(base, base + file.size())) {
            throw ImageFile.refusal(
                    ErrorKind.ARG_VALIDATION,
                    "Argument base: %d bytes from %s on run past the 64-bit address space: give the address the image was taken from."
                            .formatted(file.size(), Address.format(base)),
                    null);
        }
        DirectMap map =
                DirectMap.builder().add(base, file.bytes(), 0, file.size()).build();
        return new ImageMemory(file, map, "raw image " + file.path(), List.of(), Optional.empty());
    }
}
