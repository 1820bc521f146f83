package io.memflow.formats.registry;

import io.memflow.core.os.MissingPart;
import io.memflow.formats.endian.LittleEndian;
import io.memflow.formats.filetime.FileTime;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The block a hive begins with ({@code _HBASE_BLOCK}). Immutable.
 *
 * @param primarySequence counted up when a write to the file begins
 * @param secondarySequence counted up when it has ended
 * @param lastWritten when the file was written; null when never
 * @param minorVersion 3 to 6; the major one is 1
 * @param type what the file is
 * @param root index of the root key's cell
 * @param bytes of all bins
 * @param fileName the end of the file's name
 * @param checksum as it is kept
 * @param expectedChecksum as it should be
 */
public record BaseBlock(
        long primarySequence,
        long secondarySequence,
        @Nullable Instant lastWritten,
        int minorVersion,
        Type type,
        int root,
        long bytes,
        String fileName,
        int checksum,
        int expectedChecksum) {
    /** Bytes of the block; the bins of a file follow. */
    public static final int BYTES = 4096;

    private static final int SIGNATURE = 0x6667_6572;
    private static final int FILE_NAME = 48;
    private static final int FILE_NAME_BYTES = 64;
    private static final int CHECKSUM = 508;
    /** Before that cells had another header. */
    private static final int OLDEST_MINOR = 2;
    /** From that minor version on long values are divided. */
    private static final int BIG_DATA_MINOR = 4;

    /** What a file is. */
    public enum Type {
        PRIMARY,
        /** A log of changes, of any of its forms: it has no keys of its own. */
        LOG
    }

    /** Whether the bytes begin like a hive. */
    public static boolean isHive(MemorySegment bytes) {
        return bytes.byteSize() >= CHECKSUM + Integer.BYTES && LittleEndian.s32(bytes, 0) == SIGNATURE;
    }

    /**
     * Reads it.
     *
     * @param block its bytes, {@link #BYTES} of them or at least the first 512
     * @throws io.memflow.core.error.MalformedDataException when there is none, or of a version that is not read
     */
    public static BaseBlock parse(MemorySegment block) {
        if (!isHive(block)) {
            throw HiveLimits.malformed(0, "there is no signature of a hive");
        }
        long major = LittleEndian.u32(block, 20);
        long minor = LittleEndian.u32(block, 24);
        if (major != 1 || minor < OLDEST_MINOR || minor > Short.MAX_VALUE) {
            throw HiveLimits.malformed(20, "version %d.%d, of which no cells are read".formatted(major, minor));
        }
        int expected = 0;
        for (int at = 0; at < CHECKSUM; at += Integer.BYTES) {
            expected ^= LittleEndian.s32(block, at);
        }
        // Two sums are never written (the values of "none" and "unknown").
        expected = expected == 0 ? 1 : expected == -1 ? -2 : expected;
        return new BaseBlock(
                LittleEndian.u32(block, 4),
                LittleEndian.u32(block, 8),
                FileTime.instant(LittleEndian.u64(block, 12)),
                (int) minor,
                LittleEndian.s32(block, 28) == 0 ? Type.PRIMARY : Type.LOG,
                LittleEndian.s32(block, 36),
                LittleEndian.u32(block, 40),
                name(block),
                LittleEndian.s32(block, CHECKSUM),
                expected);
    }

    private static String name(MemorySegment block) {
        byte[] bytes = block.asSlice(FILE_NAME, FILE_NAME_BYTES).toArray(ValueLayout.JAVA_BYTE);
        String text = new String(bytes, StandardCharsets.UTF_16LE);
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }

    /** Whether a write to the file had begun and not ended: newer contents may be in logs only. */
    public boolean isDirty() {
        return primarySequence != secondarySequence;
    }

    /** Whether long values are divided into segments. */
    boolean hasBigData() {
        return minorVersion >= BIG_DATA_MINOR;
    }

    /** What it says against itself. */
    public List<MissingPart> damage() {
        List<MissingPart> damage = new ArrayList<>();
        if (isDirty()) {
            damage.add(new MissingPart(
                    "latest changes",
                    "write %d had begun and write %d ended: what is between is in the hive's logs, which are not read"
                            .formatted(primarySequence, secondarySequence)));
        }
        if (checksum != expectedChecksum) {
            damage.add(new MissingPart(
                    "base block", "its checksum is 0x%08x and not 0x%08x".formatted(checksum, expectedChecksum)));
        }
        return damage;
    }
}
