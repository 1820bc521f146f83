package io.memflow.os.linux.discovery;

import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.PhysicalMemory;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a kernel leaves for crash tools ({@code vmcoreinfo_data}, kernel/vmcore_info.c): lines of {@code KEY=VALUE} in a page
 * of their own. Nothing here depends on it; it confirms what was found without it. Immutable.
 */
record VmCoreInfo(Map<String, String> values) {
    /** {@code VMCOREINFO_BYTES}. */
    private static final int BYTES = 4096;

    VmCoreInfo {
        values = Map.copyOf(values);
    }

    /** The one of several pages that is of a kernel with this banner. */
    static Optional<VmCoreInfo> of(PhysicalMemory memory, List<Long> pages, String banner) {
        return pages.stream()
                .map(page -> parse(memory, page))
                .filter(info -> banner.contains(" " + info.values.getOrDefault("OSRELEASE", "?") + " "))
                .filter(info -> info.symbol("swapper_pg_dir").isPresent())
                .findFirst();
    }

    private static VmCoreInfo parse(PhysicalMemory memory, long page) {
        byte[] bytes = new byte[BYTES];
        MemoryBatch batch = new MemoryBatch(1);
        batch.add(page, MemorySegment.ofArray(bytes));
        memory.read(batch);
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        Map<String, String> values = new HashMap<>();
        new String(bytes, 0, end, StandardCharsets.US_ASCII).lines().forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.put(line.substring(0, equals), line.substring(equals + 1));
            }
        });
        return new VmCoreInfo(values);
    }

    /** The virtual address it gives for a symbol; some values are written with {@code 0x}, symbols without. */
    OptionalLong symbol(String name) {
        String value = values.getOrDefault("SYMBOL(" + name + ")", "");
        return value.matches("[0-9a-f]{1,16}")
                ? OptionalLong.of(Long.parseUnsignedLong(value, 16))
                : OptionalLong.empty();
    }
}
