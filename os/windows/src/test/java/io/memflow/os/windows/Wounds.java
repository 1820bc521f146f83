package io.memflow.os.windows;

import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.structure.KernelField;
import io.memflow.core.translate.Translation;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.core.view.RemappedMemory;
import io.memflow.core.view.RemappedRange;
import io.memflow.core.view.Remapping;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.ArrayList;
import java.util.List;

/** Damage that is done to synthetic machines. Stateless. */
public final class Wounds {
    private static final long PAGE_BYTES = 4096;

    private Wounds() {}

    /** Lets the link of an entry of a list lead somewhere else. */
    public static void redirect(WindowsKernel kernel, long entry, KernelField links, long target) {
        kernel.memory().writePointer(links.at(entry), target);
    }

    /** Takes an entry off its list as rootkits do: its neighbours are linked to each other, its own links stay. */
    public static void unlink(WindowsKernel kernel, long entry, KernelField links) {
        VirtualMemory memory = kernel.memory();
        long next = memory.readPointer(links.at(entry));
        long previous = memory.readPointer(links.at(entry) + kernel.pointerBytes());
        memory.writePointer(previous, next);
        memory.writePointer(next + kernel.pointerBytes(), previous);
    }

    /** The same kernel in memory that lacks the page of a virtual address. */
    public static WindowsKernel without(WindowsKernel kernel, long address) {
        Translation translation = new Translation();
        if (!kernel.memory().translate(address, translation)) {
            throw new IllegalArgumentException("not mapped: 0x%x".formatted(address));
        }
        long page = translation.physical() & -PAGE_BYTES;
        PhysicalMemory whole = kernel.memory().physical();
        List<RemappedRange> ranges = new ArrayList<>();
        for (AddressRange range : whole.map().ranges()) {
            if (range.contains(page)) {
                add(ranges, range.start(), page);
                add(ranges, page + PAGE_BYTES, range.end());
            } else {
                add(ranges, range.start(), range.end());
            }
        }
        VirtualMemory memory = new VirtualMemory(
                new RemappedMemory(whole, Remapping.of(ranges)), kernel.memory().space());
        return new WindowsKernel(
                kernel.architecture(),
                kernel.version(),
                memory,
                kernel.symbols(),
                kernel.layout(),
                kernel.image(),
                kernel.anchors());
    }

    private static void add(List<RemappedRange> ranges, long start, long end) {
        if (start != end) {
            ranges.add(new RemappedRange(start, end - start, start));
        }
    }
}
