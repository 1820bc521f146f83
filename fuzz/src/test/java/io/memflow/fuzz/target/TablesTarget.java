package io.memflow.fuzz.target;

import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.ViewProperties;
import io.memflow.core.paging.Aarch64Granule;
import io.memflow.core.paging.Aarch64Paging;
import io.memflow.core.paging.Aarch64Stage1;
import io.memflow.core.paging.Aarch64Stage2;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.ArmPaging;
import io.memflow.core.paging.CanonicalForm;
import io.memflow.core.paging.ExtendedPaging;
import io.memflow.core.paging.PagingFormat;
import io.memflow.core.paging.RiscvPaging;
import io.memflow.core.paging.X86Paging;
import io.memflow.core.translate.CoalescingSink;
import io.memflow.core.translate.MappingSink;
import io.memflow.core.translate.PageTableWalk;
import io.memflow.core.translate.PageTableWalker;
import io.memflow.core.translate.Translation;
import io.memflow.core.translate.TranslationList;
import io.memflow.core.translate.WalkEnd;
import io.memflow.fuzz.FuzzTarget;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Page tables made of any bytes: the first names the format and whether the memory is within reach or asked, the second mixes the addresses that are asked for, the rest is
 * physical memory from 0 on with the root table at 0. Addresses are translated one by one and as a list, which must agree,
 * and the whole space is walked within a budget.
 */
public final class TablesTarget implements FuzzTarget {
    /** The formats, by the first byte of an input. */
    public static final List<PagingFormat> FORMATS = List.of(
            X86Paging.BITS32,
            X86Paging.PAE,
            X86Paging.LEVEL4,
            X86Paging.LEVEL5,
            ExtendedPaging.LEVEL4,
            Aarch64Paging.stage1(Aarch64Stage1.of(Aarch64Granule.KIB4, 48, CanonicalForm.ONES)),
            Aarch64Paging.stage1(Aarch64Stage1.lpa2(Aarch64Granule.KIB16, 47, CanonicalForm.ZEROS)),
            Aarch64Paging.stage1(Aarch64Stage1.of(Aarch64Granule.KIB64, 42, CanonicalForm.ZEROS)),
            Aarch64Paging.stage2(Aarch64Stage2.of(Aarch64Granule.KIB4, 40, 1)),
            ArmPaging.SHORT,
            ArmPaging.LPAE,
            RiscvPaging.SV32,
            RiscvPaging.SV39,
            RiscvPaging.SV48,
            RiscvPaging.SV57);

    /** Bytes before the memory. */
    public static final int HEADER = 2;

    private static final int MEMORY_BYTES = 16 << 10;
    private static final int ADDRESSES = 32;
    /** Less than the default, so that an input costs what its length allows. */
    private static final long ENTRY_BUDGET = 4096;

    /** 512 bytes for each level and one more. */
    private static final int SCRATCH = 4 << 10;

    /** Memory within reach, cleared behind each input, whose walkers take the ways for such memory. */
    private final byte[] near = new byte[MEMORY_BYTES];

    private final InputMemory distant = new InputMemory(new byte[0]);
    private final List<PageTableWalker> walkers = new ArrayList<>();

    /** Makes the walkers, which stay. */
    public TablesTarget() {
        DirectMap map = DirectMap.builder()
                .add(0, MemorySegment.ofArray(near), 0, near.length)
                .build();
        MappedMemory direct =
                new MappedMemory(map, Arena.global(), ViewProperties.Access.READ_ONLY, "tables", List.of());
        for (PagingFormat format : FORMATS) {
            walkers.add(new PageTableWalker(direct, format));
            walkers.add(new PageTableWalker(distant, format));
        }
    }

    @Override
    public void use(byte[] input) {
        if (input.length < HEADER) {
            return;
        }
        byte[] tables = Arrays.copyOfRange(input, HEADER, input.length);
        distant.hold(tables);
        Arrays.fill(near, (byte) 0);
        System.arraycopy(tables, 0, near, 0, Math.min(tables.length, near.length));
        int number = (input[0] & 0xFF) % walkers.size();
        PageTableWalker walker = walkers.get(number);
        AddressSpace.Tree tree = new AddressSpace.Tree(walker.format(), 0);
        translate(walker, tree, input[1]);
        walk(walker, tree);
    }

    private static void translate(PageTableWalker walker, AddressSpace.Tree tree, int mix) {
        TranslationList list = new TranslationList();
        for (int i = 0; i < ADDRESSES; i++) {
            // Both halves of the space, near and far apart.
            long address = i * (0x9E37_79B9_7F4A_7C15L >>> (mix & 0x3F));
            list.add((i & 1) == 0 ? address : ~address);
        }
        walker.translate(tree, list);
        Translation single = new Translation();
        for (int i = 0; i < list.size(); i++) {
            boolean mapped = walker.translate(tree.root(), list.virtual(i), single);
            boolean sameFault = single.fault() == list.fault(i);
            boolean samePlace = !mapped || single.physical() == list.physical(i);
            if (mapped != list.isMapped(i) || !sameFault || !samePlace) {
                throw new IllegalStateException(
                        "the list and the single translation of 0x%x differ".formatted(list.virtual(i)));
            }
        }
    }

    private static void walk(PageTableWalker walker, AddressSpace.Tree tree) {
        Ends ends = new Ends();
        CoalescingSink sink = new CoalescingSink(ends);
        WalkEnd end = new PageTableWalk(walker, SCRATCH, ENTRY_BUDGET).walk(tree, sink);
        if (!sink.flush() || end == WalkEnd.STOPPED || ends.outOfBudget != (end == WalkEnd.OUT_OF_BUDGET)) {
            throw new IllegalStateException("the walk ended as " + end + " and reported otherwise");
        }
    }

    /** Notes how a walk ends. */
    private static final class Ends implements MappingSink {
        private boolean outOfBudget;

        @Override
        public boolean mapping(long virtual, long physical, long length, int pageType, long pageSize) {
            return true;
        }

        @Override
        public boolean missing(long virtual, long length, Fault cause, int level) {
            outOfBudget |= cause == Fault.LOOP_BUDGET;
            return true;
        }
    }
}
