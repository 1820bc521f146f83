package io.memflow.fuzz.seed;

import io.memflow.core.address.AddressRange;
import io.memflow.formats.PagedMemory;
import io.memflow.formats.WindowsSamples;
import io.memflow.formats.minidump.MinidumpContents;
import io.memflow.formats.minidump.MinidumpModule;
import io.memflow.formats.minidump.MinidumpRegion;
import io.memflow.formats.minidump.MinidumpSystem;
import io.memflow.formats.minidump.MinidumpWriter;
import io.memflow.formats.pdb.MsfWriter;
import io.memflow.formats.pe.PdbReference;
import io.memflow.formats.synthetic.CrashDumpBuilder;
import io.memflow.formats.synthetic.HiveBuilder;
import io.memflow.formats.synthetic.TriageDumpBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Files of Windows: images and symbols that compilers made of a source of ours, dumps and hives by writers of ours. Stateless. */
final class WindowsSeeds {
    private static final int BLOCK = 512;
    private static final long BASE = 0x14_0000L;

    private WindowsSeeds() {}

    static Map<String, byte[]> images() {
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        for (String name : List.of("sample32.dll", "sample64.dll", "samplearm64.dll")) {
            seeds.put(name, resource("pe/" + name));
        }
        return seeds;
    }

    static Map<String, byte[]> symbolFiles() {
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        for (String name : List.of("sample32.pdb", "sample64.pdb")) {
            seeds.put(name, MsfWriter.repack(resource("pdb/" + name), BLOCK));
        }
        return seeds;
    }

    private static byte[] resource(String name) {
        return WindowsSamples.resource(WindowsSamples.class, name);
    }

    static Map<String, byte[]> crashDumps() {
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        byte[] page = new byte[4096];
        seeds.put("full-32", CrashDumpBuilder.narrow(1).run(0x1000, page).build());
        seeds.put(
                "summary-32",
                CrashDumpBuilder.narrow(2).run(0x1000, page).run(0x4000, page).build());
        seeds.put("full-64", CrashDumpBuilder.wide(1).run(0x1000, page).build());
        seeds.put("bitmap-64", CrashDumpBuilder.wide(5).run(0x1000, page).build());
        seeds.put("summary-64", CrashDumpBuilder.wide(2).run(0x1000, page).build());
        seeds.put("bitmap-32", CrashDumpBuilder.narrow(5).run(0x1000, page).build());
        seeds.put("triage-64", CrashDumpBuilder.triage());
        seeds.put(
                "triage-32",
                TriageDumpBuilder.narrow()
                        .driver("hal.dll", 0x806E5000L, 0x20D00)
                        .block(0x8055B420L, new byte[16])
                        .build());
        return seeds;
    }

    /** One hive with each kind of list and value, and one of a version without divided values. */
    static Map<String, byte[]> hives() {
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        HiveBuilder hive = new HiveBuilder();
        HiveBuilder.Key software = hive.root().key("Software").className("Class");
        software.text("Version", "1.0").number("Count", 7).value("", 7, new byte[] {65, 0, 0, 0, 0, 0});
        int number = 0;
        for (HiveBuilder.Lists kind : HiveBuilder.Lists.values()) {
            HiveBuilder.Key key = software.key("key" + number++).lists(kind);
            key.key("\u65e5\u672c").value("\u5024", 11, new byte[Long.BYTES]);
            key.key("Link").link().text("SymbolicLinkValue", "\\Registry");
        }
        seeds.put("lists-and-values", hive.build());
        HiveBuilder old = new HiveBuilder(3, "root");
        old.root().key("Select").number("Current", 1);
        seeds.put("version-3", old.build());
        HiveBuilder divided = new HiveBuilder();
        divided.root().value("long", 3, new byte[16_500]);
        seeds.put("divided", divided.build());
        return seeds;
    }

    static Map<String, byte[]> minidumps() {
        PagedMemory memory = new PagedMemory().put(BASE, MemorySegment.ofArray(new byte[] {1, 2, 3}));
        MinidumpContents contents = new MinidumpContents(
                new MinidumpSystem(MinidumpSystem.AMD64, 1, 1, 10, 0, 19045, 2, "Service Pack"),
                7L,
                1_700_000_000L,
                List.of(new MinidumpModule(
                        "C:\\a.exe",
                        BASE,
                        0x1000,
                        0,
                        1,
                        new PdbReference("a.pdb", "3249D99D-0C40-4931-8610-F4E4FB0B6936", 1))),
                List.of(new MinidumpContents.ThreadState(7, BASE, MemorySegment.ofArray(new byte[0x100]))),
                List.of(new MinidumpRegion(BASE, 0x2000, BASE, 4, MinidumpRegion.COMMITTED, 4, MinidumpRegion.PRIVATE)),
                List.of(new AddressRange(BASE, 0x2000)));
        try {
            Path file = Files.createTempFile("seed", ".dmp");
            try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
                MinidumpWriter.write(out, contents, memory);
            }
            byte[] bytes = Files.readAllBytes(file);
            Files.delete(file);
            return Map.of("one-module", bytes);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
