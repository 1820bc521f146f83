package io.memflow.fuzz.seed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes the seeds of all corpora into a folder, given as the argument. All of them are made here, by the writers that the
 * parsers' tests use: no byte of a real kernel is among them.
 */
public final class SeedWriter {
    /** Bytes that are overwritten in the middle of seeds for what reads around damage. */
    private static final int BTF_DAMAGE = 12;

    private static final int KALLSYMS_DAMAGE = 64;

    private SeedWriter() {}

    /** The seeds of each parser: name of the file, bytes. */
    public static Map<String, Map<String, byte[]>> all() {
        Map<String, Map<String, byte[]>> seeds = new LinkedHashMap<>();
        seeds.put("btf", BtfSeeds.all());
        seeds.put("chain", TextSeeds.chains());
        seeds.put("crash-dump", WindowsSeeds.crashDumps());
        seeds.put("damaged-btf", damaged(BtfSeeds.all(), BTF_DAMAGE));
        seeds.put("dwarf", Map.of());
        seeds.put("elf-core", CoreSeeds.files());
        seeds.put("elf-image", Map.of());
        seeds.put("isf", TextSeeds.isf());
        seeds.put("kallsyms", KallsymsSeeds.all());
        seeds.put("ksymtab", KsymtabSeeds.all());
        seeds.put("log-buffer", LogSeeds.buffers());
        seeds.put("log-ring", LogSeeds.rings());
        seeds.put("lz4", CompressionSeeds.lz4());
        seeds.put("lzo", CompressionSeeds.lzo());
        seeds.put("memory-map", TextSeeds.memoryMaps());
        seeds.put("minidump", WindowsSeeds.minidumps());
        seeds.put("notes", CoreSeeds.notes());
        seeds.put("partial-kallsyms", damaged(KallsymsSeeds.all(), KALLSYMS_DAMAGE));
        seeds.put("pdb", WindowsSeeds.symbolFiles());
        seeds.put("pe", WindowsSeeds.images());
        seeds.put("recording", RecordingSeeds.all());
        seeds.put("registry", WindowsSeeds.hives());
        seeds.put("system-map", TextSeeds.systemMaps());
        seeds.put("tables", TableSeeds.all());
        seeds.put("zstd", CompressionSeeds.zstd());
        return seeds;
    }

    private static Map<String, byte[]> damaged(Map<String, byte[]> seeds, int bytes) {
        Map<String, byte[]> damaged = new LinkedHashMap<>();
        seeds.forEach((name, seed) -> {
            byte[] copy = seed.clone();
            int middle = copy.length / 2;
            Arrays.fill(copy, middle, Math.min(copy.length, middle + bytes), (byte) 0xA5);
            damaged.put(name, copy);
        });
        return damaged;
    }

    public static void main(String[] arguments) throws IOException {
        for (var parser : all().entrySet()) {
            Path folder = Files.createDirectories(Path.of(arguments[0], parser.getKey()));
            for (var seed : parser.getValue().entrySet()) {
                Files.write(folder.resolve(seed.getKey()), seed.getValue());
            }
        }
    }
}
