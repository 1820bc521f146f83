package io.memflow.formats.minidump;

import io.memflow.core.address.Address;
import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.Gap;
import io.memflow.core.memory.MemoryMap;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PartialRead;
import io.memflow.formats.pe.PdbReference;
import io.memflow.formats.pe.SymbolFileId;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a process as a minidump that debuggers of Windows read. Memory goes through in pieces of 64 KiB, so that the size of
 * the process does not matter; bytes that cannot be read are left out of the file and named. Between the list of the ranges
 * and their bytes the file has a hole with room for as many ranges as there can be, which takes no space on disk. Stateless.
 */
public final class MinidumpWriter {
    private static final int SIGNATURE = 0x504D_444D;
    /** {@code MINIDUMP_VERSION}. */
    private static final int VERSION = 0xA793;
    /** {@code MiniDumpWithFullMemory}. */
    private static final long FULL_MEMORY = 2;

    private static final int HEADER = 32;
    private static final int STREAMS = 6;
    /** {@code MINIDUMP_MEMORY_INFO_LIST} before its entries, and an entry. */
    private static final int REGIONS_HEADER = 16;

    private static final int REGION_BYTES = 48;
    private static final int PAGE = 4096;
    private static final int PIECE = 1 << 16;
    private static final int RANGE_BYTES = 16;
    /** Ranges that are written at most: the list ends below 4 GiB, where 32 bits reach. */
    private static final long MOST_RANGES = 1 << 26;

    private final SeekableByteChannel out;
    private final MemoryView memory;
    private final List<AddressRange> written = new ArrayList<>();
    private final List<Gap> gaps = new ArrayList<>();

    private MinidumpWriter(SeekableByteChannel out, MemoryView memory) {
        this.out = out;
        this.memory = memory;
    }

    /**
     * What came of it.
     *
     * @param bytes of memory in the file
     * @param ranges of memory in the file, ascending
     * @param missing ranges that were asked for and could not be read, ascending
     */
    public record Result(long bytes, List<AddressRange> ranges, List<Gap> missing) {
        public Result {
            ranges = List.copyOf(ranges);
            missing = List.copyOf(missing);
        }
    }

    /**
     * Writes a dump.
     *
     * @param out an empty file, written from its start; not closed
     * @param memory the process' virtual memory
     * @throws IOException when the file cannot be written
     * @throws IllegalArgumentException when there are more modules, threads or ranges than 32-bit offsets reach
     */
    public static Result write(SeekableByteChannel out, MinidumpContents contents, MemoryView memory)
            throws IOException {
        return new MinidumpWriter(out, memory).run(contents);
    }

    private Result run(MinidumpContents contents) throws IOException {
        Blob blob = new Blob(HEADER + STREAMS * StreamEntry.BYTES);
        List<StreamEntry> streams = new ArrayList<>();
        streams.add(system(blob, contents.system()));
        streams.add(miscellaneous(blob, contents));
        streams.add(threads(blob, contents));
        streams.add(modules(blob, contents));
        streams.add(regions(blob, contents.regions()));
        blob.align();
        List<AddressRange> wanted = MemoryMap.of(contents.memory()).ranges();
        long pages =
                wanted.stream().mapToLong(range -> range.length() / PAGE + 2).sum();
        long list = blob.position();
        // Between two ranges of a dump lies a page at least.
        long room = Math.min(MOST_RANGES, pages / 2 + wanted.size() + 1);
        long first = Address.alignUp(list + RANGE_BYTES * (room + 1), PAGE);
        if (list + RANGE_BYTES * (room + 1) > 0xFFFF_FFFFL) {
            throw new IllegalArgumentException("modules and threads of %d bytes".formatted(list));
        }
        long bytes = copy(wanted, first, room);
        streams.add(new StreamEntry(StreamEntry.MEMORY_64, RANGE_BYTES * (written.size() + 1L), list));
        out.position(0);
        writeFully(start(contents, streams));
        out.position(HEADER + STREAMS * StreamEntry.BYTES);
        writeFully(blob.bytes());
        writeList(list, first);
        return new Result(bytes, written, gaps);
    }

    private static ByteBuffer start(MinidumpContents contents, List<StreamEntry> streams) {
        ByteBuffer header =
                ByteBuffer.allocate(HEADER + STREAMS * StreamEntry.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(SIGNATURE).putInt(VERSION).putInt(STREAMS).putInt(HEADER).putInt(0);
        header.putInt((int) contents.timestamp()).putLong(FULL_MEMORY);
        streams.forEach(entry ->
                header.putInt((int) entry.type()).putInt((int) entry.bytes()).putInt((int) entry.fileOffset()));
        return header.flip();
    }

    private static StreamEntry system(Blob blob, MinidumpSystem system) {
        long name = blob.text(system.servicePack());
        long at = blob.align();
        blob.half(system.architecture())
                .half(0)
                .half(0)
                .half(system.processors() | (system.productType() << Byte.SIZE));
        blob.word(system.majorVersion())
                .word(system.minorVersion())
                .word(system.build())
                .word(system.platform());
        // Suite and the processor's own words are not known.
        blob.word(name).word(0).zeros(24);
        return new StreamEntry(StreamEntry.SYSTEM, blob.position() - at, at);
    }

    private static StreamEntry miscellaneous(Blob blob, MinidumpContents contents) {
        long at = blob.align();
        Long id = contents.processId();
        blob.word(24).word(id == null ? 0 : 1).word(id == null ? 0 : id).zeros(12);
        return new StreamEntry(StreamEntry.MISCELLANEOUS, 24, at);
    }

    private static StreamEntry threads(Blob blob, MinidumpContents contents) {
        List<StreamEntry> contexts = new ArrayList<>();
        for (MinidumpContents.ThreadState thread : contents.threads()) {
            byte[] context = thread.context().toArray(ValueLayout.JAVA_BYTE);
            contexts.add(new StreamEntry(0, context.length, blob.align()));
            blob.bytes(context);
        }
        long at = blob.align();
        blob.word(contents.threads().size());
        for (int i = 0; i < contents.threads().size(); i++) {
            MinidumpContents.ThreadState thread = contents.threads().get(i);
            StreamEntry context = contexts.get(i);
            blob.word(thread.id()).zeros(12).longWord(thread.teb()).zeros(16);
            blob.word(context.bytes()).word(context.bytes() == 0 ? 0 : context.fileOffset());
        }
        return new StreamEntry(StreamEntry.THREADS, blob.position() - at, at);
    }

    private static StreamEntry modules(Blob blob, MinidumpContents contents) {
        List<Long> names = new ArrayList<>();
        List<StreamEntry> references = new ArrayList<>();
        for (MinidumpModule module : contents.modules()) {
            names.add(blob.text(module.path()));
            references.add(reference(blob, module));
        }
        long at = blob.align();
        blob.word(contents.modules().size());
        for (int i = 0; i < contents.modules().size(); i++) {
            MinidumpModule module = contents.modules().get(i);
            blob.longWord(module.base())
                    .word(module.bytes())
                    .word(module.checksum())
                    .word(module.timestamp());
            // The version (VS_FIXEDFILEINFO) is not known here.
            blob.word(names.get(i)).zeros(52);
            StreamEntry record = references.get(i);
            blob.word(record.bytes()).word(record.fileOffset()).zeros(24);
        }
        return new StreamEntry(StreamEntry.MODULES, blob.position() - at, at);
    }

    /** Where nothing is known of regions the stream is unused ({@code UnusedStream}), since no list is not an empty one. */
    private static StreamEntry regions(Blob blob, List<MinidumpRegion> regions) {
        if (regions.isEmpty()) {
            return new StreamEntry(0, 0, 0);
        }
        long at = blob.align();
        blob.word(REGIONS_HEADER).word(REGION_BYTES).longWord(regions.size());
        for (MinidumpRegion region : regions) {
            blob.longWord(region.base())
                    .longWord(region.allocationBase())
                    .word(region.allocationProtect())
                    .word(0)
                    .longWord(region.bytes());
            blob.word(region.state()).word(region.protect()).word(region.type()).word(0);
        }
        return new StreamEntry(StreamEntry.REGIONS, blob.position() - at, at);
    }

    private static StreamEntry reference(Blob blob, MinidumpModule module) {
        PdbReference pdb = module.pdb();
        if (pdb == null) {
            return new StreamEntry(0, 0, 0);
        }
        long at = blob.align();
        blob.bytes("RSDS".getBytes(StandardCharsets.US_ASCII))
                .bytes(SymbolFileId.parse(pdb.guid()))
                .word(pdb.age());
        blob.bytes(pdb.name().getBytes(StandardCharsets.UTF_8)).zeros(1);
        return new StreamEntry(0, blob.position() - at, at);
    }

    /** Copies the ranges to the file, whose length grows by what could be read. */
    private long copy(List<AddressRange> wanted, long first, long room) throws IOException {
        out.position(first);
        for (AddressRange range : wanted) {
            for (long done = 0; Address.below(done, range.length()); ) {
                long at = range.start() + done;
                int length = (int) Math.min(Address.min(range.length() - done, PIECE), PIECE - (at & (PIECE - 1)));
                copyPiece(memory.readPartial(at, length), room);
                done += length;
            }
        }
        return written.stream().mapToLong(AddressRange::length).sum();
    }

    private void copyPiece(PartialRead read, long room) throws IOException {
        int from = 0;
        for (Gap gap : read.gaps()) {
            int to = (int) (gap.range().start() - read.address());
            put(read, from, to, room);
            addGap(gap);
            from = to + (int) gap.range().length();
        }
        put(read, from, (int) read.bytes().byteSize(), room);
    }

    private void put(PartialRead read, int from, int to, long room) throws IOException {
        if (from >= to) {
            return;
        }
        long start = read.address() + from;
        AddressRange last = written.isEmpty() ? null : written.getLast();
        if (last != null && last.end() == start) {
            written.set(written.size() - 1, new AddressRange(last.start(), last.length() + (to - from)));
        } else if (written.size() < room) {
            written.add(new AddressRange(start, to - from));
        } else {
            throw new IllegalArgumentException("more than %d ranges of memory".formatted(room));
        }
        writeFully(read.bytes().asSlice(from, to - from).asByteBuffer());
    }

    private void addGap(Gap gap) {
        Gap last = gaps.isEmpty() ? null : gaps.getLast();
        if (last != null && last.range().end() == gap.range().start() && last.fault() == gap.fault()) {
            AddressRange joined = new AddressRange(
                    last.range().start(), last.range().length() + gap.range().length());
            gaps.set(gaps.size() - 1, new Gap(joined, gap.fault()));
        } else {
            gaps.add(gap);
        }
    }

    private void writeList(long list, long first) throws IOException {
        out.position(list);
        ByteBuffer entries = ByteBuffer.allocate(RANGE_BYTES << 10).order(ByteOrder.LITTLE_ENDIAN);
        entries.putLong(written.size()).putLong(first);
        for (AddressRange range : written) {
            if (entries.remaining() < RANGE_BYTES) {
                writeFully(entries.flip());
                entries.clear();
            }
            entries.putLong(range.start()).putLong(range.length());
        }
        writeFully(entries.flip());
    }

    private void writeFully(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }
}
