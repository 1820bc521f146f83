package io.memflow.formats.pdb;

import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The container of a program database: numbered streams in blocks ("MSF 7.00"; LLVM documentation, "The MSF File Format").
 * Holds a view of the file and its directory, no copy of the streams. Immutable.
 */
final class Msf {
    private static final byte[] MAGIC =
            "Microsoft C/C++ MSF 7.00\r\n\u001aDS\0\0\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final int SUPER_BLOCK = MAGIC.length + 6 * Integer.BYTES;
    /** Block sizes are powers of two; linkers take up to 32768 ({@code /PDBPAGESIZE}). */
    private static final int SMALLEST_BLOCK = 512;

    private static final int LARGEST_BLOCK = 1 << 16;
    /** Size of a stream that was deleted. */
    private static final int NIL = -1;

    private final MemorySegment file;
    private final int blockBytes;
    private final int[] directory;
    /** Where the blocks of each stream begin in the directory. */
    private final int[] firstBlock;

    private Msf(MemorySegment file, int blockBytes, int[] directory, int[] firstBlock) {
        this.file = file;
        this.blockBytes = blockBytes;
        this.directory = directory;
        this.firstBlock = firstBlock;
    }

    static boolean hasMagic(MemorySegment file) {
        return file.byteSize() >= SUPER_BLOCK
                && file.asSlice(0, MAGIC.length).mismatch(MemorySegment.ofArray(MAGIC)) == -1;
    }

    static Msf parse(MemorySegment file) {
        if (!hasMagic(file)) {
            throw PdbLimits.malformed(0, "there is no magic of an MSF 7.00 file");
        }
        long blockBytes = LittleEndian.u32(file, MAGIC.length);
        if (Long.bitCount(blockBytes) != 1 || blockBytes < SMALLEST_BLOCK || blockBytes > LARGEST_BLOCK) {
            throw PdbLimits.malformed(MAGIC.length, "blocks of %d bytes".formatted(blockBytes));
        }
        long blocks = Math.min(LittleEndian.u32(file, MAGIC.length + 8), file.byteSize() / blockBytes);
        long bytes = LittleEndian.u32(file, MAGIC.length + 12);
        long map = LittleEndian.u32(file, MAGIC.length + 20) * blockBytes;
        int[] directory = directory(file, (int) blockBytes, blocks, bytes, map);
        return new Msf(file, (int) blockBytes, directory, firstBlocks(directory, (int) blockBytes, blocks));
    }

    /** Copies the directory, whose own blocks are listed at {@code map}. */
    private static int[] directory(MemorySegment file, int blockBytes, long blocks, long bytes, long map) {
        long count = blocksOf(bytes, blockBytes);
        if (bytes < Integer.BYTES || count > blocks || map > file.byteSize() - count * Integer.BYTES) {
            throw PdbLimits.malformed(
                    MAGIC.length + 12, "a directory of %d bytes in a file of %d".formatted(bytes, file.byteSize()));
        }
        int[] directory = new int[(int) (bytes / Integer.BYTES)];
        int perBlock = blockBytes / Integer.BYTES;
        for (int block = 0; block < count; block++) {
            long at = LittleEndian.u32(file, map + (long) block * Integer.BYTES);
            if (at >= blocks) {
                throw PdbLimits.malformed(map, "block %d of the directory is beyond the file".formatted(at));
            }
            int first = block * perBlock;
            MemorySegment.copy(
                    file,
                    LittleEndian.INT,
                    at * blockBytes,
                    directory,
                    first,
                    Math.min(perBlock, directory.length - first));
        }
        return directory;
    }

    /** Checks the whole directory: a file has no more blocks in streams than it has blocks. */
    private static int[] firstBlocks(int[] directory, int blockBytes, long blocks) {
        int streams = directory[0];
        if (streams < 0 || streams > directory.length - 1) {
            throw PdbLimits.malformed(0, "a directory of %d words has %d streams".formatted(directory.length, streams));
        }
        int[] first = new int[streams];
        long next = 1L + streams;
        for (int i = 0; i < streams; i++) {
            first[i] = (int) next;
            next += directory[1 + i] == NIL ? 0 : blocksOf(Integer.toUnsignedLong(directory[1 + i]), blockBytes);
            if (next > directory.length || next - 1 - streams > blocks) {
                throw PdbLimits.malformed(0, "stream %d is larger than the directory and the file allow".formatted(i));
            }
        }
        for (int i = 1 + streams; i < next; i++) {
            if (Integer.compareUnsigned(directory[i], (int) blocks) >= 0) {
                throw PdbLimits.malformed(
                        0,
                        "a stream has block %s, which is beyond the file"
                                .formatted(Integer.toUnsignedString(directory[i])));
            }
        }
        return first;
    }

    private static long blocksOf(long bytes, int blockBytes) {
        return (bytes + blockBytes - 1) / blockBytes;
    }

    /** A stream by its number; empty when there is none. */
    Optional<MsfStream> stream(int number) {
        if (number < 0 || number >= firstBlock.length || directory[1 + number] == NIL) {
            return Optional.empty();
        }
        return Optional.of(new MsfStream(
                file, blockBytes, directory, firstBlock[number], Integer.toUnsignedLong(directory[1 + number])));
    }

    /**
     * A stream by its number.
     *
     * @throws io.memflow.core.error.MalformedDataException when there is none
     */
    MsfStream require(int number, String what) {
        return stream(number)
                .orElseThrow(
                        () -> PdbLimits.malformed(0, "there is no stream %d, which has %s".formatted(number, what)));
    }
}
