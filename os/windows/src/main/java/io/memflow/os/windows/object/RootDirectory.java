package io.memflow.os.windows.object;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Finds the topmost directory of objects, which is named as the separator itself: by {@code ObpRootDirectoryObject}, whose
 * place discovery has from a symbol file or the block for debuggers, else by climbing from named objects. Stateless.
 */
public final class RootDirectory {
    private static final String NAME = "\\";

    /** Deeper than directories of objects are. */
    private static final int DEEPEST = 16;
    /** Types that the kernel exports for drivers (wdm.h, ntifs.h): named objects, in the directory {@code \ObjectTypes}. */
    private static final List<String> TYPES = List.of(
            "PsProcessType",
            "PsThreadType",
            "IoFileObjectType",
            "ExEventObjectType",
            "SeTokenObjectType",
            "CmKeyObjectType");

    private final WindowsKernel kernel;
    private final MemoryView memory;
    private final ObjectHeaders headers;

    private RootDirectory(WindowsKernel kernel, ObjectHeaders headers) {
        this.kernel = kernel;
        this.headers = headers;
        memory = kernel.memory();
    }

    /**
     * Virtual address of the topmost directory; empty when nothing leads to it.
     *
     * @param named virtual addresses of objects that have names, to climb from as well
     */
    public static OptionalLong find(WindowsKernel kernel, ObjectHeaders headers, List<Long> named) {
        RootDirectory search = new RootDirectory(kernel, headers);
        LongStream told = LongStream.of(kernel.anchors().rootDirectory()).filter(search::isRoot);
        LongStream climbed = Stream.concat(search.types(), named.stream())
                .mapToLong(Long::longValue)
                .map(search::climb)
                .filter(root -> root != 0);
        return LongStream.concat(told, climbed).findFirst();
    }

    private Stream<Long> types() {
        return TYPES.stream()
                .map(name -> pointerAt(kernel.symbols().address(name).orElse(0)))
                .flatMap(Optional::stream);
    }

    private Optional<Long> pointerAt(long variable) {
        try {
            return variable == 0 ? Optional.empty() : Optional.of(memory.readPointer(variable));
        } catch (MemflowException unreadable) {
            return Optional.empty();
        }
    }

    /** The topmost directory that an object lies below; 0 when it does not lie below one. */
    private long climb(long object) {
        long at = object;
        try {
            for (int depth = 0; depth < DEEPEST && kernel.architecture().isKernelAddress(at); depth++) {
                at = headers.directory(at);
                if (isRoot(at)) {
                    return at;
                }
            }
            return 0;
        } catch (MemflowException unreadable) {
            return 0;
        }
    }

    private boolean isRoot(long object) {
        try {
            return kernel.architecture().isKernelAddress(object) && NAME.equals(headers.name(object));
        } catch (MemflowException unreadable) {
            return false;
        }
    }
}
