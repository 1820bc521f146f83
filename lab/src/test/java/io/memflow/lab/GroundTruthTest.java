package io.memflow.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MalformedDataException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class GroundTruthTest {
    private static final String STAT =
            "%d (%s) %c 1 93 93 0 -1 4194560 30 0 0 0 0 0 0 0 20 0 2 0 651 901120 154 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0";

    @Test
    void readsAProcessWithAllThatBelongsToIt() {
        ProcessTruth process = GroundTruth.parse(sample()).process(93).orElseThrow();

        assertThat(process.stat()).isEqualTo(new TaskStat(93, "odd) S 1 (name", 'T', 1, 2, 651, 0));
        assertThat(process.arguments()).containsExactly("/srv/a", "", "two words");
        assertThat(process.environmentEntries()).containsExactly("SECRET=x", "EMPTY=");
        assertThat(process.uids()).containsExactly(1001, 1002, 1003, 1002);
        assertThat(process.exe()).contains("/srv/ghost (deleted)");
        assertThat(process.cwd()).isEmpty();
        assertThat(process.files()).containsExactly(Map.entry(2, "/dev/null"), Map.entry(10, "pipe:[7]"));
        assertThat(process.namespaces()).containsEntry("pid", "pid:[4026531836]");
        assertThat(process.threads()).extracting(ThreadTruth::tid).containsExactly(93, 100);
        assertThat(process.isKernelThread()).isFalse();
        assertThat(process.maps())
                .containsExactly(
                        new MapTruth(0x400000, 0x401000, "r-xp", 0x1000, "00:02", 9, "/srv/odd name\\012x"),
                        new MapTruth(0x500000, 0x501000, "rw-s", 0, "00:00", 0, ""),
                        new MapTruth(0xffffffffff600000L, 0xffffffffff601000L, "--xp", 0, "00:00", 0, "[vsyscall]"));
    }

    @Test
    void readsWhatTheKernelSaysOfItself() {
        GroundTruth truth = GroundTruth.parse(sample());

        assertThat(truth.version()).isEqualTo("Linux version 6.1.0");
        assertThat(truth.bootTime()).isEqualTo(1795443614);
        assertThat(truth.modules()).containsExactly(new ModuleTruth("veth", 36864, "Live", 0xffffffffc0283000L));
        assertThat(truth.symbols())
                .containsExactly(
                        new SymbolTruth(0, 'A', "fixed_percpu_data", ""),
                        new SymbolTruth(0xffffffff81000000L, 'T', "_stext", ""),
                        new SymbolTruth(0xffffffffc0283000L, 't', "veth_init", "veth"));
        assertThat(truth.planted())
                .containsExactly(new PlantedFact("text", "mapper", 93, 0x510000ff5L, 9, "two words"));
        assertThat(truth.frames()).containsExactly(new FrameTruth(93, 0x510000000L, 0x1e0a));
    }

    @Test
    void onlyTasksSeenTwiceAreStable() {
        GroundTruth truth = GroundTruth.parse(sample());

        assertThat(truth.isStable(new TaskId(93, 93))).isTrue();
        assertThat(truth.isStable(new TaskId(93, 100))).isFalse();
        assertThat(truth.isStable(new TaskId(95, 95))).isFalse();
    }

    @Test
    void kernelWorkersGiveTheirOwnNameToo() {
        TaskStat worker = TaskStat.parse(STAT.formatted(7, "kworker/u2:1-events_unbound", 'I'));
        assertThat(worker.ownComm()).isEqualTo("kworker/u2:1");
        assertThat(TaskStat.parse(STAT.formatted(8, "a-b", 'S')).ownComm()).isEqualTo("a-b");
    }

    @Test
    void aCutPictureIsRefused() {
        byte[] sound = sample();
        for (int length = 0; length < sound.length; length++) {
            byte[] cut = Arrays.copyOf(sound, length);
            assertThatThrownBy(() -> GroundTruth.parse(cut)).isInstanceOf(MalformedDataException.class);
        }
    }

    @Test
    void changedBytesRaiseOnlyOurException() {
        byte[] sound = sample();
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 3000; i++) {
            byte[] bad = sound.clone();
            bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            try {
                GroundTruth.parse(bad);
            } catch (MalformedDataException e) {
                assertThat(e.format()).isNotEmpty();
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + i, e);
            }
        }
    }

    private static byte[] sample() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        put(files, "proc/93/stat", STAT.formatted(93, "odd) S 1 (name", 'T') + "\n");
        put(files, "proc/93/status", "Name:\todd) S 1 (name\nUid:\t1001\t1002\t1003\t1002\n");
        put(files, "proc/93/cmdline", "/srv/a\0\0two words\0");
        put(files, "proc/93/environ", "SECRET=x\0EMPTY=\0");
        put(files, "proc/93/maps", """
                00400000-00401000 r-xp 00001000 00:02 9                                  /srv/odd name\\012x
                00500000-00501000 rw-s 00000000 00:00 0
                ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
                """);
        put(files, "proc/93/exe", "/srv/ghost (deleted)");
        put(files, "proc/93/fd/2", "/dev/null");
        put(files, "proc/93/fd/10", "pipe:[7]");
        put(files, "proc/93/ns/pid", "pid:[4026531836]");
        put(files, "proc/93/task/93/stat", STAT.formatted(93, "odd) S 1 (name", 'T') + "\n");
        put(files, "proc/93/task/100/stat", STAT.formatted(100, "weft", 'S') + "\n");
        put(files, "proc/94/stat", "");
        put(files, "proc/version", "Linux version 6.1.0\n");
        put(files, "proc/stat", "cpu 1 2 3\nbtime 1795443614\n");
        put(files, "proc/modules", "veth 36864 0 - Live 0xffffffffc0283000\n");
        files.put("proc/kallsyms.gz", packed("""
                0000000000000000 A fixed_percpu_data
                ffffffff81000000 T _stext
                ffffffffc0283000 t veth_init\t[veth]
                """));
        put(files, "run/planted", "text mapper 93 510000ff5 9 two words\n");
        put(files, "run/frames", "93 510000000 1e0a\n");
        put(files, "run/tasks-after", "93 93\n95 95\n");
        put(files, "end", "");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        files.forEach((name, content) -> {
            out.writeBytes("section %s %d\n".formatted(name, content.length).getBytes(StandardCharsets.UTF_8));
            out.writeBytes(content);
            out.write('\n');
        });
        return out.toByteArray();
    }

    private static void put(Map<String, byte[]> files, String name, String text) {
        files.put(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] packed(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
