package io.memflow.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MemflowException;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.symbol.MemberLocation;
import io.memflow.core.symbol.Symbol;
import io.memflow.core.symbol.TypeTable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A kernel whose types and symbols were wiped from its image is read by files that were made of them before: the same
 * addresses, offsets and processes. Without a file its exported symbols are found.
 */
@Tag("guest")
class ImportedSymbolsTest {
    private static final Map<String, List<String>> MEMBERS = Map.of(
            "task_struct", List.of("tasks", "pid", "comm", "mm", "signal", "sched_reset_on_fork", "thread_pid"),
            "mm_struct", List.of("pgd", "exe_file", "arg_start"),
            "file", List.of("f_path.dentry"),
            "module", List.of("name", "list", "kallsyms"));

    /** From these the others are reached; together they have all that rows need. */
    private static final Set<String> STRUCTURES = Set.of(
            "task_struct",
            "signal_struct",
            "cred",
            "mm_struct",
            "vm_area_struct",
            "vm_operations_struct",
            "file",
            "dentry",
            "mount",
            "module");

    /** The ten digits that kallsyms' table of tokens holds one behind the other. */
    private static final byte[] DIGITS =
            "0\0001\0002\0003\0004\0005\0006\0007\0008\0009\0".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(names = {"V6_1", "V7_2"})
    void filesSayWhatTheKernelItselfSaid(LabKernel row) throws Exception {
        Path image = folder.resolve("ram.raw");
        try (LabGuest lab = LabGuest.bootOrSkip(row)) {
            lab.guest().saveRaw(image);
        }
        Path map = folder.resolve("System.map");
        Path isf = folder.resolve("isf.json");
        Path shifted = folder.resolve("shifted.map");
        Map<String, Set<Long>> addresses = new HashMap<>();
        Map<String, MemberLocation> places;
        List<String> processes;
        try (OperatingSystem system = Targets.image(image)) {
            List<Symbol> linked = linked(system, addresses);
            Files.writeString(map, text(linked, 0));
            Files.writeString(shifted, text(linked, 16));
            Files.writeString(
                    isf,
                    IsfWriter.write(
                            system.types(), STRUCTURES, linked, system.info().version() + "\n"));
            places = places(system.types());
            processes = processes(system);
        }
        assertThatThrownBy(() -> Targets.image(image, shifted))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("is not used");
        wipe(image);
        try (OperatingSystem system = Targets.image(image)) {
            assertExportsAreAmong(addresses, system);
            // Names of workers come from functions that are not exported.
            assertThat(processes(system)).as("%s", row).hasSameSizeAs(processes);
        }
        try (OperatingSystem system = Targets.image(image, isf)) {
            assertThat(places(system.types())).as("%s", row).isEqualTo(places);
            assertThat(system.types().origin("task_struct", "pid")).contains("isf isf.json");
        }
        try (OperatingSystem system = Targets.image(image, map)) {
            addresses.forEach((name, known) -> assertThat(known)
                    .as(name)
                    .contains(system.symbols().address(name).orElseThrow()));
            assertThat(processes(system)).as("%s", row).isEqualTo(processes);
        }
    }

    private static List<Symbol> linked(OperatingSystem system, Map<String, Set<Long>> addresses) {
        long slide = Objects.requireNonNull(system.info().slide());
        List<Symbol> linked = new ArrayList<>();
        system.symbols().forEach(symbol -> {
            if (symbol.module().isEmpty()) {
                addresses
                        .computeIfAbsent(symbol.name(), name -> new HashSet<>())
                        .add(symbol.address());
                long address = symbol.address() < 0 ? symbol.address() - slide : symbol.address();
                linked.add(new Symbol(symbol.name(), address, symbol.type(), ""));
            }
        });
        return linked;
    }

    /** The second half of the addresses is moved, as in a build with more code in the middle. */
    private static String text(List<Symbol> symbols, int moved) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < symbols.size(); i++) {
            Symbol symbol = symbols.get(i);
            long address = symbol.address() + (i < symbols.size() / 2 ? 0 : moved);
            text.append("%016x %c %s\n".formatted(address, symbol.type(), symbol.name()));
        }
        return text.toString();
    }

    private static Map<String, MemberLocation> places(TypeTable types) {
        Map<String, MemberLocation> places = new HashMap<>();
        MEMBERS.forEach((structure, members) -> members.forEach(member -> places.put(
                structure + "." + member, types.member(structure, member).orElseThrow())));
        return places;
    }

    private static List<String> processes(OperatingSystem system) {
        return system.processes().rows().stream()
                .map((ProcessInfo row) -> "%d %d %s %s".formatted(row.pid(), row.parentPid(), row.name(), row.path()))
                .toList();
    }

    private static void assertExportsAreAmong(Map<String, Set<Long>> addresses, OperatingSystem system) {
        List<Symbol> exports = new ArrayList<>();
        system.symbols().forEach(symbol -> {
            if (symbol.module().isEmpty()) {
                exports.add(symbol);
            }
        });
        assertThat(exports).hasSizeGreaterThan(5000);
        exports.forEach(symbol -> assertThat(addresses.getOrDefault(symbol.name(), Set.of()))
                .as(symbol.name())
                .contains(symbol.address()));
    }

    /** Overwrites every copy of the digits, so that no kallsyms decode any more. */
    private static void wipe(Path image) throws IOException {
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(image, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size(), arena);
            for (long at = 0; at + DIGITS.length <= bytes.byteSize(); at++) {
                if (bytes.get(ValueLayout.JAVA_BYTE, at) == '0'
                        && bytes.asSlice(at, DIGITS.length).mismatch(MemorySegment.ofArray(DIGITS)) < 0) {
                    bytes.asSlice(at, DIGITS.length).fill((byte) 0xFF);
                }
            }
        }
    }
}
