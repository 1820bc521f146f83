package io.memflow.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.memflow.core.address.AddressRange;
import io.memflow.core.os.OperatingSystem;
import io.memflow.guest.Guest;
import io.memflow.guest.GuestConfiguration;
import io.memflow.guest.host.HostPackages;
import io.memflow.guest.kernel.GuestKernel;
import io.memflow.guest.kernel.KernelUnreachableException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A Linux in a real machine of KVM that a program of others runs, of which nothing is known but its descriptors and
 * mappings; as {@link KvmInGuestTest}, in a guest whose processor virtualizes.
 */
@Tag("guest")
class LibkrunInGuestTest {
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final int MEMORY_MIB = 448;
    private static final int INNER_MIB = 64;

    @TempDir
    Path folder;

    @Test
    void aLinuxInAMachineOfLibkrunShowsItsProcesses() throws IOException {
        HostPackages.forLab().ensure(System.out::println);
        try (Guest outer = Guest.boot(configuration())) {
            outer.await("MACHINE-ENDS", LIMIT);
            assertThat(outer.console()).doesNotContain("LAB-FAILED");
            outer.pause();
            try (OperatingSystem system = InnerGuest.open(outer, "kvm:" + Libkrun.PROGRAM)) {
                assertThat(system.physicalMemory().orElseThrow().map().ranges())
                        .extracting(AddressRange::start, AddressRange::end)
                        .containsExactly(
                                tuple(0L, (long) KvmInGuestTest.LEGACY_START),
                                tuple((long) KvmInGuestTest.LEGACY_END, (long) INNER_MIB << 20));
                InnerGuest.compare(system, outer.console());
            }
        }
    }

    private GuestConfiguration configuration() throws IOException {
        try {
            GuestKernel kernel = LabKernel.V6_1.source().resolve(System.out::println);
            Map<String, Path> files = new LinkedHashMap<>(InnerGuest.linux(folder));
            files.putAll(Libkrun.files());
            String start = Libkrun.start(INNER_MIB) + "echo MACHINE-ENDS\n";
            return GuestConfiguration.of(
                            "lab-krun", kernel.image(), Workload.outer(kernel, start, KvmInGuestTest.MODULES, files))
                    // libkrun gives its guest all that the processor has, and QEMU's SVM keeps no state of XSAVE.
                    .withCpu("max,la57=off,xsave=off")
                    .withMemoryMiB(MEMORY_MIB);
        } catch (KernelUnreachableException unreachable) {
            return Assumptions.abort("a kernel is unreachable: " + unreachable.getMessage());
        }
    }
}
