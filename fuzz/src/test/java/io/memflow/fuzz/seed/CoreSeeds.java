package io.memflow.fuzz.seed;

import io.memflow.formats.elf.CoreFileBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Core files with a few pages' worth of headers. Stateless. */
final class CoreSeeds {
    private static final int PRSTATUS_BYTES = 336;
    private static final int CPU_STATE_BYTES = 440;
    /** Of the file header, the section header and two program headers, which precede the notes. */
    private static final int HEADERS = 64 + 64 + 2 * 56;

    private CoreSeeds() {}

    static Map<String, byte[]> files() {
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        seeds.put(
                "two-segments",
                core().load(0, new byte[64]).load(0x10_0000, new byte[32]).build());
        seeds.put(
                "sparse",
                core().sparse(0x1000, 1L << 40).load(0xFFFF_F000L, new byte[8]).build());
        seeds.put(
                "extended-numbering",
                core().withExtendedNumbering().load(0, new byte[64]).build());
        seeds.put(
                "other-machine",
                core().machine(183).load(0x4000_0000L, new byte[64]).build());
        return seeds;
    }

    static Map<String, byte[]> notes() {
        byte[] whole = core().load(0, new byte[0]).build();
        byte[] foreign = new CoreFileBuilder()
                .note("", 7, new byte[3])
                .load(0, new byte[0])
                .build();
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        seeds.put("qemu", Arrays.copyOfRange(whole, HEADERS, whole.length));
        seeds.put("foreign", Arrays.copyOfRange(foreign, HEADERS, foreign.length));
        return seeds;
    }

    private static CoreFileBuilder core() {
        return new CoreFileBuilder()
                .note("CORE", 1, new byte[PRSTATUS_BYTES])
                .note("QEMU", 0, CoreFileBuilder.qemuState(CPU_STATE_BYTES))
                .note("VMCOREINFO", 0, "OSRELEASE=6.1.0\nPAGESIZE=4096\n".getBytes(StandardCharsets.US_ASCII));
    }
}
