package io.memflow.formats.synthetic;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes crash dumps: synthetic ones, by the published offsets. */
public final class CrashDumpBuilder {
    /** {@code IMAGE_FILE_MACHINE_AMD64}. */
    public static final int X64 = 0x8664;
    /** {@code IMAGE_FILE_MACHINE_I386}. */
    public static final int X86 = 0x14C;

    private static final int PAGE = 4096;

    /** Whole pages from a page's number on. */
    private static final class Run {
        private final long frame;
        private final byte[] content;

        Run(long frame, byte[] content) {
            this.frame = frame;
            this.content = content;
        }
    }

    private final boolean isWide;
    private final int type;
    private final List<Run> runs = new ArrayList<>();

    private CrashDumpBuilder(boolean isWide, int type) {
        this.isWide = isWide;
        this.type = type;
    }

    /** A dump of a 64-bit system. */
    public static CrashDumpBuilder wide(int type) {
        return new CrashDumpBuilder(true, type);
    }

    /** A dump of a 32-bit system. */
    public static CrashDumpBuilder narrow(int type) {
        return new CrashDumpBuilder(false, type);
    }

    /** Adds whole pages from a physical address on; ascending. */
    public CrashDumpBuilder run(long address, byte[] pages) {
        runs.add(new Run(address / PAGE, pages));
        return this;
    }

    private int headerBytes() {
        return isWide ? 0x2000 : 0x1000;
    }

    /** The file. */
    public byte[] build() {
        boolean isBitmap = type != 1 && type != 4;
        int bits = runs.isEmpty() ? 0 : (int) (runs.getLast().frame + runs.getLast().content.length / PAGE);
        int first = isBitmap ? headerBytes() + PAGE : headerBytes();
        int memory = runs.stream().mapToInt(run -> run.content.length).sum();
        ByteBuffer file = ByteBuffer.allocate(first + memory).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < headerBytes(); at += 4) {
            file.putInt(at, 0x45474150);
        }
        int context = isWide ? 0x348 : 0x320;
        file.put(context, new byte[isWide ? 3000 : 1200]);
        file.put(4, (isWide ? "DU64" : "DUMP").getBytes(StandardCharsets.US_ASCII));
        if (isWide) {
            header64(file);
        } else {
            header32(file);
        }
        if (isBitmap) {
            bitmap(file, bits, first);
        }
        int at = first;
        for (Run run : runs) {
            file.put(at, run.content);
            at += run.content.length;
        }
        return file.array();
    }

    private void header64(ByteBuffer file) {
        file.putInt(8, 15).putInt(0xC, 19041).putLong(0x10, 0x1AD000).putLong(0x18, 0xFFFFF804_7C6FC500L);
        file.putLong(0x20, 0xFFFFF804_7C62A390L).putLong(0x28, 0xFFFFF804_7C61E200L);
        file.putInt(0x30, X64).putInt(0x34, 2).putInt(0x38, 0x7E);
        for (int i = 0; i < 4; i++) {
            file.putLong(0x40 + 8 * i, i + 1);
        }
        file.putLong(0x80, 0xFFFFF804_7C600B20L);
        file.putInt(0x348 + 0x30, 0x10001F)
                .putLong(0x348 + 0x98, 0xFFFF8504_29890EE8L)
                .putLong(0x348 + 0xF8, 0xFFFFF804_7BDFD920L);
        file.putInt(0xF00, 0xC0000005)
                .putInt(0xF04, 0)
                .putLong(0xF10, 0x1234)
                .putInt(0xF18, 2)
                .putLong(0xF20, 8)
                .putLong(0xF28, 9);
        file.putInt(0xF98, type)
                .putLong(0xFA8, 132_563_817_450_894_233L)
                .putLong(0x1030, 600_000_000L)
                .putInt(0x1040, 1);
        file.put(0xFB0, "synthetic\0".getBytes(StandardCharsets.US_ASCII));
        if (type == 1) {
            file.putInt(0x88, runs.size()).putLong(0x90, 0);
            for (int i = 0; i < runs.size(); i++) {
                file.putLong(0x98 + 16 * i, runs.get(i).frame)
                        .putLong(0xA0 + 16 * i, runs.get(i).content.length / PAGE);
            }
        }
    }

    private void header32(ByteBuffer file) {
        file.putInt(8, 15).putInt(0xC, 7601).putInt(0x10, 0x185000).putInt(0x14, 0x83000000);
        file.putInt(0x18, 0x82930850)
                .putInt(0x1C, 0x82929E98)
                .putInt(0x20, X86)
                .putInt(0x24, 1)
                .putInt(0x28, 0xD1);
        for (int i = 0; i < 4; i++) {
            file.putInt(0x2C + 4 * i, i + 1);
        }
        file.putInt(0x60, 0x8290BBE8);
        file.putInt(0x320, 0x1003F).putInt(0x320 + 0xB8, 0x82842000).putInt(0x320 + 0xC4, 0x80DC1000);
        file.putInt(0x7D0, 0x80000003)
                .putInt(0x7D4, 0)
                .putInt(0x7DC, 0x82842000)
                .putInt(0x7E0, 0);
        file.putInt(0xF88, type).putLong(0xFC0, 129_000_000_000_000_000L);
        if (type == 1) {
            file.putInt(0x64, runs.size()).putInt(0x68, 0);
            for (int i = 0; i < runs.size(); i++) {
                file.putInt(0x6C + 8 * i, (int) runs.get(i).frame)
                        .putInt(0x70 + 8 * i, runs.get(i).content.length / PAGE);
            }
        }
    }

    private void bitmap(ByteBuffer file, int bits, int first) {
        int at = headerBytes();
        file.put(at, (type == 5 ? "FDMPDUMP" : "SDMPDUMP").getBytes(StandardCharsets.US_ASCII));
        int pages = runs.stream().mapToInt(run -> run.content.length / PAGE).sum();
        boolean isSummary = type == 2;
        if (isSummary) {
            file.putInt(at + 0xC, first)
                    .putInt(at + 0x10, bits)
                    .putInt(at + 0x14, pages)
                    .putInt(at + 0x18, bits);
        } else {
            file.putLong(at + 0x20, first).putLong(at + 0x28, pages).putLong(at + 0x30, bits);
        }
        int map = at + (!isSummary ? 0x38 : isWide ? 0x28 : 0x20);
        for (Run run : runs) {
            for (int page = 0; page < run.content.length / PAGE; page++) {
                int bit = (int) run.frame + page;
                file.put(map + bit / 8, (byte) (file.get(map + bit / 8) | (1 << (bit % 8))));
            }
        }
    }

    /** A triage dump of a 64-bit system with one driver and two pieces of memory. */
    public static byte[] triage() {
        String path = "\\SystemRoot\\system32\\hal.dll";
        return TriageDumpBuilder.wide()
                .driver(path, 0xFFFFF804_79440000L, 0x6000)
                .unloaded("dam.sys", 0xFFFFF804_87DE0000L, 0xFFFFF804_87DFC000L)
                .stack(0xFFFF8504_29890EE8L, new byte[0x80])
                .debuggerData(TriageDumpBuilder.debuggerData(
                        0xFFFFF804_7BA00000L, 0xFFFFF804_7C62A390L, 0xFFFFF804_7C61E200L))
                .block(0xFFFFF804_7C700000L, blockBytes())
                .build();
    }

    private static byte[] blockBytes() {
        return ByteBuffer.allocate(0x100)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(0, 0x1122_3344_5566_7788L)
                .array();
    }
}
