package io.memflow.lab;

import io.memflow.core.os.OperatingSystem;
import io.memflow.guest.Guest;
import io.memflow.guest.GuestConfiguration;
import io.memflow.guest.host.HostPackages;
import io.memflow.guest.kernel.GuestKernel;
import io.memflow.guest.kernel.KernelUnreachableException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A real QEMU in a guest of a real QEMU, both without hardware help: minutes, and so with {@code -Dlab.heavy=true} only. */
@Tag("guest")
@Tag("heavy")
@EnabledIfSystemProperty(named = "lab.heavy", matches = "true")
class QemuInQemuTest {
    private static final Duration LIMIT = Duration.ofMinutes(20);
    private static final int OUTER_MIB = 416;

    @TempDir
    Path folder;

    @Test
    void processesOfTheInnermostGuestAreThoseItTellsOf() throws IOException {
        HostPackages.forLab().ensure(System.out::println);
        try (Guest outer = Guest.boot(configuration())) {
            outer.await("MACHINE-READY", LIMIT);
            outer.pause();
            try (OperatingSystem inner = InnerGuest.open(outer, "qemu:" + InnerGuest.NAME)) {
                InnerGuest.compare(inner, outer.console());
            }
        }
    }

    private GuestConfiguration configuration() throws IOException {
        try {
            GuestKernel outer = LabKernel.V6_1.source().resolve(System.out::println);
            String start = InnerGuest.start("-accel tcg -M pc -cpu qemu64") + "echo MACHINE-READY\n";
            return GuestConfiguration.of(
                            "lab-nest",
                            outer.image(),
                            Workload.outer(outer, start, List.of(), InnerGuest.files(folder)))
                    .withCpu("max,la57=off")
                    .withMemoryMiB(OUTER_MIB);
        } catch (KernelUnreachableException unreachable) {
            return Assumptions.abort("a kernel is unreachable: " + unreachable.getMessage());
        }
    }
}
