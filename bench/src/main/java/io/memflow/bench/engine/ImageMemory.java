package io.memflow.bench.engine;

import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Maps the image as physical memory, in the ways the C reference does too. */
final class ImageMemory {
    private static final long HUGE_PAGE = 2 << 20;
    private static final long CHUNK = 64 << 20;

    // Linux, include/uapi/asm-generic/mman.h and mman-common.h.
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int MAP_PRIVATE = 2;
    private static final int MAP_ANONYMOUS = 0x20;
    private static final int MADV_HUGEPAGE = 14;

    private ImageMemory() {}

    @SuppressWarnings("MustBeClosedChecker") // The memory owns its arena and closes it.
    static PhysicalMemory open(Path image, Pages pages) throws IOException {
        Arena arena = Arena.ofShared();
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.READ)) {
            MemorySegment bytes = switch (pages) {
                case FILE -> file.map(FileChannel.MapMode.READ_ONLY, 0, file.size(), arena);
                case HUGE -> hugeCopy(file, arena);
            };
            DirectMap map =
                    DirectMap.builder().add(0, bytes, 0, bytes.byteSize()).build();
            return new MappedMemory(map, arena, ViewProperties.Access.READ_ONLY, image.toString(), List.of());
        }
    }

    private static MemorySegment hugeCopy(FileChannel file, Arena arena) throws IOException {
        MemorySegment room = hugeRoom(file.size(), arena);
        for (long done = 0; done < room.byteSize(); ) {
            MemorySegment part = room.asSlice(done, Math.min(CHUNK, room.byteSize() - done));
            int got = file.read(part.asByteBuffer(), done);
            if (got <= 0) {
                throw new IOException("the image ended after " + done + " bytes");
            }
            done += got;
        }
        return room;
    }

    @SuppressWarnings("restricted") // Only this way has anonymous memory huge pages.
    private static MemorySegment hugeRoom(long bytes, Arena arena) throws IOException {
        Linker linker = Linker.nativeLinker();
        MethodHandle mmap = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("mmap"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_LONG));
        MethodHandle madvise = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("madvise"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
        try {
            long room = (long) mmap.invokeExact(
                    0L, bytes + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0L);
            long start = (room + HUGE_PAGE - 1) & -HUGE_PAGE;
            if (room == -1 || (int) madvise.invokeExact(start, bytes, MADV_HUGEPAGE) != 0) {
                throw new IOException("the kernel gives no huge pages");
            }
            // Given back when the measuring process ends.
            return MemorySegment.ofAddress(start).reinterpret(bytes, arena, segment -> {});
        } catch (IOException refused) {
            throw refused;
        } catch (Throwable thrown) {
            throw new AssertionError("mmap and madvise throw nothing", thrown);
        }
    }
}
