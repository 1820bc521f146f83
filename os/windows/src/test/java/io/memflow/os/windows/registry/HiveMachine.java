package io.memflow.os.windows.registry;

import io.memflow.core.address.PageType;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.structure.StructureLayout;
import io.memflow.core.symbol.SymbolList;
import io.memflow.core.translate.PageTableBuilder;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.formats.synthetic.HiveBuilder;
import io.memflow.os.windows.structure.Anchors;
import io.memflow.os.windows.structure.PublishedKernel;
import io.memflow.os.windows.structure.WindowsArchitecture;
import io.memflow.os.windows.structure.WindowsKernel;
import io.memflow.os.windows.structure.WindowsVersion;
import io.memflow.os.windows.synthetic.PublishedTypes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A machine whose memory has a kernel's hives, each mapped as its build maps them, and nothing else. Synthetic: it agrees with
 * the published structures. Confined.
 */
final class HiveMachine {
    private static final int PAGE = 4096;
    private static final int LENGTH = 32 << 20;
    private static final int IMAGE_BYTES = 4 * PAGE;
    private static final int HEAD_IN_IMAGE = 0x2340;
    private static final int TABLE_ENTRIES = 512;

    private final PhysicalMemory memory;
    private final PageTableBuilder tables;
    private final AddressSpace.Tree kernelTree;
    private final AddressSpace.Tree registryTree;
    private final WindowsArchitecture architecture;
    private final int build;
    private final StructureLayout layout;
    private final VirtualMemory kernelMemory;
    private final long image;
    private final int pointer;
    private final long processes;
    private long nextFrame = PAGE;
    private long nextPool;
    private long nextUser = 0x1_0000;
    private final List<Long> links = new ArrayList<>();

    /** Whether the kernel's list can be found in its image. */
    enum Head {
        PRESENT,
        LOST
    }

    @SuppressWarnings("MustBeClosedChecker") // Of the garbage collector's arena.
    HiveMachine(WindowsArchitecture architecture, int build) {
        this.architecture = architecture;
        this.build = build;
        pointer = architecture.pointerBytes();
        MemorySegment bytes = Arena.ofAuto().allocate(LENGTH);
        DirectMap map = DirectMap.builder().add(0, bytes, 0, LENGTH).build();
        memory = new MappedMemory(map, Arena.global(), ViewProperties.Access.READ_WRITE, "hives", List.of());
        tables = new PageTableBuilder(memory, this::frame);
        kernelTree = tables.newTree(architecture.paging());
        registryTree = tables.newTree(architecture.paging());
        PublishedKernel kernel = PublishedTypes.nearest(architecture, build).getFirst();
        layout = new StructureLayout(new PublishedTypes(kernel, pointer, "its own"));
        image = pointer == 4 ? 0x8040_0000L : 0xFFFF_F800_0000_0000L;
        nextPool = pointer == 4 ? 0xE100_0000L : 0xFFFF_8A00_0000_0000L;
        for (int offset = 0; offset < IMAGE_BYTES; offset += PAGE) {
            map(kernelTree, image + offset);
        }
        kernelMemory = new VirtualMemory(memory, AddressSpace.of(architecture.paging(), kernelTree.root()));
        processes = image + 0x1100;
        addRegistryProcess();
    }

    private long frame(long length) {
        long start = nextFrame + length - 1 & -length;
        nextFrame = start + length;
        return start;
    }

    private void map(AddressSpace.Tree tree, long virtual) {
        tables.map(tree, virtual, frame(PAGE), PAGE, tables.nearest(tree.format(), PAGE, PageType.WRITABLE));
    }

    private void addRegistryProcess() {
        long process = allocate(PAGE);
        long link = process + layout.offset("_EPROCESS", "ActiveProcessLinks");
        put(link, processes);
        put(link + pointer, processes);
        put(processes, link);
        put(processes + pointer, link);
        put(process + layout.offset("_KPROCESS", "DirectoryTableBase"), registryTree.root());
        kernelMemory.write(
                process + layout.offset("_EPROCESS", "ImageFileName"),
                MemorySegment.ofArray("Registry".getBytes(StandardCharsets.US_ASCII)));
    }

    private void put(long address, long value) {
        kernelMemory.writeUnsigned(address, pointer, value);
    }

    /** Whole pages of pool. */
    private long allocate(int bytes) {
        long start = nextPool;
        for (long at = start; at < start + bytes; at += PAGE) {
            map(kernelTree, at);
            nextPool = at + PAGE;
        }
        // What is not mapped lies between, so that no read goes on into the neighbour.
        nextPool += PAGE;
        return start;
    }

    /** Where bins lie: in the kernel's pool, or since 1803 in the process {@code Registry}. */
    private long place(byte[] bins) {
        long at;
        VirtualMemory target = kernelMemory;
        if (build >= 17134) {
            at = nextUser;
            target = new VirtualMemory(memory, AddressSpace.of(architecture.paging(), registryTree.root()));
            for (int offset = 0; offset < bins.length; offset += PAGE) {
                map(registryTree, at + offset);
            }
            nextUser += bins.length + PAGE;
        } else {
            at = allocate(bins.length);
        }
        target.write(at, MemorySegment.ofArray(bins));
        return at;
    }

    /** Adds a hive; its address. */
    long add(HiveBuilder hive, @Nullable String file, @Nullable String root) {
        byte[] contents = hive.build();
        long address = allocate((int) layout.size("_CMHIVE"));
        kernelMemory.writeUnsigned(address, Integer.BYTES, HiveSigns.SIGNATURE & 0xFFFF_FFFFL);
        long base = allocate(PAGE);
        kernelMemory.write(base, MemorySegment.ofArray(contents).asSlice(0, PAGE));
        HiveLayout of = HiveLayout.of(kernel());
        put(address + of.baseBlock(), base);
        byte[] stable = new byte[contents.length - PAGE];
        System.arraycopy(contents, PAGE, stable, 0, stable.length);
        addStorage(address + of.storage(0), stable, of);
        addStorage(address + of.storage(1), hive.volatileBins(), of);
        addText(address + of.fullPath(), file);
        of.rootPath().ifPresent(offset -> addText(address + offset, root));
        links.add(address + of.list());
        return address;
    }

    private void addStorage(long at, byte[] bins, HiveLayout of) {
        kernelMemory.writeUnsigned(at, Integer.BYTES, bins.length);
        if (bins.length == 0) {
            return;
        }
        long place = place(bins);
        long directory = allocate(1024 * pointer);
        put(at + pointer, directory);
        for (int first = 0; first < bins.length; first += TABLE_ENTRIES * PAGE) {
            long table = allocate(TABLE_ENTRIES * of.entryBytes());
            put(directory + (long) first / PAGE / TABLE_ENTRIES * pointer, table);
            for (int block = first; block < Math.min(bins.length, first + TABLE_ENTRIES * PAGE); block += PAGE) {
                long entry = table + (long) (block - first) / PAGE * of.entryBytes();
                if (of.entryForm() == HiveLayout.EntryForm.BLOCK_ADDRESS) {
                    put(entry, place + block);
                    put(entry + pointer, place | 1);
                } else {
                    // All blocks as if they were of one bin; the low bits are flags.
                    put(entry, block);
                    put(entry + pointer, place | 9);
                }
            }
        }
    }

    private void addText(long at, @Nullable String text) {
        if (text == null) {
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_16LE);
        long place = allocate(bytes.length);
        kernelMemory.write(place, MemorySegment.ofArray(bytes));
        kernelMemory.writeUnsigned(at, Short.BYTES, bytes.length);
        kernelMemory.writeUnsigned(at + 2, Short.BYTES, bytes.length);
        put(at + pointer, place);
    }

    /** Links all hives to each other. */
    void link(Head head) {
        List<Long> all = new ArrayList<>(links);
        all.addFirst(image + HEAD_IN_IMAGE);
        for (int i = 0; i < all.size(); i++) {
            put(all.get(i), all.get((i + 1) % all.size()));
            put(all.get((i + 1) % all.size()) + pointer, all.get(i));
        }
        if (head == Head.LOST) {
            put(image + HEAD_IN_IMAGE, 0);
            put(image + HEAD_IN_IMAGE + pointer, 0);
        }
    }

    /** Cuts both links of a hive that lead to others. */
    void cut(long hive) {
        long link = hive + HiveLayout.of(kernel()).list();
        put(link, 0x1234);
        put(link + pointer, 0x1234);
    }

    WindowsKernel kernel() {
        return new WindowsKernel(
                architecture,
                new WindowsVersion(10, 0, build),
                kernelMemory,
                SymbolList.of(List.of()),
                layout,
                new WindowsKernel.Image(image, IMAGE_BYTES),
                new Anchors(0, processes, 0, 0, 0, 0));
    }
}
