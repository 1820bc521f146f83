package io.memflow.os.linux.file;

import io.memflow.core.address.Address;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.MissingPart;
import io.memflow.core.structure.KernelField;
import io.memflow.os.linux.structure.Kernel;
import java.util.ArrayList;
import java.util.List;

/** The open descriptors of a process: {@code task->files->fdt} (include/linux/fdtable.h). Thread-safe. */
public final class DescriptorTable {
    /** What {@code fs.nr_open} may be set to at most is less: fs/file.c keeps it below this many pointers. */
    private static final long MOST_DESCRIPTORS = 1L << 28;

    private final MemoryView memory;
    private final int wordBytes;
    private final KernelField files;
    private final KernelField table;
    private final KernelField slots;
    private final KernelField pointers;
    private final KernelField open;
    private final KernelField closeOnExec;

    public DescriptorTable(Kernel kernel) {
        memory = kernel.memory();
        wordBytes = memory.properties().pointerBytes();
        files = kernel.field("task_struct", "files");
        table = kernel.field("files_struct", "fdt");
        slots = kernel.field("fdtable", "max_fds");
        pointers = kernel.field("fdtable", "fd");
        open = kernel.field("fdtable", "open_fds");
        closeOnExec = kernel.field("fdtable", "close_on_exec");
    }

    /** How a descriptor fares when its process runs another program. */
    public enum OnExec {
        KEPT,
        CLOSED
    }

    /**
     * One open descriptor.
     *
     * @param file virtual address of its {@code struct file}
     */
    public record Descriptor(long number, long file, OnExec onExec) {}

    /**
     * Open descriptors in ascending order.
     *
     * @param missing why others may be missing
     */
    public record Found(List<Descriptor> descriptors, List<MissingPart> missing) {}

    /** The descriptors of the task at a virtual address; none when it has let go of its files. */
    public Found read(long task) {
        List<Descriptor> found = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>();
        try {
            long owner = files.pointer(task);
            if (owner != 0) {
                readTable(table.pointer(owner), found, missing);
            }
        } catch (MemoryAccessException unreadable) {
            missing.add(new MissingPart(
                    "descriptor table of the task at " + Address.format(task), unreadable.getMessage()));
        }
        return new Found(found, missing);
    }

    private void readTable(long fdt, List<Descriptor> found, List<MissingPart> missing) {
        long count = slots.unsigned(fdt);
        long array = pointers.pointer(fdt);
        long opened = open.pointer(fdt);
        long closing = closeOnExec.pointer(fdt);
        int wordBits = wordBytes * Byte.SIZE;
        if (count > MOST_DESCRIPTORS || count % wordBits != 0) {
            missing.add(new MissingPart(
                    "descriptor table at " + Address.format(fdt),
                    "it claims to have room for " + count + " descriptors"));
            return;
        }
        for (long word = 0; word < count / wordBits; word++) {
            long bits = memory.readUnsigned(opened + word * wordBytes, wordBytes);
            long closed = bits == 0 ? 0 : memory.readUnsigned(closing + word * wordBytes, wordBytes);
            for (; bits != 0; bits &= bits - 1) {
                int bit = Long.numberOfTrailingZeros(bits);
                addDescriptor(array, word * wordBits + bit, (closed >>> bit & 1) != 0, found, missing);
            }
        }
    }

    private void addDescriptor(
            long array, long number, boolean closing, List<Descriptor> found, List<MissingPart> missing) {
        try {
            long file = memory.readPointer(array + number * wordBytes);
            // A number is taken before its file is put there: an empty slot is no open file yet.
            if (file != 0) {
                found.add(new Descriptor(number, file, closing ? OnExec.CLOSED : OnExec.KEPT));
            }
        } catch (MemoryAccessException unreadable) {
            missing.add(new MissingPart("slot of descriptor " + number, unreadable.getMessage()));
        }
    }
}
