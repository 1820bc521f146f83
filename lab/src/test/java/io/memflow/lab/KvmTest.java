package io.memflow.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.memflow.connector.kvm.KvmConnector;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.plugin.AvailableTarget;
import io.memflow.core.plugin.ChainParser;
import io.memflow.core.plugin.ChainStep;
import io.memflow.core.plugin.Inventory;
import io.memflow.host.process.ProcFs;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real guest's memory, saved and put into a process of our own: the kvm connector finds it among the process' mappings,
 * confirms where it lies, and shows what the image shows. Where there is no KVM the process only seems to use it.
 */
@Tag("guest")
class KvmTest {
    @TempDir
    Path folder;

    private Path image() throws IOException {
        Path raw = folder.resolve("guest.raw");
        try (LabGuest guest = LabGuest.bootOrSkip(LabKernel.V6_1)) {
            guest.guest().saveRaw(raw);
        }
        return raw;
    }

    @Test
    void memoryOfAProcessThatSeemsToUseKvmIsFoundConfirmedAndRead() throws Exception {
        Path raw = image();
        Map<String, Boolean> ways = Map.of("anonymous", false, "memfd", true);
        for (Map.Entry<String, Boolean> way : ways.entrySet()) {
            try (RamHolder holder = RamHolder.start(way.getKey(), raw)) {
                assertThat(holder.isReady()).as(holder.answer()).isTrue();
                Path proc = folder.resolve("proc-" + way.getKey());
                holder.showWithMachine(proc);
                KvmConnector connector = new KvmConnector(new ProcFs(proc));
                assertThat(connector.targets())
                        .extracting(AvailableTarget::target, AvailableTarget::name)
                        .containsExactly(tuple(Long.toString(holder.pid()), "holder-amd64"));
                compare(connector, holder.pid(), raw, way.getValue());
            }
        }
    }

    @Test
    void memoryOfAMachineOfKvmIsRead() throws Exception {
        Assumptions.assumeTrue(Files.isWritable(Path.of("/dev/kvm")), "/dev/kvm is unreachable on this machine");
        Path raw = image();
        try (RamHolder holder = RamHolder.start("kvm", raw)) {
            assertThat(holder.isReady()).as(holder.answer()).isTrue();
            compare(new KvmConnector(), holder.pid(), raw, false);
        }
    }

    private static void compare(KvmConnector connector, long pid, Path raw, boolean mapped) throws IOException {
        Inventory inventory = new Inventory(List.of(connector), Inventory.load().systems());
        ChainStep step = ChainParser.parse(ChainStep.Kind.CONNECTOR, "kvm:" + pid);
        try (OperatingSystem direct = Targets.image(raw);
                OperatingSystem found = inventory.build(List.of(step, ChainParser.parse(ChainStep.Kind.OS, "linux")))) {
            PhysicalMemory memory = found.physicalMemory().orElseThrow();
            assertThat(memory.capability(DirectMap.class).isPresent())
                    .as("mapped in place")
                    .isEqualTo(mapped);
            assertThat(found.info()).isEqualTo(direct.info());
            assertThat(found.processes()).isEqualTo(direct.processes());
            assertThat(found.modules()).isEqualTo(direct.modules());
            MemorySegment image = MemorySegment.ofArray(Files.readAllBytes(raw));
            memory.map().ranges().forEach(range -> {
                MemorySegment ours = MemorySegment.ofArray(memory.readBytes(range.start(), (int) range.length()));
                assertThat(ours.mismatch(image.asSlice(range.start(), range.length())))
                        .as("byte of %s", range)
                        .isEqualTo(-1);
            });
            System.out.printf(
                    "%s: %d processes and %d bytes equal%n",
                    memory.description(),
                    found.processes().rows().size(),
                    memory.map().totalBytes());
        }
    }
}
