package io.memflow.core.translate;

import io.memflow.core.memory.MemoryMap;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.view.WrappedMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The physical memory of a guest: the host's physical memory seen through the second-stage tables that the host keeps for
 * the guest (EPT, AMD's nested tables, stage 2, a RISC-V G-stage). Addresses are guest-physical. First-stage tables of the
 * guest are walked in it like in any physical memory, and a guest's guest is another one on top.
 *
 * <p>A byte that the tables do not map ends with the cause the walk found, such as
 * {@link io.memflow.core.memory.Fault#NOT_PRESENT}; one that they map to nothing the host holds with the host's cause. What
 * the tables allow a guest to do is not enforced: reads and writes reach every mapped byte. The host is told the page type
 * that a request names (a guest's page table is one to the host as well); where it names none, that of these tables.
 *
 * <p>Thread-safe for reads. Capabilities are the host's, without direct access. Closing it leaves the host open, for the host
 * and its other guests are still in use.
 */
public final class SecondStageMemory extends WrappedMemory {
    private final VirtualMemory guest;
    private final AddressSpace.Tree tree;
    private final String description;
    /** What the first call of {@link #map()} found. */
    private final AtomicReference<@Nullable GuestPhysicalRanges> ranges = new AtomicReference<>();

    /**
     * @param host the memory that holds the tables and the guest's bytes; may itself be a guest's
     * @param tree the second-stage tables, from guest-physical addresses to the host's
     * @param description what the guest is, in a few words for a person
     */
    public SecondStageMemory(PhysicalMemory host, AddressSpace.Tree tree, String description) {
        this(host, new VirtualMemory(host, new AddressSpace(tree, Optional.empty())), tree, description);
    }

    private SecondStageMemory(PhysicalMemory host, VirtualMemory guest, AddressSpace.Tree tree, String description) {
        super(new GuestPhysicalView(guest), host);
        this.guest = guest;
        this.tree = tree;
        this.description = description;
    }

    /** The memory below. */
    public PhysicalMemory host() {
        return source();
    }

    /** The second-stage tables. */
    public AddressSpace.Tree tree() {
        return tree;
    }

    /**
     * Translates one guest-physical address to the host's physical one.
     *
     * @return whether the address translates; {@code out} says where to, or why not
     */
    public boolean translate(long guestPhysical, Translation out) {
        return guest.translate(guestPhysical, out);
    }

    /**
     * The guest-physical ranges that the tables map to memory the host holds, as the tables were at the first call. That
     * call walks all tables: its cost is what they map.
     */
    @Override
    public MemoryMap map() {
        return ranges().map();
    }

    private GuestPhysicalRanges ranges() {
        GuestPhysicalRanges found = ranges.get();
        if (found == null) {
            PageTableWalker walker = new PageTableWalker(host(), tree.format());
            found = GuestPhysicalRanges.of(walker, tree, host().map(), PageTableWalk.DEFAULT_ENTRY_BUDGET);
            ranges.set(found);
        }
        return found;
    }

    @Override
    public String description() {
        return description;
    }

    /** The host's, and what {@link #map()} lacks, once that was called. */
    @Override
    public List<String> defects() {
        List<String> defects = new ArrayList<>(host().defects());
        GuestPhysicalRanges found = ranges.get();
        if (found != null) {
            found.defect().ifPresent(defects::add);
        }
        return List.copyOf(defects);
    }

    /** Does nothing: the host's memory is its opener's to close. */
    @Override
    public void close() {}
}
