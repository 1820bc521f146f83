package io.memflow.host.ram;

import io.memflow.host.process.ProcFs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;

/**
 * Which pages of a process are in memory. Asked before a search through a guest's RAM, because reading a page that was
 * never touched would make the host allocate it. Immutable. Source: the kernel's Documentation/admin-guide/mm/pagemap.rst.
 *
 * @param pagemap the process' page map
 */
public record ResidentPages(Path pagemap) implements PagePresence {
    private static final int PRESENT_BIT = 63;

    /** The pages of a process. */
    public static ResidentPages of(ProcFs procFs, long pid) {
        return new ResidentPages(procFs.directory(pid).resolve("pagemap"));
    }

    /** The resident ones among some pages; all of them where this user may not know. */
    @Override
    public BitSet among(long host, int count) {
        BitSet resident = new BitSet(count);
        ByteBuffer entries = ByteBuffer.allocate(count * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel map = FileChannel.open(pagemap, StandardOpenOption.READ)) {
            map.read(entries, host / PAGE * Long.BYTES);
        } catch (IOException notAllowed) {
            resident.set(0, count);
            return resident;
        }
        for (int page = 0; page < entries.position() / Long.BYTES; page++) {
            resident.set(page, entries.getLong(page * Long.BYTES) >>> PRESENT_BIT != 0);
        }
        return resident;
    }
}
