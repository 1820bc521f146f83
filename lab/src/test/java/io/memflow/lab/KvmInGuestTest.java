package io.memflow.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.memflow.core.address.AddressRange;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.plugin.Chain;
import io.memflow.core.plugin.ChainObserver;
import io.memflow.core.plugin.ChainParser;
import io.memflow.core.plugin.ChainStep;
import io.memflow.core.plugin.Inventory;
import io.memflow.guest.Guest;
import io.memflow.guest.GuestConfiguration;
import io.memflow.guest.architecture.GuestArchitecture;
import io.memflow.guest.host.HostPackages;
import io.memflow.guest.kernel.GuestKernel;
import io.memflow.guest.kernel.KernelUnreachableException;
import io.memflow.host.made.MadeRam;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two real machines of KVM, in a guest whose processor virtualizes: QEMU's emulated one knows AMD's SVM, so that KVM runs in
 * the guest whatever the host has. One is a Linux in a real QEMU, the other a program of the lab's own. They are looked at
 * from here, through the guest, and with {@code -Dlab.heavy=true} by memflow in that guest, which takes minutes.
 */
@Tag("guest")
class KvmInGuestTest {
    private static final Duration LIMIT = Duration.ofMinutes(4);
    /** What a guest with an AMD processor needs to run machines. */
    static final List<String> MODULES = List.of("irqbypass", "kvm", "kvm-amd");

    private static final int OWN_MIB = 16;
    private static final int OWN_BYTES = OWN_MIB << 20;
    private static final String OWN = "vmm";
    private static final String QEMU = "qemu-system-x86_64";
    /** Where {@code vmm.c} counts. */
    private static final long COUNTER = 0x500;

    /** Many times longer than the machine halts between two counts. */
    private static final int TRIES = 1000;

    private static final long BETWEEN_NANOS = 10_000_000;

    /** Between these x86 machines have no RAM that is told from firmware and windows of devices. */
    static final int LEGACY_START = 0xA_0000;

    static final int LEGACY_END = 0x10_0000;

    /** Chains by which memflow in the guest reaches the Linux; half a minute each. */
    private static final Map<String, String> LOOKS =
            Map.of("DIRECT", "-c kvm:" + QEMU, "NATIVE", "-o native -c kvm:" + QEMU);

    private static final boolean WITH_MEMFLOW_INSIDE = Boolean.getBoolean("lab.heavy");

    @TempDir
    Path folder;

    @Test
    void machinesOfKvmShowWhatIsInThem() throws IOException {
        HostPackages.forLab().ensure(System.out::println);
        MemorySegment ram = ownRam();
        try (Guest outer = Guest.boot(configuration(ram))) {
            outer.await("MACHINES-READY", LIMIT);
            assertThat(outer.console()).doesNotContain("LAB-FAILED");
            String source = "qemu:" + outer.pid();
            compareOwn(source, ram);
            refuseOthers(source);
            if (WITH_MEMFLOW_INSIDE) {
                outer.await("DIRECT-READY", LIMIT);
                compareDirect(outer.console());
            }
            outer.pause();
            for (String inner : List.of("kvm:" + QEMU, "qemu:" + InnerGuest.NAME)) {
                try (OperatingSystem system = InnerGuest.open(outer, inner)) {
                    InnerGuest.compare(system, outer.console());
                }
            }
        }
    }

    /** What memflow in the guest, beside the machines, printed of them. */
    private static void compareDirect(String console) {
        // What it complains of stands between its rows.
        String others = console.lines()
                .filter(line -> LOOKS.keySet().stream().noneMatch(line::startsWith))
                .collect(Collectors.joining("\n"));
        assertThat(others).contains("OWN-EQUAL").doesNotContain("memflow:");
        for (String way : LOOKS.keySet()) {
            Map<Integer, String> found = new TreeMap<>();
            Pattern row =
                    Pattern.compile(way + " \\{\"pid\":(\\d+),\"ppid\":\\d+,\"name\":\"([^\"]+)\".*\"kind\":\"user\"");
            for (MatchResult line : row.matcher(console).results().toList()) {
                found.put(Integer.parseInt(line.group(1)), line.group(2));
            }
            System.out.printf("in the guest, %s: %s%n", way, found);
            InnerGuest.compare(found, console);
        }
    }

    /** Noise with page tables in it, and a page for the processor. */
    private static MemorySegment ownRam() {
        MemorySegment ram = MemorySegment.ofArray(new byte[OWN_BYTES]);
        new MadeRam(ram, new Random(5), address -> address)
                .use(LEGACY_END, OWN_BYTES)
                .build();
        ram.asSlice(0, RamPages.PAGE).fill((byte) 0);
        return ram;
    }

    private GuestConfiguration configuration(MemorySegment ram) throws IOException {
        Path raw = Files.write(folder.resolve("vmm.raw"), ram.toArray(ValueLayout.JAVA_BYTE));
        Path pages = folder.resolve("vmm.pages");
        BitSet all = new BitSet();
        all.set(0, OWN_BYTES / RamPages.PAGE);
        new RamPages(all, all.length()).write(raw, pages);
        try {
            GuestKernel kernel = LabKernel.V6_1.source().resolve(System.out::println);
            Map<String, Path> files = new LinkedHashMap<>(InnerGuest.files(folder));
            files.put("/bin/" + OWN, Workload.compiled(OWN, GuestArchitecture.X86_64));
            files.put("/vmm.pages", pages);
            files.put("/vmm.raw", raw);
            if (WITH_MEMFLOW_INSIDE) {
                files.putAll(MemflowInGuest.files(folder));
            }
            String start = "%s %d > /tmp/vmm.out &\n".formatted(OWN, OWN_MIB)
                    // Without XSAVE, whose state QEMU's SVM does not keep for a guest.
                    + InnerGuest.start("-accel kvm -M microvm -cpu qemu64")
                    + "until grep -E 'VMM-READY|LAB-FAILED' /tmp/vmm.out; do usleep 100000; done\necho MACHINES-READY\n"
                    + (WITH_MEMFLOW_INSIDE ? look() : "");
            return GuestConfiguration.of("lab-kvm", kernel.image(), Workload.outer(kernel, start, MODULES, files))
                    .withCpu("max,la57=off")
                    .withMemoryMiB(WITH_MEMFLOW_INSIDE ? 1100 : 448);
        } catch (KernelUnreachableException unreachable) {
            return Assumptions.abort("a kernel is unreachable: " + unreachable.getMessage());
        }
    }

    /** Lines of shell in which memflow looks at the machines from the guest that they run on. */
    private static String look() {
        StringBuilder lines = new StringBuilder("memflow=\"%s\"\n".formatted(MemflowInGuest.COMMAND));
        LOOKS.forEach((way, chain) ->
                lines.append("$memflow ps --json %s -o linux | sed 's/^/%s /'\n".formatted(chain, way)));
        return lines + """
            $memflow read --raw phys 0x%x %d kvm:%s > /tmp/own.raw
            tail -c +%d /vmm.raw | cmp - /tmp/own.raw && echo OWN-EQUAL
            echo DIRECT-READY
            """.formatted(LEGACY_END, OWN_BYTES - LEGACY_END, OWN, LEGACY_END + 1);
    }

    private static List<ChainStep> chain(String source, String inner, String... systems) {
        List<ChainStep> steps = new ArrayList<>(List.of(
                ChainParser.parse(ChainStep.Kind.CONNECTOR, source),
                ChainParser.parse(ChainStep.Kind.OS, "linux"),
                ChainParser.parse(ChainStep.Kind.CONNECTOR, inner)));
        for (String system : systems) {
            steps.add(ChainParser.parse(ChainStep.Kind.OS, system));
        }
        return steps;
    }

    /** Its RAM is as it was put there, but for the number that its processor counts up meanwhile. */
    private static void compareOwn(String source, MemorySegment ram) {
        try (PhysicalMemory memory =
                new Chain(Inventory.load(), chain(source, "kvm:" + OWN)).openMemory(ChainObserver.NONE)) {
            assertThat(memory.map().ranges())
                    .extracting(AddressRange::start, AddressRange::end)
                    .containsExactly(tuple(0L, (long) LEGACY_START), tuple((long) LEGACY_END, (long) OWN_BYTES));
            memory.map().ranges().forEach(range -> {
                long start = Math.max(range.start(), RamPages.PAGE);
                byte[] bytes = memory.readBytes(start, (int) (range.end() - start));
                assertThat(MemorySegment.ofArray(bytes).mismatch(ram.asSlice(start, bytes.length)))
                        .as("byte behind 0x%x", start)
                        .isEqualTo(-1);
            });
            int first = memory.readInt(COUNTER);
            int next = first;
            for (int tries = 0; tries < TRIES && next == first; tries++) {
                LockSupport.parkNanos(BETWEEN_NANOS);
                next = memory.readInt(COUNTER);
            }
            assertThat(next).as("what the machine counts").isNotEqualTo(first);
            System.out.printf(
                    "%s: %d bytes equal, counted from %d to %d%n", memory.description(), OWN_BYTES, first, next);
        }
    }

    private static void refuseOthers(String source) {
        Inventory inventory = Inventory.load();
        assertThatThrownBy(() -> inventory.build(chain(source, "kvm", "linux")))
                .isInstanceOf(MemflowException.class)
                .hasMessageContainingAll("2 processes with a virtual machine of KVM", "vmm (pid ", QEMU + " (pid ");
        assertThatThrownBy(() -> inventory.build(chain(source, "kvm:firecracker", "linux")))
                .isInstanceOf(MemflowException.class)
                .hasMessageContainingAll("At step 3", "\"firecracker\"", "vmm (pid ");
    }
}
