package io.memflow.os.linux;

import io.memflow.core.address.AddressRange;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.EnvironmentVariable;
import io.memflow.core.os.HandleInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.os.ModuleDetails;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.MountInfo;
import io.memflow.core.os.PageRow;
import io.memflow.core.os.ProcessDetails;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.ProcessPlaces;
import io.memflow.core.os.SocketInfo;
import io.memflow.core.os.TargetModule;
import io.memflow.core.os.TargetProcess;
import io.memflow.core.os.ThreadInfo;
import io.memflow.core.structure.WhenKnown;
import io.memflow.formats.elf.process.ProcessImages;
import io.memflow.os.linux.page.PageReaders;
import io.memflow.os.linux.page.ProcessPages;
import io.memflow.os.linux.region.RegionRows;
import io.memflow.os.linux.structure.Kernel;
import io.memflow.os.linux.task.ProcessRows;
import io.memflow.os.linux.task.UserStrings;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** One process of a Linux machine. Thread-safe. */
final class LinuxProcess implements TargetProcess {
    private final ProcessInfo info;
    private final Kernel kernel;
    private final ProcessRows rows;
    private final WhenKnown<UserStrings> strings;
    private final WhenKnown<RegionRows> regions;
    private final LinuxLists lists;
    private final PageReaders pages;

    LinuxProcess(
            ProcessInfo info,
            Kernel kernel,
            ProcessRows rows,
            WhenKnown<UserStrings> strings,
            WhenKnown<RegionRows> regions,
            LinuxLists lists,
            PageReaders pages) {
        this.info = info;
        this.kernel = kernel;
        this.rows = rows;
        this.strings = strings;
        this.regions = regions;
        this.lists = lists;
        this.pages = pages;
    }

    @Override
    public ProcessInfo info() {
        return info;
    }

    private long task() {
        return Objects.requireNonNull(info.address());
    }

    @Override
    public MemoryView memory() {
        Long dtb = info.dtb();
        if (dtb == null) {
            throw new MemflowException(
                    ErrorOrigin.OS_LAYER,
                    ErrorKind.NOT_SUPPORTED,
                    "Process %d (%s) has no user memory: it is a kernel thread or has exited; read its kernel memory instead."
                            .formatted(info.pid(), info.name()));
        }
        return processPages(dtb).memory();
    }

    private ProcessPages processPages(long dtb) {
        return new ProcessPages(pages, rows.addressSpace(task()), kernel.processMemory(dtb));
    }

    @Override
    public Listing<MemoryRegion> regions() {
        long space = rows.addressSpace(task());
        if (space == 0) {
            return new Listing<>(List.of(), List.of());
        }
        return regions.list("regions", rows -> rows.regions(space));
    }

    @Override
    public Listing<ThreadInfo> threads() {
        return rows.threads(task());
    }

    @Override
    public List<EnvironmentVariable> environment() {
        long space = rows.addressSpace(task());
        return space == 0 ? List.of() : strings.get().environment(space, memory());
    }

    @Override
    public Listing<ModuleInfo> modules() {
        return hasMemory() ? images().modules() : new Listing<>(List.of(), List.of());
    }

    @Override
    public Listing<ModuleDetails> moduleDetails() {
        return hasMemory() ? images().details() : new Listing<>(List.of(), List.of());
    }

    @Override
    public Optional<TargetModule> module(String name) {
        return hasMemory() ? images().module(name) : Optional.empty();
    }

    private boolean hasMemory() {
        return info.dtb() != null;
    }

    private ProcessImages images() {
        Long dtb = info.dtb();
        return new ProcessImages(
                memory(),
                regions(),
                region -> dtb == null
                        ? null
                        : processPages(dtb).file(region.start()).orElse(null));
    }

    @Override
    public Listing<HandleInfo> handles() {
        return lists.handles(info);
    }

    @Override
    public Listing<ProcessPlaces> places() {
        return lists.places(info);
    }

    @Override
    public Listing<SocketInfo> sockets() {
        return lists.sockets(info);
    }

    @Override
    public Listing<MountInfo> mounts() {
        return lists.mounts(info);
    }

    @Override
    public Listing<ProcessDetails> details() {
        return lists.details(info);
    }

    @Override
    public Listing<PageRow> pages(AddressRange range) {
        Long dtb = info.dtb();
        return dtb == null
                ? Listing.absent("places of pages", "the process has no user memory")
                : new ProcessPages(pages, rows.addressSpace(task()), kernel.processMemory(dtb)).pages(range);
    }
}
