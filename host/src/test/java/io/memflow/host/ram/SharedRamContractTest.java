package io.memflow.host.ram;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.address.AddressRange;
import io.memflow.core.contract.Pattern;
import io.memflow.core.contract.PhysicalMemoryContract;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import io.memflow.host.process.HostMapping;
import io.memflow.host.process.ProcFs;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** RAM in a file that this process has mapped shared, as a QEMU would have. */
@EnabledOnOs(OS.LINUX)
class SharedRamContractTest extends PhysicalMemoryContract {
    private static final ProcFs PROC = ProcFs.ofThisMachine();
    private static final long PID = ProcessHandle.current().pid();

    private final Arena arena = Arena.ofAuto();
    private List<HostPiece> pieces = List.of();
    private MemorySegment ram = MemorySegment.NULL;

    @Override
    protected List<AddressRange> ranges() {
        return List.of(
                new AddressRange(0, 0x8_0000),
                new AddressRange(0x10_0000, 0x10_0000),
                new AddressRange(0x1_0000_0000L, 0x3000));
    }

    @Override
    protected PhysicalMemory open() throws IOException {
        Path file = directory.resolve("guest.ram");
        long length = ranges().stream().mapToLong(AddressRange::length).sum();
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ram = channel.map(FileChannel.MapMode.READ_WRITE, 0, length, arena);
        }
        List<HostPiece> located = new ArrayList<>();
        long offset = 0;
        for (AddressRange range : ranges()) {
            Pattern.fill(ram.asSlice(offset, range.length()), range.start());
            located.add(new HostPiece(range.start(), ram.address() + offset, range.length()));
            offset += range.length();
        }
        pieces = located;
        return attach().orElseThrow();
    }

    private Optional<PhysicalMemory> attach() {
        return SharedRam.open(
                PROC, PID, PROC.mappings(PID), pieces, ViewProperties.Access.READ_ONLY, "shared", List.of());
    }

    @Test
    void showsWritesOfTheGuestAtOnce() {
        assertThat(memory.capability(DirectMap.class)).isPresent();
        ram.set(ValueLayout.JAVA_BYTE, 0x100, (byte) 0x77);
        assertThat(memory.readByte(0x100)).isEqualTo((byte) 0x77);
        ram.set(ValueLayout.JAVA_BYTE, 0x100, Pattern.at(0x100));
    }

    @Test
    void isNotFooledByAnotherFileOfThatName() throws IOException {
        Path file = directory.resolve("guest.ram");
        Files.move(file, directory.resolve("moved"));
        Files.write(file, new byte[0x20_0000]);
        // The kernel still has a link to the right file, for those who may follow it.
        attach().ifPresent(found -> {
            try (found) {
                assertThat(found.readByte(0x100)).isEqualTo(Pattern.at(0x100));
            }
        });
    }

    @Test
    void declinesMemoryThatIsNotShared() {
        MemorySegment own = arena.allocate(0x1000);
        List<HostMapping> mappings = PROC.mappings(PID);
        List<HostPiece> mixed = new ArrayList<>(pieces);
        mixed.add(new HostPiece(0x2_0000_0000L, own.address(), 0x1000));

        assertThat(SharedRam.open(PROC, PID, mappings, mixed, ViewProperties.Access.READ_ONLY, "mixed", List.of()))
                .isEmpty();
        assertThat(SharedRam.open(PROC, PID, List.of(), pieces, ViewProperties.Access.READ_ONLY, "unmapped", List.of()))
                .isEmpty();
    }

    @Test
    void declinesAFileThatEndsTooEarly() throws IOException {
        List<HostMapping> mappings = PROC.mappings(PID);
        try (FileChannel channel = FileChannel.open(directory.resolve("guest.ram"), StandardOpenOption.WRITE)) {
            channel.truncate(0x1000);
        }
        assertThat(SharedRam.open(PROC, PID, mappings, pieces, ViewProperties.Access.READ_ONLY, "short", List.of()))
                .isEmpty();
    }
}
