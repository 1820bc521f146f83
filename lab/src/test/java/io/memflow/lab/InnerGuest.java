package io.memflow.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.plugin.ChainParser;
import io.memflow.core.plugin.ChainStep;
import io.memflow.core.plugin.Inventory;
import io.memflow.guest.Guest;
import io.memflow.guest.host.HostProgram;
import io.memflow.guest.initramfs.Initramfs;
import io.memflow.guest.kernel.GuestKernel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The real Linux, and all that a real QEMU needs to run it, in a guest of the lab. */
final class InnerGuest {
    static final String NAME = "inner";
    /** What its serial line says. */
    static final String LOG = "/tmp/inner.log";
    /** What the program says that runs it. */
    static final String MESSAGES = "/tmp/machine.out";
    /**
     * The command line of its kernel. Clock and processor are calibrated by what is known of them: measuring takes for
     * ever without help of the processor.
     */
    static final String WORDS =
            "console=ttyS0 nokaslr mitigations=off tsc=reliable lpj=4000000 no_timer_check quiet panic=-1";

    private static final Pattern PROCESS = Pattern.compile("INNER (\\d+) (\\S+)");

    private InnerGuest() {}

    /**
     * Path in the outer guest to file here.
     *
     * @param folder for what is made
     * @throws io.memflow.guest.kernel.KernelUnreachableException when the kernel cannot be had from here
     */
    static Map<String, Path> files(Path folder) throws IOException {
        Map<String, Path> files = new LinkedHashMap<>(QemuInGuest.files());
        files.putAll(linux(folder));
        return files;
    }

    /** The Linux alone. */
    static Map<String, Path> linux(Path folder) throws IOException {
        GuestKernel inner = LabKernel.V5_10.source().resolve(System.out::println);
        Path kernel = folder.resolve("inner.kernel");
        UncompressedKernel.unpack(inner.image(), kernel);
        Path initramfs = folder.resolve("inner.cpio.gz");
        new Initramfs()
                .copy("/bin/busybox", HostProgram.BUSYBOX.require(), Initramfs.EXECUTABLE)
                .link("/bin/sh", "busybox")
                .copy("/init", Workload.source("inner-init"), Initramfs.EXECUTABLE)
                .write(initramfs);
        return Map.of("/inner.kernel", kernel, "/inner.cpio.gz", initramfs);
    }

    /**
     * Lines of shell that start it in a QEMU, and print what it says once it is ready.
     *
     * @param machine arguments of QEMU: machine type, processor and accelerator
     */
    static String start(String machine) {
        return """
            export LD_LIBRARY_PATH=/usr/lib/x86_64-linux-gnu:/lib/x86_64-linux-gnu
            qemu-system-x86_64 -name %s -L %s -nodefaults -no-user-config -display none %s \\
              -m 64M -serial file:%s -kernel /inner.kernel -initrd /inner.cpio.gz -no-reboot \\
              -append "%s" > %s 2>&1 &
            """.formatted(NAME, QemuInGuest.FIRMWARE, machine, LOG, WORDS, MESSAGES) + untilReady();
    }

    /** Lines of shell that wait until the machine started last is ready, and print what it says. */
    static String untilReady() {
        return """
            machine=$!
            until grep -q INNER-READY %1$s 2>/dev/null; do
              kill -0 $machine 2>/dev/null || { echo LAB-FAILED: the inner machine ended; cat %2$s %1$s; break; }
              usleep 500000
            done
            cat %1$s
            """.formatted(LOG, MESSAGES);
    }

    /**
     * The Linux in a machine of a guest.
     *
     * @param connector and its target, by which the machine is found among the guest's processes
     */
    static OperatingSystem open(Guest outer, String connector) {
        return Inventory.load()
                .build(List.of(
                        ChainParser.parse(ChainStep.Kind.CONNECTOR, "qemu:" + outer.pid()),
                        ChainParser.parse(ChainStep.Kind.OS, "linux"),
                        ChainParser.parse(ChainStep.Kind.CONNECTOR, connector),
                        ChainParser.parse(ChainStep.Kind.OS, "linux")));
    }

    /** A system that is looked into shows what the inner guest told of itself. */
    static void compare(OperatingSystem inner, String console) {
        assertThat(inner.info().version()).startsWith("Linux version 5.10");
        Map<Integer, String> found = new TreeMap<>();
        for (ProcessInfo process : inner.processes().rows()) {
            if (process.kind() == ProcessInfo.Kind.USER) {
                found.put(process.pid(), String.valueOf(process.name()));
            }
        }
        System.out.printf("%s: %s%n", inner.physicalMemory().orElseThrow().description(), found);
        compare(found, console);
    }

    /** Its processes of user space are those that it told of, and since then the one that it waits with. */
    static void compare(Map<Integer, String> found, String console) {
        assertThat(console).doesNotContain("LAB-FAILED").contains("INNER-READY");
        Map<Integer, String> told = new TreeMap<>();
        for (MatchResult line : PROCESS.matcher(console).results().toList()) {
            told.put(Integer.parseInt(line.group(1)), line.group(2));
        }
        assertThat(told).hasSizeGreaterThan(4);
        assertThat(found).containsAllEntriesOf(told);
        Map<Integer, String> since = new TreeMap<>(found);
        since.keySet().removeAll(told.keySet());
        assertThat(since.values()).containsExactly("sleep");
    }
}
