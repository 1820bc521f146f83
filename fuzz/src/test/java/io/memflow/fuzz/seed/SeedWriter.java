package io.memflow.fuzz.seed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes the seeds of all corpora into a folder, given as the argument. All of them are made here, by the writers that the
 * parsers' tests use: no byte of a real kernel is among them.
 */
public final class SeedWriter {
    private SeedWriter() {}

    /** The seeds of each parser: name of the file, bytes. */
    public static Map<String, Map<String, byte[]>> all() {
        Map<String, Map<String, byte[]>> seeds = new LinkedHashMap<>();
        seeds.put("btf", BtfSeeds.all());
        seeds.put("chain", TextSeeds.chains());
        seeds.put("dwarf", Map.of());
        seeds.put("elf-core", CoreSeeds.files());
        seeds.put("isf", TextSeeds.isf());
        seeds.put("kallsyms", KallsymsSeeds.all());
        seeds.put("log-buffer", LogSeeds.buffers());
        seeds.put("log-ring", LogSeeds.rings());
        seeds.put("memory-map", TextSeeds.memoryMaps());
        seeds.put("notes", CoreSeeds.notes());
        seeds.put("recording", RecordingSeeds.all());
        seeds.put("system-map", TextSeeds.systemMaps());
        seeds.put("tables", TableSeeds.all());
        return seeds;
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
