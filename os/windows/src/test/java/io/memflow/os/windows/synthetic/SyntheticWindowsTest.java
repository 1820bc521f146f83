package io.memflow.os.windows.synthetic;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.formats.pe.PeImage;
import io.memflow.os.windows.structure.PublishedKernel;
import io.memflow.os.windows.structure.PublishedKernels;
import io.memflow.os.windows.structure.WindowsArchitecture;
import io.memflow.os.windows.structure.WindowsKernel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The synthetic machine itself: that it holds what it says, as our own walker and image reader see it. */
class SyntheticWindowsTest {
    private static final long SEED = 20260301;

    static Stream<Arguments> machines() {
        List<Arguments> all = new ArrayList<>();
        for (PublishedKernel row : PublishedKernels.all()) {
            for (WindowsArchitecture architecture : WindowsArchitecture.values()) {
                if (architecture.table().equals(row.architecture())) {
                    all.add(Arguments.of(row, architecture));
                }
            }
        }
        return all.stream();
    }

    @ParameterizedTest(name = "synthetic {0} as {1}")
    @MethodSource("machines")
    void everyPublishedRowMakesAMachineThatWalksAndOpens(PublishedKernel row, WindowsArchitecture architecture) {
        try (SyntheticWindows machine =
                SyntheticWindows.builder(row, architecture, SEED).build()) {
            WindowsKernel kernel = machine.kernel();
            VirtualMemory memory = kernel.memory();
            PeImage image = PeImage.open(memory, kernel.image().base());
            assertThat(image.ownName()).contains("ntoskrnl.exe");
            assertThat(image.size()).isEqualTo(kernel.image().size());
            assertThat(image.pdb().orElseThrow().guid()).isEqualTo(machine.pdb().guid());
            long system = pointer(
                    kernel, memory, image.export("PsInitialSystemProcess").orElseThrow());
            assertThat(system).isEqualTo(kernel.anchors().systemProcess());
            List<Long> listed = ring(
                    kernel,
                    memory,
                    kernel.anchors().activeProcesses(),
                    offset(kernel, "_EPROCESS", "ActiveProcessLinks"));
            assertThat(listed)
                    .containsExactlyElementsOf(machine.processes().stream()
                            .map(SyntheticProcess::address)
                            .toList());
            machine.processes().forEach(process -> check(kernel, process));
            assertThat(ring(kernel, memory, kernel.anchors().loadedModules(), 0))
                    .containsExactlyElementsOf(machine.drivers().stream()
                            .map(SyntheticDriver::entryAddress)
                            .toList());
            machine.drivers().forEach(driver -> {
                assertThat(PeImage.open(memory, driver.base()).size()).isEqualTo(driver.size());
            });
        }
    }

    private static void check(WindowsKernel kernel, SyntheticProcess process) {
        VirtualMemory memory = kernel.memory();
        long at = process.address();
        assertThat(pointer(kernel, memory, at + offset(kernel, "_EPROCESS", "UniqueProcessId")))
                .isEqualTo(process.id());
        assertThat(new String(
                                memory.readBytes(at + offset(kernel, "_EPROCESS", "ImageFileName"), 15),
                                StandardCharsets.US_ASCII)
                        .replace("\0", ""))
                .isEqualTo(process.name());
        assertThat(ring(
                        kernel,
                        memory,
                        at + offset(kernel, "_EPROCESS", "ThreadListHead"),
                        offset(kernel, "_ETHREAD", "ThreadListEntry")))
                .containsExactlyElementsOf(
                        process.threads().stream().map(SyntheticThread::address).toList());
        VirtualMemory own = kernel.processMemory(process.root());
        // The kernel's half is the same in each of them.
        assertThat(pointer(kernel, own, at + offset(kernel, "_KPROCESS", "DirectoryTableBase")))
                .isEqualTo(process.root());
        if (process.hasUserSpace()) {
            long data = pointer(kernel, own, process.peb() + offset(kernel, "_PEB", "Ldr"));
            assertThat(ring(kernel, own, data + offset(kernel, "_PEB_LDR_DATA", "InLoadOrderModuleList"), 0))
                    .containsExactlyElementsOf(process.modules().stream()
                            .map(SyntheticModule::entryAddress)
                            .toList());
            for (SyntheticModule module : process.modules()) {
                PeImage image = PeImage.open(own, module.base());
                assertThat(image.size()).isEqualTo(module.size());
                assertThat(image.ownName()).contains(module.name());
            }
            for (SyntheticThread thread : process.threads()) {
                assertThat(pointer(kernel, own, thread.teb() + offset(kernel, "_TEB", "ProcessEnvironmentBlock")))
                        .isEqualTo(process.peb());
            }
        }
    }

    private static long offset(WindowsKernel kernel, String structure, String member) {
        return kernel.layout().offset(structure, member);
    }

    private static long pointer(WindowsKernel kernel, MemoryView memory, long at) {
        return memory.readUnsigned(at, kernel.pointerBytes());
    }

    /** The structures on a ring, by the links to the next ones; each link back must agree. */
    private static List<Long> ring(WindowsKernel kernel, MemoryView memory, long head, long offset) {
        List<Long> all = new ArrayList<>();
        long before = head;
        for (long at = pointer(kernel, memory, head); at != head; at = pointer(kernel, memory, at)) {
            assertThat(pointer(kernel, memory, at + kernel.pointerBytes())).isEqualTo(before);
            all.add(at - offset);
            before = at;
        }
        return all;
    }
}
