package io.memflow.core.synthetic;

import io.memflow.core.address.AddressRange;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.TaskState;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The layout of a {@link MachineTable}: a header of 192 bytes, then process rows of 64, region rows of 72 and module rows of
 * 48, in that order without gaps. Numbers are little-endian, names are ASCII in 32 bytes, filled up with zeros.
 *
 * <pre>
 * header   0 magic "MFDUMMY1"   8 bytes in all (4)   12 CRC-32 of all with this field 0 (4)
 *         16 seed (8)  24 table address (8)  32 root (8)  40 upper root (8)  48 kernel base (8)  56 kernel size (8)
 *         64 processes (4)  68 regions (4)  72 modules (4)  76 regions of the kernel, the last ones (4)
 *         80 architecture (32)
 * process  0 pid (4)  4 parent (4)  8 root (8)  16 threads (4)  20 regions (4)  24 state letter (1)  32 name (32)
 * region   0 start (8)  8 end (8)  16 page size (8)  24 page type (4)  40 name (32)
 * module   0 base (8)  8 size (8)  16 name (32)
 * </pre>
 *
 * Regions follow the order of their processes. Stateless.
 */
public final class MachineTableCodec {
    /** "MFDUMMY1" as a little-endian value. */
    private static final long MAGIC = 0x3159_4D4D_5544_464DL;

    public static final int HEADER_BYTES = 192;
    public static final int PROCESS_BYTES = 64;
    public static final int REGION_BYTES = 72;
    public static final int MODULE_BYTES = 48;
    private static final int NAME_BYTES = MachineTable.MAX_NAME + 1;
    private static final int CRC_OFFSET = 12;
    private static final int COUNTS_OFFSET = 64;
    private static final int ARCHITECTURE_OFFSET = 80;
    private static final int STATE_OFFSET = 24;
    private static final int PROCESS_NAME_OFFSET = 32;
    private static final int REGION_NAME_OFFSET = 40;
    private static final int MODULE_NAME_OFFSET = 16;
    /** A table larger than this is none: a million processes would fit. */
    private static final int MAX_BYTES = 1 << 28;

    /** More threads than this no made-up process has. */
    private static final int MAX_THREADS = 1024;

    private static final int LAST_ASCII = 0x7F;

    private static final String FORMAT = "dummy table";

    private MachineTableCodec() {}

    /** Bytes of a table with so many rows. */
    public static long bytes(int processes, int regions, int modules) {
        return HEADER_BYTES
                + (long) processes * PROCESS_BYTES
                + (long) regions * REGION_BYTES
                + (long) modules * MODULE_BYTES;
    }

    /** Virtual address of a process' row. */
    public static long processAddress(MachineTable table, int index) {
        return table.tableAddress() + HEADER_BYTES + (long) index * PROCESS_BYTES;
    }

    /** Virtual address of a module's row. */
    public static long moduleAddress(MachineTable table, int index) {
        int regions = regions(table).size();
        return table.tableAddress() + bytes(table.processes().size(), regions, index);
    }

    private static List<MachineTable.RegionRow> regions(MachineTable table) {
        List<MachineTable.RegionRow> regions = new ArrayList<>();
        table.processes().forEach(process -> regions.addAll(process.regions()));
        regions.addAll(table.kernelRegions());
        return regions;
    }

    /**
     * The bytes of a table.
     *
     * @throws MemflowException when it is too large, or a name is too long or not ASCII
     */
    public static byte[] encode(MachineTable table) {
        List<MachineTable.RegionRow> regions = regions(table);
        long bytes =
                bytes(table.processes().size(), regions.size(), table.modules().size());
        if (bytes > MAX_BYTES) {
            throw new MemflowException(
                    ErrorOrigin.OS_LAYER,
                    ErrorKind.OUT_OF_BOUNDS,
                    "A dummy table of %d bytes is too large; ask for fewer processes or modules.".formatted(bytes));
        }
        ByteBuffer out = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(MAGIC).putInt((int) bytes).putInt(0);
        out.putLong(table.seed()).putLong(table.tableAddress()).putLong(table.root());
        out.putLong(table.upperRoot()).putLong(table.kernelBase()).putLong(table.kernelSize());
        out.putInt(table.processes().size()).putInt(regions.size());
        out.putInt(table.modules().size()).putInt(table.kernelRegions().size());
        putName(out, ARCHITECTURE_OFFSET, table.architecture());
        int at = HEADER_BYTES;
        for (MachineTable.ProcessRow row : table.processes()) {
            out.position(at);
            out.putInt(row.pid()).putInt(row.parent()).putLong(row.root());
            out.putInt(row.threads()).putInt(row.regions().size());
            out.put((byte) row.state().letter());
            putName(out, at + PROCESS_NAME_OFFSET, row.name());
            at += PROCESS_BYTES;
        }
        for (MachineTable.RegionRow row : regions) {
            out.position(at);
            out.putLong(row.start()).putLong(row.end()).putLong(row.pageSize()).putInt(row.pageType());
            putName(out, at + REGION_NAME_OFFSET, row.name());
            at += REGION_BYTES;
        }
        for (MachineTable.ModuleRow row : table.modules()) {
            out.position(at);
            out.putLong(row.base()).putLong(row.size());
            putName(out, at + MODULE_NAME_OFFSET, row.name());
            at += MODULE_BYTES;
        }
        out.putInt(CRC_OFFSET, checksum(out.array()));
        return out.array();
    }

    private static void putName(ByteBuffer out, int at, String name) {
        // 0 ends a name.
        if (!name.chars().allMatch(c -> c > 0 && c <= LAST_ASCII)) {
            throw new MemflowException(
                    ErrorOrigin.OS_LAYER,
                    ErrorKind.ENCODING,
                    "\"%s\" is not all ASCII, as the names of a dummy table are.".formatted(name));
        }
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length > MachineTable.MAX_NAME) {
            throw new MemflowException(
                    ErrorOrigin.OS_LAYER,
                    ErrorKind.ENCODING,
                    "\"%s\" is longer than the %d characters of a name.".formatted(name, MachineTable.MAX_NAME));
        }
        out.put(at, bytes);
    }

    private static int checksum(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, CRC_OFFSET);
        crc.update(new byte[Integer.BYTES]);
        crc.update(bytes, CRC_OFFSET + Integer.BYTES, bytes.length - CRC_OFFSET - Integer.BYTES);
        return (int) crc.getValue();
    }

    /**
     * Reads the table at the start of a memory.
     *
     * @throws MemflowException with kind {@link ErrorKind#TARGET_NOT_FOUND} when there is none
     * @throws MalformedDataException when there is one, but damaged
     * @throws io.memflow.core.memory.MemoryAccessException when it cannot be read
     */
    public static MachineTable read(PhysicalMemory memory) {
        List<AddressRange> ranges = memory.map().ranges();
        boolean room = !ranges.isEmpty() && ranges.getFirst().length() >= HEADER_BYTES;
        long start = room ? ranges.getFirst().start() : 0;
        if (!room || memory.readLong(start) != MAGIC) {
            throw new MemflowException(
                    ErrorOrigin.OS_LAYER,
                    ErrorKind.TARGET_NOT_FOUND,
                    "No dummy machine: the memory does not start with MFDUMMY1; the dummy connector makes one.");
        }
        int bytes = memory.readInt(start + Long.BYTES);
        if (bytes < HEADER_BYTES
                || bytes > MAX_BYTES
                || bytes > ranges.getFirst().length()) {
            throw new MalformedDataException(
                    FORMAT, Long.BYTES, "its size is given as " + bytes + " bytes, which cannot be");
        }
        byte[] table = memory.readBytes(start, bytes);
        return decode(table);
    }

    private static MachineTable decode(byte[] table) {
        ByteBuffer in = ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN);
        if (in.getInt(CRC_OFFSET) != checksum(table)) {
            throw new MalformedDataException(
                    FORMAT, CRC_OFFSET, "the checksum does not match; the table was overwritten");
        }
        int processCount = in.getInt(COUNTS_OFFSET);
        int regionCount = in.getInt(COUNTS_OFFSET + 4);
        int moduleCount = in.getInt(COUNTS_OFFSET + 8);
        int kernelRegions = in.getInt(COUNTS_OFFSET + 12);
        boolean positive = (processCount | regionCount | moduleCount | kernelRegions) >= 0;
        if (!positive || bytes(processCount, regionCount, moduleCount) != in.capacity()) {
            throw new MalformedDataException(FORMAT, COUNTS_OFFSET, "its rows do not fill the size it gives");
        }
        List<MachineTable.RegionRow> regions = new ArrayList<>();
        int at = HEADER_BYTES + processCount * PROCESS_BYTES;
        for (int i = 0; i < regionCount; i++, at += REGION_BYTES) {
            String name = name(in, at + REGION_NAME_OFFSET);
            regions.add(new MachineTable.RegionRow(
                    name, in.getLong(at), in.getLong(at + 8), in.getLong(at + 16), in.getInt(at + 24)));
        }
        List<MachineTable.ModuleRow> modules = new ArrayList<>();
        for (int i = 0; i < moduleCount; i++, at += MODULE_BYTES) {
            modules.add(
                    new MachineTable.ModuleRow(name(in, at + MODULE_NAME_OFFSET), in.getLong(at), in.getLong(at + 8)));
        }
        List<MachineTable.ProcessRow> processes = processes(in, processCount, regions);
        int taken = processes.stream().mapToInt(row -> row.regions().size()).sum();
        if (taken + (long) kernelRegions != regionCount) {
            throw new MalformedDataException(FORMAT, COUNTS_OFFSET, "processes and kernel do not own all regions");
        }
        return new MachineTable(
                in.getLong(16),
                name(in, ARCHITECTURE_OFFSET),
                in.getLong(24),
                in.getLong(32),
                in.getLong(40),
                in.getLong(48),
                in.getLong(56),
                processes,
                regions.subList(taken, regionCount),
                modules);
    }

    private static List<MachineTable.ProcessRow> processes(
            ByteBuffer in, int count, List<MachineTable.RegionRow> regions) {
        List<MachineTable.ProcessRow> processes = new ArrayList<>();
        int first = 0;
        for (int i = 0; i < count; i++) {
            int at = HEADER_BYTES + i * PROCESS_BYTES;
            int threads = in.getInt(at + 16);
            if (threads < 0 || threads > MAX_THREADS) {
                throw new MalformedDataException(FORMAT, at + 16L, "a process has " + threads + " threads");
            }
            int own = in.getInt(at + 20);
            if (own < 0 || own > regions.size() - first) {
                throw new MalformedDataException(
                        FORMAT, at + 20L, "a process owns " + own + " regions, more than there are");
            }
            processes.add(new MachineTable.ProcessRow(
                    in.getInt(at),
                    in.getInt(at + 4),
                    name(in, at + PROCESS_NAME_OFFSET),
                    state((char) in.get(at + STATE_OFFSET)),
                    in.getLong(at + 8),
                    threads,
                    regions.subList(first, first + own)));
            first += own;
        }
        return processes;
    }

    private static TaskState state(char letter) {
        for (TaskState state : TaskState.values()) {
            if (state.letter() == letter) {
                return state;
            }
        }
        return TaskState.UNKNOWN;
    }

    private static String name(ByteBuffer in, int at) {
        byte[] bytes = new byte[NAME_BYTES];
        in.get(at, bytes);
        int length = 0;
        while (length < bytes.length && bytes[length] > 0) {
            length++;
        }
        if (length == bytes.length || bytes[length] != 0) {
            throw new MalformedDataException(FORMAT, at, "a name is not ASCII with a zero behind it");
        }
        return new String(bytes, 0, length, StandardCharsets.US_ASCII);
    }
}
