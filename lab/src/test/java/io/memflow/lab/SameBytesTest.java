package io.memflow.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.cli.Main;
import io.memflow.connector.qemu.qmp.QmpClient;
import io.memflow.core.address.AddressRange;
import io.memflow.core.cpu.ProcessorMemory;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.plugin.ChainParser;
import io.memflow.core.plugin.ChainStep;
import io.memflow.core.plugin.Inventory;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One guest, reached in every way there is: the ways give the same bytes and the same rows, and leave it as it was. */
@Tag("guest")
class SameBytesTest {
    private static final int PIECE = 1 << 20;
    private static final int PAGE = 4096;

    @TempDir
    private Path folder;

    /** RAM in a shared file, and in a memfd. */
    @ParameterizedTest
    @EnumSource(names = {"V6_1", "V6_1_LA57"})
    void everyWayGivesTheSameBytesAndLeavesTheGuestAsItWas(LabKernel row) throws Exception {
        try (LabGuest lab = LabGuest.bootOrSkip(row)) {
            Path socket = folder.resolve("gdb.sock");
            QmpClient monitor = lab.guest().qmp();
            monitor.humanMonitor("gdbserver unix:%s,server=on,wait=off".formatted(socket));
            Path image = folder.resolve("ram.raw");
            lab.guest().saveRaw(image);
            Map<String, String> ways = ways(lab, image, socket);
            compareBytes("dump:" + image, ways);
            assertThat(isRunning(monitor)).isFalse();
            compareRows(ways);
            compareOutput(ways);
            if (row == LabKernel.V6_1) {
                compareVirtualMemory(ways);
            }
            assertThat(isRunning(monitor)).isFalse();

            lab.guest().resume();
            try (PhysicalMemory memory = connect("gdbstub:" + socket)) {
                assertThat(isRunning(monitor))
                        .as("while a debugger is connected")
                        .isFalse();
                assertThat(memory.map().totalBytes()).isPositive();
            }
            assertThat(isRunning(monitor))
                    .as("after the debugger took its leave")
                    .isTrue();
        }
    }

    private static Map<String, String> ways(LabGuest lab, Path image, Path socket) {
        Map<String, String> ways = new LinkedHashMap<>();
        ways.put("image that the monitor saved", "dump:" + image);
        ways.put(
                "mapped in place", "qemu:%d:memory=shared".formatted(lab.guest().pid()));
        ways.put(
                "copied from the process",
                "qemu:%d:memory=process".formatted(lab.guest().pid()));
        ways.put("debugger stub", "gdbstub:" + socket);
        return ways;
    }

    private static void compareBytes(String saved, Map<String, String> ways) {
        try (PhysicalMemory image = connect(saved)) {
            List<AddressRange> ranges = image.map().ranges();
            for (Map.Entry<String, String> way : ways.entrySet()) {
                try (PhysicalMemory memory = connect(way.getValue())) {
                    assertThat(memory.map().ranges()).as(way.getKey()).isEqualTo(ranges);
                    ranges.forEach(range -> compareRange(way.getKey(), image, memory, range));
                    assertThat(memory.defects()).as(way.getKey()).isEmpty();
                }
            }
        }
    }

    private static void compareRange(String way, PhysicalMemory image, PhysicalMemory memory, AddressRange range) {
        for (long at = range.start(); at < range.end(); at += PIECE) {
            int length = (int) Math.min(PIECE, range.end() - at);
            MemorySegment ours = MemorySegment.ofArray(memory.readBytes(at, length));
            assertThat(ours.mismatch(MemorySegment.ofArray(image.readBytes(at, length))))
                    .as("%s: offset in the piece at 0x%x", way, at)
                    .isEqualTo(-1);
        }
    }

    private static void compareRows(Map<String, String> ways) {
        List<ProcessInfo> expected = List.of();
        for (Map.Entry<String, String> way : ways.entrySet()) {
            try (OperatingSystem system = Inventory.load()
                    .build(List.of(
                            ChainParser.parse(ChainStep.Kind.CONNECTOR, way.getValue()),
                            ChainParser.parse(ChainStep.Kind.OS, "linux")))) {
                List<ProcessInfo> rows = system.processes().rows();
                expected = expected.isEmpty() ? rows : expected;
                assertThat(rows).as(way.getKey()).isNotEmpty().isEqualTo(expected);
            }
        }
    }

    /** What users see, byte for byte. */
    private static void compareOutput(Map<String, String> ways) {
        String expected = "";
        for (Map.Entry<String, String> way : ways.entrySet()) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            int status = Main.run(out, err, "ps", "--json", "-c", way.getValue(), "-o", "linux");
            String text = out.toString(StandardCharsets.US_ASCII);
            expected = expected.isEmpty() ? text : expected;
            assertThat(err.toString(StandardCharsets.UTF_8)).as(way.getKey()).isEmpty();
            assertThat(status).as(way.getKey()).isZero();
            assertThat(text).as(way.getKey()).isNotEmpty().isEqualTo(expected);
        }
    }

    /** The kernel as the processor itself sees it, and as page tables show it. Without PTI it is always in sight. */
    private static void compareVirtualMemory(Map<String, String> ways) {
        List<ChainStep> chain = List.of(
                ChainParser.parse(ChainStep.Kind.CONNECTOR, ways.getOrDefault("mapped in place", "")),
                ChainParser.parse(ChainStep.Kind.OS, "linux"));
        try (OperatingSystem system = Inventory.load().build(chain);
                PhysicalMemory debugged = connect(ways.getOrDefault("debugger stub", ""))) {
            long banner = system.symbols().address("linux_banner").orElseThrow();
            MemoryView virtual =
                    debugged.capability(ProcessorMemory.class).orElseThrow().virtualMemory(0);
            assertThat(virtual.readBytes(banner & -PAGE, 3 * PAGE))
                    .isEqualTo(system.kernelMemory().readBytes(banner & -PAGE, 3 * PAGE));
            assertThat(virtual.tryRead(0x10, MemorySegment.ofArray(new byte[8])))
                    .as("nothing is mapped at the start of a kernel thread's memory")
                    .isEqualTo(Fault.NOT_PRESENT);
            assertThat(debugged.readBytes(0x100000, PAGE))
                    .isEqualTo(system.physicalMemory().orElseThrow().readBytes(0x100000, PAGE));
        }
    }

    private static PhysicalMemory connect(String step) {
        return Inventory.load().connect(ChainParser.parse(ChainStep.Kind.CONNECTOR, step), Optional.empty());
    }

    private static boolean isRunning(QmpClient monitor) {
        return monitor.execute("query-status") instanceof Map<?, ?> status
                && status.get("running") instanceof Boolean running
                && running;
    }
}
