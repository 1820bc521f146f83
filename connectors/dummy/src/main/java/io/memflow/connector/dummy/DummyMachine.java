package io.memflow.connector.dummy;

import io.memflow.core.address.Address;
import io.memflow.core.address.AddressRange;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.ViewProperties;
import io.memflow.core.os.TaskState;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.PagingFormat;
import io.memflow.core.plugin.ByteSize;
import io.memflow.core.synthetic.KnownBytes;
import io.memflow.core.synthetic.MachineTable;
import io.memflow.core.synthetic.MachineTableCodec;
import io.memflow.core.synthetic.ShuffledFrames;
import io.memflow.core.translate.PageTableBuilder;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A made-up machine: physical memory from address 0 that holds its own description ({@link MachineTable}), page tables and
 * pages with {@link KnownBytes}. All frames lie in an order that only the seed explains. What is not mapped is zero.
 *
 * @param memory can be written; whoever takes it closes it
 * @param table what the memory says of itself
 */
public record DummyMachine(MappedMemory memory, MachineTable table) {
    /** Large enough for every page a processor might align to. */
    private static final long ALIGNMENT = 1L << 21;

    private static final int MOST_THREADS = 4;

    /**
     * Makes a machine.
     *
     * @throws MemflowException when it does not fit into its memory, or the memory not into this process
     */
    @SuppressWarnings("MustBeClosedChecker") // The memory owns the arena; without one it is closed here.
    public static DummyMachine build(DummyOptions options) {
        DummyPlan plan = DummyPlan.of(options);
        Arena arena = Arena.ofShared();
        try {
            MemorySegment bytes = arena.allocate(options.bytes(), ALIGNMENT);
            MappedMemory memory = new MappedMemory(
                    DirectMap.builder().add(0, bytes, 0, options.bytes()).build(),
                    arena,
                    ViewProperties.Access.READ_WRITE,
                    "dummy machine of seed " + Long.toUnsignedString(options.seed()),
                    List.of());
            return new DummyMachine(memory, new Work(options, plan, bytes, memory).build());
        } catch (OutOfMemoryError tooLarge) {
            arena.close();
            throw new MemflowException(
                    ErrorOrigin.CONNECTOR,
                    ErrorKind.INVALID_MEMORY_SIZE,
                    "This process could not get %s of memory for a dummy; ask for less."
                            .formatted(ByteSize.format(options.bytes())),
                    tooLarge);
        } catch (RuntimeException refused) {
            arena.close();
            throw refused;
        }
    }

    /** One machine in the making. */
    private static final class Work {
        private final DummyOptions options;
        private final DummyPlan plan;
        private final MemorySegment bytes;
        private final ShuffledFrames frames;
        private final PageTableBuilder builder;
        private final PagingFormat kernelFormat;
        private final AddressSpace.Tree kernelTree;
        private final List<AddressSpace.Tree> roots = new ArrayList<>();

        Work(DummyOptions options, DummyPlan plan, MemorySegment bytes, MappedMemory memory) {
            this.options = options;
            this.plan = plan;
            this.bytes = bytes;
            frames = new ShuffledFrames(memory.map(), options.seed());
            DummyPlan.Area window = plan.kernel().getFirst();
            frames.reserve(new AddressRange(0, window.pages() * window.pageSize()));
            builder = new PageTableBuilder(memory, frames);
            kernelFormat =
                    options.architecture().upper().orElse(options.architecture().lower());
            kernelTree = builder.newTree(kernelFormat);
        }

        MachineTable build() {
            for (int i = 0; i < plan.processes().size(); i++) {
                roots.add(builder.newTree(options.architecture().lower()));
            }
            // Large pages first, as long as there are blocks for them.
            allPageSizes().forEach(this::mapPagesOf);
            boolean oneTree = options.architecture().upper().isEmpty();
            if (oneTree && !kernelFormat.isWide()) {
                roots.forEach(this::shareKernel);
            }
            MachineTable table = table(oneTree);
            byte[] encoded = MachineTableCodec.encode(table);
            MemorySegment.copy(MemorySegment.ofArray(encoded), 0, bytes, 0, encoded.length);
            return table;
        }

        private Stream<Long> allPageSizes() {
            return Stream.concat(plan.processes().stream().flatMap(List::stream), plan.kernel().stream())
                    .map(DummyPlan.Area::pageSize)
                    .distinct()
                    .sorted((a, b) -> Long.compare(b, a));
        }

        private void mapPagesOf(long pageSize) {
            for (int i = 0; i < roots.size(); i++) {
                AddressSpace.Tree tree = roots.get(i);
                plan.processes().get(i).stream()
                        .filter(area -> area.pageSize() == pageSize)
                        .forEach(area -> map(List.of(tree), area));
            }
            List<AddressSpace.Tree> kernelTrees = new ArrayList<>(List.of(kernelTree));
            if (kernelFormat.isWide()) {
                // One entry of the root spans both halves, so it cannot be shared.
                kernelTrees.addAll(roots);
            }
            plan.kernel().stream().filter(area -> area.pageSize() == pageSize).forEach(area -> map(kernelTrees, area));
        }

        private void map(List<AddressSpace.Tree> trees, DummyPlan.Area area) {
            boolean window = area.equals(plan.kernel().getFirst());
            PagingFormat format = trees.getFirst().format();
            int type = builder.nearest(format, area.pageSize(), area.pageType());
            long key = KnownBytes.key(options.seed(), area.owner());
            for (long page = 0; page < area.pages(); page++) {
                long virtual = area.start() + page * area.pageSize();
                long physical = window ? page * area.pageSize() : frames.allocate(area.pageSize());
                for (AddressSpace.Tree tree : trees) {
                    builder.map(tree, virtual, physical, area.pageSize(), type);
                }
                if (!window) {
                    KnownBytes.fill(key, virtual, bytes.asSlice(physical, area.pageSize()));
                }
            }
        }

        private void shareKernel(AddressSpace.Tree process) {
            long span = 1L << kernelFormat.levels().getFirst().shift();
            Set<Long> shared = new HashSet<>();
            for (DummyPlan.Area area : plan.kernel()) {
                long first = Address.alignDown(area.start(), span);
                long last = Address.alignDown(area.end() - 1, span);
                for (long at = first; ; at += span) {
                    if (shared.add(at)) {
                        builder.share(kernelTree, process, at);
                    }
                    if (at == last) {
                        break;
                    }
                }
            }
        }

        private MachineTable table(boolean oneTree) {
            List<MachineTable.ProcessRow> processes = new ArrayList<>();
            for (int i = 0; i < roots.size(); i++) {
                int pid = DummyPlan.pid(i);
                processes.add(new MachineTable.ProcessRow(
                        pid,
                        i == 0 ? 0 : DummyPlan.pid((i - 1) / 2),
                        i == 0 ? "init" : "worker-" + pid,
                        i == 0 ? TaskState.RUNNING : TaskState.SLEEPING,
                        roots.get(i).root(),
                        1 + i % MOST_THREADS,
                        rows(plan.processes().get(i), options.architecture().lower())));
            }
            List<MachineTable.ModuleRow> modules = plan.kernel().stream()
                    .filter(DummyPlan::isModule)
                    .map(area -> new MachineTable.ModuleRow(area.name(), area.start(), area.end() - area.start()))
                    .toList();
            DummyPlan.Area window = plan.kernel().getFirst();
            DummyPlan.Area image = plan.kernel().get(1);
            // Where the kernel has a tree of its own, user addresses have one too, which is empty without a process.
            long lower = oneTree
                    ? kernelTree.root()
                    : builder.newTree(options.architecture().lower()).root();
            return new MachineTable(
                    options.seed(),
                    options.architecture().name(),
                    window.start(),
                    lower,
                    oneTree ? 0 : kernelTree.root(),
                    image.start(),
                    image.end() - image.start(),
                    processes,
                    rows(plan.kernel(), kernelFormat),
                    modules);
        }

        private List<MachineTable.RegionRow> rows(List<DummyPlan.Area> areas, PagingFormat format) {
            return areas.stream()
                    .map(area -> new MachineTable.RegionRow(
                            area.name(),
                            area.start(),
                            area.end(),
                            area.pageSize(),
                            builder.nearest(format, area.pageSize(), area.pageType())))
                    .toList();
        }
    }
}
