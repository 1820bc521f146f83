package io.memflow.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.guest.architecture.GuestArchitecture;
import io.memflow.guest.host.HostPackages;
import io.memflow.guest.host.HostProgram;
import io.memflow.guest.kernel.GuestBusybox;
import io.memflow.guest.kernel.KernelUnreachableException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Needs no guest, but the package mirror, as guests do. */
@Tag("guest")
class ForeignBusyboxTest {
    /** Offset of {@code e_machine} in the header of an ELF file of either class: System V gABI. */
    private static final int MACHINE = 18;

    @ParameterizedTest
    @EnumSource
    void itIsAProgramOfItsArchitecture(GuestArchitecture architecture) throws Exception {
        HostPackages.of(HostProgram.BUSYBOX).ensure(System.out::println);
        byte[] program = Files.readAllBytes(fetched(architecture));

        ByteBuffer header = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(header.getInt(0)).isEqualTo(0x464C457F);
        assertThat(header.getShort(MACHINE)).isEqualTo(machine(architecture));
    }

    private static Path fetched(GuestArchitecture architecture) {
        // Debian has RISC-V only in suites that are younger than this list's other architectures need.
        List<String> suites = List.of(architecture == GuestArchitecture.RISCV64 ? "sid" : "bookworm");
        try {
            return GuestBusybox.of(architecture, suites, System.out::println);
        } catch (KernelUnreachableException unreachable) {
            return Assumptions.abort(architecture + " is unreachable: " + unreachable.getMessage());
        }
    }

    /** Numbers of the gABI's list of machines. */
    private static short machine(GuestArchitecture architecture) {
        return switch (architecture) {
            case X86_64 -> 62;
            case I386 -> 3;
            case ARM64 -> 183;
            case RISCV64 -> 243;
        };
    }
}
