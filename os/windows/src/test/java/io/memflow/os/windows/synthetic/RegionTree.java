package io.memflow.os.windows.synthetic;

import io.memflow.os.windows.structure.WindowsVersion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Writes the tree of a process' regions ({@code MMVAD}, {@code MMVAD_SHORT}). Confined, for one process. */
final class RegionTree {
    private static final String SHORT = "_MMVAD_SHORT";
    private static final String LONG = "_MMVAD";
    private static final int PAGE_SHIFT = 12;

    private final Machine machine;
    private final SyntheticTypes types;
    private final SyntheticSpace kernel;
    private final int pointer;
    private final MappedSections sections;
    private final List<SyntheticRegion> built = new ArrayList<>();

    RegionTree(Machine machine, MappedSections sections) {
        this.machine = machine;
        this.sections = sections;
        types = machine.types();
        kernel = machine.kernel();
        pointer = machine.pointer();
    }

    /**
     * Writes the regions.
     *
     * @param process whose they are
     * @return them by ascending address
     */
    List<SyntheticRegion> write(long process, List<RegionPlan> plans) {
        List<RegionPlan> sorted = new ArrayList<>(plans);
        sorted.sort(Comparator.comparingLong(RegionPlan::start));
        for (RegionPlan plan : sorted) {
            built.add(node(process, plan));
        }
        long root = process + types.at("_EPROCESS", "VadRoot");
        boolean isTable = types.has("_MM_AVL_TABLE", "BalancedRoot");
        long top = link(0, built.size(), isTable ? root : 0);
        if (isTable) {
            // The table's own node has the tree on its right.
            kernel.pointer(root + child("RightChild"), top);
            long count = root + (machine.build() < WindowsVersion.EIGHT ? 5L : 3L) * pointer;
            kernel.pointer(count, (long) built.size() << Byte.SIZE | 64 - Long.numberOfLeadingZeros(built.size()));
        } else {
            kernel.pointer(root, top);
        }
        return built;
    }

    /** Links the nodes of a part of the list below the middle one; returns that. */
    private long link(int from, int to, long parent) {
        if (from == to) {
            return 0;
        }
        int middle = (from + to) >>> 1;
        long node = built.get(middle).node();
        kernel.pointer(node + child("LeftChild"), link(from, middle, node));
        kernel.pointer(node + child("RightChild"), link(middle + 1, to, node));
        kernel.pointer(node + parent(), parent);
        return node;
    }

    /** Offset of a child: named in older structures, at fixed places in {@code MM_AVL_NODE} and {@code RTL_BALANCED_NODE}. */
    private long child(String name) {
        if (types.has(SHORT, name)) {
            return types.at(SHORT, name);
        }
        boolean isFirst = name.equals("LeftChild");
        return types.build() < WindowsVersion.EIGHT_ONE ? (isFirst ? pointer : 2L * pointer) : isFirst ? 0 : pointer;
    }

    private long parent() {
        if (types.has(SHORT, "Parent")) {
            return types.at(SHORT, "Parent");
        }
        return types.build() < WindowsVersion.EIGHT_ONE ? 0 : 2L * pointer;
    }

    private SyntheticRegion node(long process, RegionPlan plan) {
        boolean isPrivate = plan.kind() == SyntheticRegion.Kind.PRIVATE;
        long commit = isPrivate
                ? (plan.end() - plan.start()) >>> PAGE_SHIFT
                : plan.kind() == SyntheticRegion.Kind.IMAGE ? 4 : 0;
        long at = machine.nonPaged().allocate(types.size(isPrivate ? SHORT : LONG), isPrivate ? "VadS" : "Vad ");
        page(at, "StartingVpn", plan.start() >>> PAGE_SHIFT);
        page(at, "EndingVpn", (plan.end() - 1) >>> PAGE_SHIFT);
        boolean isNew = types.build() >= WindowsVersion.EIGHT;
        long flags = RegionFlags.of(types.row(), pointer, plan, isNew ? 0 : commit);
        kernel.put(at + types.at(SHORT, "u"), isNew ? Integer.BYTES : pointer, flags);
        if (isNew) {
            kernel.put32(at + types.at(SHORT, "u1"), RegionFlags.commit(plan, commit));
        }
        if (!isPrivate) {
            section(process, at, plan);
        }
        return new SyntheticRegion(at, plan.start(), plan.end(), plan.protection(), plan.kind(), plan.file(), commit);
    }

    private void page(long at, String member, long page) {
        boolean isNarrow = pointer == Integer.BYTES || types.build() >= WindowsVersion.EIGHT;
        kernel.put(at + types.at(SHORT, member), isNarrow ? Integer.BYTES : Long.BYTES, page);
        if (types.has(SHORT, member + "High")) {
            kernel.put8(at + types.at(SHORT, member + "High"), page >>> Integer.SIZE);
        }
    }

    private void section(long process, long at, RegionPlan plan) {
        MappedSection section = sections.section(
                plan.file(), plan.start(), (int) (plan.end() - plan.start()), plan.frames(), plan.kind());
        if (types.has(LONG, "Subsection")) {
            kernel.pointer(at + types.at(LONG, "Subsection"), section.subsection());
        } else {
            kernel.pointer(at + types.at(LONG, "ControlArea"), section.controlArea());
        }
        int entryBytes = machine.tables().entryBytes();
        kernel.pointer(at + types.at(LONG, "FirstPrototypePte"), section.prototypes());
        kernel.pointer(
                at + types.at(LONG, "LastContiguousPte"),
                section.prototypes() + (long) (section.contiguous() - 1) * entryBytes);
        if (types.has(LONG, "VadsProcess")) {
            kernel.pointer(at + types.at(LONG, "VadsProcess"), process | 1);
        }
        if (types.has(LONG, "FileObject")) {
            kernel.pointer(at + types.at(LONG, "FileObject"), section.file());
        }
    }
}
