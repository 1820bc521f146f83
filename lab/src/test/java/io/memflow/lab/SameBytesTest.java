package io.memflow.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.connector.qemu.qmp.QmpClient;
import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.plugin.ChainParser;
import io.memflow.core.plugin.ChainStep;
import io.memflow.core.plugin.Inventory;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One guest, reached in every way there is: the ways give the same bytes and the same rows, and leave it as it was. */
@Tag("guest")
class SameBytesTest {
    private static final int PIECE = 1 << 20;

    @TempDir
    private Path folder;

    @Test
    void everyWayGivesTheSameBytesAndLeavesTheGuestAsItWas() throws Exception {
        try (LabGuest lab = LabGuest.bootOrSkip(LabKernel.V6_1)) {
            Path socket = folder.resolve("gdb.sock");
            QmpClient monitor = lab.guest().qmp();
            monitor.humanMonitor("gdbserver unix:%s,server=on,wait=off".formatted(socket));
            Path image = folder.resolve("ram.raw");
            lab.guest().saveRaw(image);
            Map<String, String> ways = ways(lab, image, socket);
            compareBytes("dump:" + image, ways);
            assertThat(isRunning(monitor)).isFalse();
            compareRows(ways);
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

    private static PhysicalMemory connect(String step) {
        return Inventory.load().connect(ChainParser.parse(ChainStep.Kind.CONNECTOR, step), Optional.empty());
    }

    private static boolean isRunning(QmpClient monitor) {
        return monitor.execute("query-status") instanceof Map<?, ?> status
                && status.get("running") instanceof Boolean running
                && running;
    }
}
