package io.memflow.os.windows.synthetic;

import io.memflow.os.windows.structure.PublishedKernel;
import io.memflow.os.windows.structure.WindowsArchitecture;
import io.memflow.os.windows.structure.WindowsVersion;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * What a synthetic machine shall be like. The same options and seed make the same machine, byte for byte. Confined.
 */
public final class SyntheticWindowsBuilder {
    /** The entry by which four-level roots named themselves before its place became random. */
    public static final int FIXED_SELF_MAP = 0x1ED;
    /** The first build that draws it, 10 1607. */
    static final int RANDOM_SELF_MAP_SINCE = 14393;
    /** The first build that ever had two roots. */
    static final int SHADOWED_SINCE = 10240;

    private static final int FIRST_RANDOM_SELF_MAP = 0x100;
    private static final int RANDOM_SELF_MAPS = 0xFF;
    private static final long DEFAULT_RAM = 24L << 20;

    final PublishedKernel row;
    final WindowsArchitecture architecture;
    final long seed;
    int selfMap;
    UserTables userTables = UserTables.SHARED;
    DebuggerBlock debuggerBlock;
    LowStub lowStub = LowStub.ABSENT;
    KernelPages kernelPages = KernelPages.LARGE;
    PageStates pageStates = PageStates.RESIDENT;
    long invalidMask;
    int processes = 16;
    int modules = 8;
    int threads = 3;
    int wow64Processes = 1;
    /** Which of the published layouts of sockets it has. */
    int socketVersion;

    Optional<SyntheticWindows.SymbolFile> symbolFile = Optional.empty();
    private long ramBytes = DEFAULT_RAM;

    SyntheticWindowsBuilder(PublishedKernel row, WindowsArchitecture architecture, long seed) {
        if (!row.architecture().equals(architecture.table())) {
            throw new IllegalArgumentException(row + " does not run as " + architecture);
        }
        this.row = row;
        this.architecture = architecture;
        this.seed = seed;
        selfMap = row.build() >= RANDOM_SELF_MAP_SINCE ? drawSelfMap() : FIXED_SELF_MAP;
        debuggerBlock = row.build() >= WindowsVersion.EIGHT && architecture == WindowsArchitecture.X64
                ? DebuggerBlock.ENCODED
                : DebuggerBlock.PLAIN;
    }

    private int drawSelfMap() {
        SplittableRandom random = new SplittableRandom(seed ^ row.build());
        int drawn = 0;
        while (drawn == 0 || !KernelPlaces.isFree(row.build(), drawn)) {
            drawn = FIRST_RANDOM_SELF_MAP + random.nextInt(RANDOM_SELF_MAPS);
        }
        return drawn;
    }

    /**
     * The entry of four-level roots that names the root. As the build has it unless said otherwise: {@link #FIXED_SELF_MAP},
     * or one that the seed draws.
     *
     * @param index from 0x100 to 0x1FE; not where the kernel has something else
     */
    public SyntheticWindowsBuilder selfMap(int index) {
        boolean isInHalf = index >= FIRST_RANDOM_SELF_MAP && index < FIRST_RANDOM_SELF_MAP + RANDOM_SELF_MAPS;
        if (!isInHalf || !KernelPlaces.isFree(row.build(), index)) {
            throw new IllegalArgumentException("no root names itself at 0x%x".formatted(index));
        }
        selfMap = index;
        return this;
    }

    /** {@link UserTables#SHARED} unless said otherwise; only rows with {@code UserDirectoryTableBase} can have others. */
    public SyntheticWindowsBuilder userTables(UserTables choice) {
        userTables = choice;
        return this;
    }

    /** As the build has it unless said otherwise: encoded on 64-bit systems since Windows 8. */
    public SyntheticWindowsBuilder debuggerBlock(DebuggerBlock choice) {
        debuggerBlock = choice;
        return this;
    }

    /** {@link LowStub#ABSENT} unless said otherwise; only 64-bit systems have one that is of use. */
    public SyntheticWindowsBuilder lowStub(LowStub choice) {
        lowStub = choice;
        return this;
    }

    /** {@link KernelPages#LARGE} unless said otherwise. */
    public SyntheticWindowsBuilder kernelPages(KernelPages choice) {
        kernelPages = choice;
        return this;
    }

    /** {@link PageStates#RESIDENT} unless said otherwise. */
    public SyntheticWindowsBuilder pageStates(PageStates choice) {
        pageStates = choice;
        return this;
    }

    /** Bits that its kernel sets in entries that are not valid, such as one above all memory; of 10 1809 and later. */
    public SyntheticWindowsBuilder invalidMask(long bits) {
        invalidMask = bits;
        return this;
    }

    /** How many processes there are, {@code System} and one that ended included; at least 8. */
    public SyntheticWindowsBuilder processes(int count) {
        if (count < ProcessPlans.FEWEST) {
            throw new IllegalArgumentException("fewer than %d processes".formatted(ProcessPlans.FEWEST));
        }
        processes = count;
        return this;
    }

    /** How many modules each process has at most, its program included; at least 2. */
    public SyntheticWindowsBuilder modules(int each) {
        modules = Math.max(2, each);
        return this;
    }

    /** How many threads each process has; at least 1. */
    public SyntheticWindowsBuilder threads(int each) {
        threads = Math.max(1, each);
        return this;
    }

    /** How many of the processes run 32-bit programs on a 64-bit system; 1 unless said otherwise. */
    public SyntheticWindowsBuilder wow64Processes(int count) {
        wow64Processes = count;
        return this;
    }

    /** Which layout of sockets it has, of a build that has several published; the first unless said otherwise. */
    public SyntheticWindowsBuilder socketVersion(int index) {
        socketVersion = index;
        return this;
    }

    /** What the kernel's debug directory names; made up from the seed unless said otherwise. */
    public SyntheticWindowsBuilder symbolFile(SyntheticWindows.SymbolFile named) {
        symbolFile = Optional.of(named);
        return this;
    }

    /** Bytes of RAM; 24 MiB unless said otherwise, which is enough for 20 processes of 10 modules. */
    public SyntheticWindowsBuilder ram(long bytes) {
        ramBytes = bytes & -(long) SyntheticRam.PAGE;
        return this;
    }

    /** Builds the machine in the heap. */
    @SuppressWarnings("MustBeClosed") // The machine's memory closes it.
    public SyntheticWindows build() {
        MemorySegment bytes = MemorySegment.ofArray(new byte[Math.toIntExact(ramBytes)]);
        return build(bytes, Arena.ofShared());
    }

    /**
     * Builds the machine in a file, which then is a raw image of its memory. What nothing lies in takes no room in it.
     *
     * @param image made anew; removed by whoever gave it, when the machine is closed
     */
    @SuppressWarnings("MustBeClosed") // The machine's memory closes it.
    public SyntheticWindows build(Path image) throws IOException {
        try (FileChannel file = FileChannel.open(
                image,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.SPARSE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            Arena arena = Arena.ofShared();
            return build(file.map(FileChannel.MapMode.READ_WRITE, 0, ramBytes, arena), arena);
        }
    }

    private SyntheticWindows build(MemorySegment bytes, Arena arena) {
        boolean canShadow = SyntheticTypes.of(row).has("_KPROCESS", "UserDirectoryTableBase");
        if (userTables == UserTables.SHADOWED && !(canShadow && architecture == WindowsArchitecture.X64)) {
            throw new IllegalArgumentException(row + " has no second root");
        }
        return new MachineAssembly(this, new SyntheticRam(bytes, seed)).assemble(arena);
    }
}
