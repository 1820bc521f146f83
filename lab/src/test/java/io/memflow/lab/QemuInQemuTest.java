package io.memflow.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.plugin.ChainParser;
import io.memflow.core.plugin.ChainStep;
import io.memflow.core.plugin.Inventory;
import io.memflow.guest.Guest;
import io.memflow.guest.GuestConfiguration;
import io.memflow.guest.host.HostPackages;
import io.memflow.guest.host.HostProgram;
import io.memflow.guest.initramfs.Initramfs;
import io.memflow.guest.kernel.GuestKernel;
import io.memflow.guest.kernel.KernelUnreachableException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
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
    private static final String INNER = "inner";
    private static final Pattern PROCESS = Pattern.compile("INNER (\\d+) (.+)");

    @TempDir
    Path folder;

    @Test
    void processesOfTheInnermostGuestAreThoseItTellsOf() throws IOException {
        HostPackages.forLab().ensure(System.out::println);
        try (Guest outer = Guest.boot(configuration())) {
            outer.await("MACHINE-READY", LIMIT);
            outer.pause();
            assertThat(outer.console()).doesNotContain("LAB-FAILED").contains("INNER-READY");
            Map<Integer, String> told = new TreeMap<>();
            for (MatchResult line : PROCESS.matcher(outer.console()).results().toList()) {
                told.put(Integer.parseInt(line.group(1)), line.group(2).strip());
            }
            List<ChainStep> chain = List.of(
                    ChainParser.parse(ChainStep.Kind.CONNECTOR, "qemu:" + outer.pid()),
                    ChainParser.parse(ChainStep.Kind.OS, "linux"),
                    ChainParser.parse(ChainStep.Kind.CONNECTOR, "qemu:" + INNER),
                    ChainParser.parse(ChainStep.Kind.OS, "linux"));
            try (OperatingSystem inner = Inventory.load().build(chain)) {
                assertThat(inner.info().version()).startsWith("Linux version 5.10");
                Map<Integer, String> found = new TreeMap<>();
                for (ProcessInfo process : inner.processes().rows()) {
                    if (process.kind() == ProcessInfo.Kind.USER) {
                        found.put(process.pid(), String.valueOf(process.name()));
                    }
                }
                System.out.printf(
                        "%s: %s%n", inner.physicalMemory().orElseThrow().description(), found);
                assertThat(found).hasSizeGreaterThan(4).containsAllEntriesOf(stable(told));
            }
        }
    }

    /** The shell that printed the list and what it started for that are gone or have changed. */
    private static Map<Integer, String> stable(Map<Integer, String> told) {
        Map<Integer, String> stable = new TreeMap<>(told);
        stable.values().removeIf(name -> name.equals("cat"));
        return stable;
    }

    private GuestConfiguration configuration() throws IOException {
        try {
            GuestKernel outer = LabKernel.V6_1.source().resolve(System.out::println);
            GuestKernel inner = LabKernel.V5_10.source().resolve(System.out::println);
            Path kernel = folder.resolve("inner.kernel");
            UncompressedKernel.unpack(inner.image(), kernel);
            Path initramfs = folder.resolve("inner.cpio.gz");
            new Initramfs()
                    .copy("/bin/busybox", HostProgram.BUSYBOX.require(), Initramfs.EXECUTABLE)
                    .link("/bin/sh", "busybox")
                    .copy("/init", Workload.source("inner-init"), Initramfs.EXECUTABLE)
                    .write(initramfs);
            Map<String, Path> files = new LinkedHashMap<>(QemuInGuest.files());
            files.put("/inner.kernel", kernel);
            files.put("/inner.cpio.gz", initramfs);
            return GuestConfiguration.of("lab-nest", outer.image(), Workload.outer(outer, start(), files))
                    .withCpu("max,la57=off")
                    .withMemoryMiB(OUTER_MIB);
        } catch (KernelUnreachableException unreachable) {
            return Assumptions.abort("a kernel is unreachable: " + unreachable.getMessage());
        }
    }

    /** The inner machine's clock and processor are calibrated by what is known of them: measuring takes for ever. */
    private static String start() {
        return """
            export LD_LIBRARY_PATH=/usr/lib/x86_64-linux-gnu:/lib/x86_64-linux-gnu
            qemu-system-x86_64 -name %s -L %s -nodefaults -no-user-config -display none -accel tcg -M pc -cpu qemu64 \\
              -m 64M -serial file:/tmp/inner.log -kernel /inner.kernel -initrd /inner.cpio.gz -no-reboot \\
              -append "console=ttyS0 nokaslr mitigations=off tsc=reliable lpj=4000000 no_timer_check quiet panic=-1" \\
              > /tmp/qemu.out 2>&1 &
            machine=$!
            until grep -q INNER-READY /tmp/inner.log 2>/dev/null; do
              kill -0 $machine 2>/dev/null || { echo LAB-FAILED: the inner machine ended; cat /tmp/qemu.out; break; }
              usleep 500000
            done
            cat /tmp/inner.log
            echo MACHINE-READY
            """.formatted(INNER, QemuInGuest.FIRMWARE);
    }
}
