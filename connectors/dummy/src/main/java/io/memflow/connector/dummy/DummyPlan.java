package io.memflow.connector.dummy;

import io.memflow.core.address.Address;
import io.memflow.core.address.PageType;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.plugin.ByteSize;
import io.memflow.core.synthetic.KnownBytes;
import io.memflow.core.synthetic.MachineArchitecture;
import io.memflow.core.synthetic.MachineTableCodec;
import io.memflow.core.translate.PageTableBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Where everything of a machine lies in its virtual address spaces, before a byte of it exists. Follows from the options
 * alone.
 *
 * @param processes regions by process, in the order of their ids
 * @param kernel regions of the kernel, the table's window first, then its image
 * @param tableBytes size of the machine's table
 */
record DummyPlan(List<List<Area>> processes, List<Area> kernel, long tableBytes) {
    /** Part of the memory that is mapped; the rest is left for page tables and as holes. */
    private static final long MAPPED_OF_8 = 6;

    private static final int MOST_REGIONS = 3;
    private static final int MOST_GAP_PAGES = 63;
    private static final int MOST_MODULE_PAGES = 8;
    private static final int IMAGE_PAGES = 16;
    /** No user region starts lower, as on common systems. */
    private static final long LEAST_ADDRESS = 1L << 16;
    /** The part of a half that one gap may take. */
    private static final int GAP_PART = 64;

    private static final int FIRST_PID = 1;
    /** Ids are this far apart, so that threads have ids of their own. */
    static final int PID_STEP = 8;

    private static final int USER_CODE = PageType.USER | PageType.PRIVILEGED_NO_EXECUTE | PageType.ACCESSED;
    private static final int USER_DATA =
            PageType.USER | PageType.WRITABLE | PageType.NO_EXECUTE_AT_ALL | PageType.ACCESSED | PageType.DIRTY;
    private static final int USER_CONSTANTS = PageType.USER | PageType.NO_EXECUTE_AT_ALL | PageType.ACCESSED;
    private static final int KERNEL_CODE = PageType.USER_NO_EXECUTE | PageType.GLOBAL | PageType.ACCESSED;
    private static final int KERNEL_DATA =
            PageType.WRITABLE | PageType.NO_EXECUTE_AT_ALL | PageType.GLOBAL | PageType.ACCESSED | PageType.DIRTY;

    /**
     * Virtual addresses to map.
     *
     * @param owner whose bytes it holds, as {@link KnownBytes} counts
     * @param pageType what its pages should be, as near as the format can say it
     */
    record Area(String name, int owner, long start, long pages, long pageSize, int pageType) {
        long end() {
            return start + pages * pageSize;
        }
    }

    static int pid(int index) {
        return FIRST_PID + index * PID_STEP;
    }

    static DummyPlan of(DummyOptions options) {
        Maker maker = new Maker(options);
        List<List<Area>> processes = new ArrayList<>();
        for (int index = 0; index < options.processes(); index++) {
            processes.add(maker.process(index));
        }
        List<Area> kernel = maker.kernel();
        int regions = processes.stream().mapToInt(List::size).sum() + kernel.size() + 1;
        long tableBytes = MachineTableCodec.bytes(options.processes(), regions, options.modules());
        kernel.addFirst(maker.window(tableBytes));
        return new DummyPlan(processes, kernel, tableBytes);
    }

    /** The kernel's areas that are modules. */
    static boolean isModule(Area area) {
        return area.name.startsWith("module-");
    }

    private static final class Maker {
        private final DummyOptions options;
        private final MachineArchitecture architecture;
        private final SplittableRandom random;
        private final long smallest;
        /** Pages of each of the options' sizes. */
        private final long[] counts;

        /** First address of the half that is being filled. */
        private long base;
        /** Bytes of it that are passed. */
        private long passed;

        Maker(DummyOptions options) {
            this.options = options;
            architecture = options.architecture();
            random = new SplittableRandom(options.seed());
            smallest = PageTableBuilder.pageSizes(architecture.lower()).first();
            long mapped = options.bytes() / 8 * MAPPED_OF_8;
            long image = (IMAGE_PAGES + (long) options.modules() * MOST_MODULE_PAGES) * smallest;
            long weights = options.pages().stream().mapToLong(PageShare::weight).sum();
            counts = new long[options.pages().size()];
            for (int i = 0; i < counts.length; i++) {
                PageShare share = options.pages().get(i);
                counts[i] = Math.max(0, mapped - image) / weights * share.weight() / share.pageSize();
            }
            boolean smallPages = options.pages().getFirst().pageSize() == smallest;
            boolean tooFew = smallPages && counts[0] <= options.processes();
            if (tooFew || Arrays.stream(counts).anyMatch(count -> count == 0)) {
                throw new MemflowException(
                        ErrorOrigin.CONNECTOR,
                        ErrorKind.INVALID_MEMORY_SIZE,
                        "A dummy of %s cannot hold %d processes, %d modules and a page of each size asked for; raise size or ask for less."
                                .formatted(ByteSize.format(options.bytes()), options.processes(), options.modules()));
            }
        }

        List<Area> process(int index) {
            base = 0;
            passed = LEAST_ADDRESS;
            int[] types = {USER_CODE, USER_CONSTANTS, USER_DATA};
            String[] names = {"code", "constants", "data"};
            return areas(index, pid(index), types, names);
        }

        List<Area> kernel() {
            base = architecture.kernelStart();
            // The table's window comes first; leave room for it.
            passed = architecture.halfBytes() / GAP_PART;
            List<Area> areas = new ArrayList<>();
            areas.add(area("image", KnownBytes.KERNEL, IMAGE_PAGES, smallest, KERNEL_CODE));
            for (int i = 0; i < options.modules(); i++) {
                int pages = 1 + random.nextInt(MOST_MODULE_PAGES);
                areas.add(area("module-" + i, KnownBytes.KERNEL, pages, smallest, KERNEL_CODE));
            }
            int[] types = {KERNEL_DATA};
            String[] names = {"kernel-data"};
            areas.addAll(areas(options.processes(), KnownBytes.KERNEL, types, names));
            return areas;
        }

        Area window(long tableBytes) {
            long pages = Address.alignUp(tableBytes, smallest) / smallest;
            long start = architecture.kernelStart() + smallest;
            if (pages * smallest > architecture.halfBytes() / GAP_PART - smallest) {
                throw crowded();
            }
            return new Area("table", KnownBytes.KERNEL, start, pages, smallest, KERNEL_DATA);
        }

        /** One owner's part of the pages of every size, in a few regions for each. */
        private List<Area> areas(int ownerIndex, int owner, int[] types, String[] names) {
            List<Area> areas = new ArrayList<>();
            int owners = options.processes() + 1;
            for (int i = 0; i < counts.length; i++) {
                long left = counts[i] / owners + (ownerIndex < counts[i] % owners ? 1 : 0);
                for (int region = 0; left > 0; region++) {
                    boolean last = region + 1 == MOST_REGIONS || left == 1;
                    long pages = last ? left : 1 + random.nextLong(left);
                    int kind = region % types.length;
                    areas.add(area(
                            names[kind], owner, pages, options.pages().get(i).pageSize(), types[kind]));
                    left -= pages;
                }
            }
            return areas;
        }

        private Area area(String name, int owner, long pages, long pageSize, int pageType) {
            long most = Math.min(MOST_GAP_PAGES, architecture.halfBytes() / GAP_PART / pageSize);
            long gap = random.nextLong(most + 1);
            long from = Address.alignUp(passed, pageSize) + gap * pageSize;
            if (from > architecture.halfBytes() - pages * pageSize) {
                throw crowded();
            }
            passed = from + pages * pageSize;
            return new Area(name, owner, base + from, pages, pageSize, pageType);
        }

        private MemflowException crowded() {
            return new MemflowException(
                    ErrorOrigin.CONNECTOR,
                    ErrorKind.INVALID_MEMORY_SIZE,
                    "An address space of %s has no room for what a dummy of %s maps; lower size or raise processes."
                            .formatted(architecture.name(), ByteSize.format(options.bytes())));
        }
    }
}
