package io.memflow.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.Listing;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.OsInfo;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.translate.Translation;
import io.memflow.core.translate.VirtualMemory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an image holds before it is damaged.
 *
 * @param kernelBase physical address of the kernel image
 * @param kernelBytes its size
 * @param processes by id
 * @param modules by name
 * @param links physical addresses of all links of the task list
 * @param tables physical addresses of the page tables that map the kernel image
 * @param symbols addresses of each name
 */
record IntactImage(
        long kernelBase,
        long kernelBytes,
        Map<Integer, Part> processes,
        Map<String, Part> modules,
        List<Long> links,
        List<Long> tables,
        Map<String, Set<Long>> symbols) {
    /** The tables of x86-64 (arch/x86/kernel/head_64.S). */
    private static final List<String> TABLES = List.of("level3_kernel_pgt", "level2_kernel_pgt", "init_top_pgt");

    /**
     * Something the image holds.
     *
     * @param name as rows give it
     * @param pages numbers of the physical pages its own structure lies on
     */
    record Part(String name, Set<Long> pages) {}

    static IntactImage of(OperatingSystem system) {
        Listing<ProcessInfo> listing = system.processes();
        assertThat(listing.missing()).isEmpty();
        Listing<ModuleInfo> loaded = system.modules();
        assertThat(loaded.missing()).isEmpty();
        long next = system.types().member("task_struct", "tasks").orElseThrow().offset();
        long taskBytes = system.types().size("task_struct").orElseThrow();
        long moduleBytes = system.types().size("module").orElseThrow();
        Map<Integer, Part> processes = new TreeMap<>();
        List<Long> links = new ArrayList<>();
        for (ProcessInfo process : listing.rows()) {
            long address = Objects.requireNonNull(process.address());
            links.add(physical(system, address + next));
            links.add(physical(system, address + next + Long.BYTES));
            processes.put(process.pid(), part(system, process.name(), address, taskBytes));
        }
        Map<String, Part> modules = new TreeMap<>();
        for (ModuleInfo module : loaded.rows()) {
            modules.put(
                    module.name(), part(system, module.name(), Objects.requireNonNull(module.address()), moduleBytes));
        }
        Map<String, Set<Long>> symbols = new HashMap<>();
        system.symbols()
                .forEach(symbol -> symbols.computeIfAbsent(symbol.name(), _ -> new HashSet<>())
                        .add(symbol.address()));
        List<Long> tables = TABLES.stream()
                .map(name -> physical(system, system.symbols().address(name).orElseThrow()))
                .toList();
        OsInfo info = system.info();
        return new IntactImage(
                Objects.requireNonNull(info.kernelPhysicalBase()),
                Objects.requireNonNull(info.kernelSize()),
                processes,
                modules,
                links,
                tables,
                symbols);
    }

    private static Part part(OperatingSystem system, @Nullable String name, long address, long bytes) {
        Set<Long> pages = new HashSet<>();
        for (long at = 0; at < bytes; at += Long.BYTES) {
            pages.add(physical(system, address + at) / ImageDamage.PAGE);
        }
        return new Part(Objects.requireNonNullElse(name, ""), pages);
    }

    private static long physical(OperatingSystem system, long virtual) {
        Translation translation = new Translation();
        assertThat(((VirtualMemory) system.kernelMemory()).translate(virtual, translation))
                .isTrue();
        return translation.physical();
    }
}
