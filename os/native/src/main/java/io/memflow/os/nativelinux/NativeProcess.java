package io.memflow.os.nativelinux;

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
import io.memflow.core.os.Row;
import io.memflow.core.os.SocketInfo;
import io.memflow.core.os.TargetModule;
import io.memflow.core.os.TargetProcess;
import io.memflow.core.os.TaskState;
import io.memflow.core.os.ThreadInfo;
import io.memflow.formats.elf.process.ProcessImages;
import io.memflow.host.process.ProcFs;
import io.memflow.host.process.ProcessIdentity;
import io.memflow.host.process.ProcessStat;
import io.memflow.os.nativelinux.file.HandleRows;
import io.memflow.os.nativelinux.file.MountRows;
import io.memflow.os.nativelinux.file.PlaceRows;
import io.memflow.os.nativelinux.memory.ImageFiles;
import io.memflow.os.nativelinux.memory.NativeMemory;
import io.memflow.os.nativelinux.memory.PageRows;
import io.memflow.os.nativelinux.memory.RegionRows;
import io.memflow.os.nativelinux.memory.Writes;
import io.memflow.os.nativelinux.proc.KernelFile;
import io.memflow.os.nativelinux.proc.Roots;
import io.memflow.os.nativelinux.socket.SocketRows;
import io.memflow.os.nativelinux.task.DetailRows;
import io.memflow.os.nativelinux.task.ProcessRows;
import io.memflow.os.nativelinux.task.ProcessText;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One process of this machine. Every list is taken anew; that of a process which has ended, or whose id another one was
 * given, is absent. Thread-safe.
 */
final class NativeProcess implements TargetProcess {
    private static final String ENDED = "the process has ended";

    private final ProcessInfo info;
    private final Roots roots;
    private final Writes writes;
    private final ProcessIdentity identity;

    NativeProcess(ProcessInfo info, Roots roots, Writes writes) {
        this.info = info;
        this.roots = roots;
        this.writes = writes;
        Duration started = Objects.requireNonNull(info.startSinceBoot(), "a row of this layer says when it started");
        long ticks = started.toNanos() / (Duration.ofSeconds(1).toNanos() / ProcessStat.TICKS_PER_SECOND);
        identity = new ProcessIdentity(new ProcFs(roots.proc()), info.pid(), ticks);
    }

    /** Whether it still exists, and is the one the row tells of. */
    boolean isRunning() {
        return identity.isRunning();
    }

    MemflowException ended() {
        return new MemflowException(
                ErrorOrigin.OS_LAYER,
                ErrorKind.NOT_FOUND,
                "Process %d (%s) has ended; list the processes anew.".formatted(info.pid(), info.name()));
    }

    private Path directory() {
        return roots.process(info.pid());
    }

    private boolean hasMemory() {
        return info.kind() == ProcessInfo.Kind.USER
                && info.state() != TaskState.ZOMBIE
                && info.state() != TaskState.DEAD;
    }

    @Override
    public ProcessInfo info() {
        return info;
    }

    @Override
    public MemoryView memory() {
        if (!hasMemory()) {
            throw new MemflowException(
                    ErrorOrigin.OS_LAYER,
                    ErrorKind.NOT_FOUND,
                    "Process %d (%s) has no user memory: it is a %s."
                            .formatted(
                                    info.pid(),
                                    info.name(),
                                    info.kind() == ProcessInfo.Kind.KERNEL ? "kernel thread" : "zombie"));
        }
        return new NativeMemory(identity, roots, writes, new ProcessText(roots).pointerBytes(info.pid()));
    }

    /** A list of this process and no other; one without user memory has none of those that need it. */
    private <T extends Row> Listing<T> list(String what, Supplier<Listing<T>> reader) {
        Listing<T> listing;
        try {
            listing = reader.get();
        } catch (MemflowException failed) {
            boolean gone = KernelFile.isGone(failed) && !identity.isRunning();
            return Listing.absent(what, gone ? ENDED : String.valueOf(failed.getMessage()));
        }
        return identity.isRunning() ? listing : Listing.absent(what, ENDED);
    }

    private <T extends Row> Listing<T> ofMemory(String what, Supplier<Listing<T>> reader) {
        return hasMemory() ? list(what, reader) : new Listing<>(List.of(), List.of());
    }

    @Override
    public Listing<MemoryRegion> regions() {
        return ofMemory("regions", () -> new RegionRows(roots).regions(info.pid()));
    }

    @Override
    public Listing<ThreadInfo> threads() {
        return list("threads", () -> new ProcessRows(roots).threads(info.pid()));
    }

    @Override
    public List<EnvironmentVariable> environment() {
        if (!hasMemory()) {
            return List.of();
        }
        List<EnvironmentVariable> variables = new ProcessText(roots).environment(info.pid());
        if (!identity.isRunning()) {
            throw ended();
        }
        return variables;
    }

    @Override
    public Listing<ModuleInfo> modules() {
        return ofMemory("modules", () -> images().modules());
    }

    @Override
    public Listing<ModuleDetails> moduleDetails() {
        return ofMemory("details of modules", () -> images().details());
    }

    @Override
    public Optional<TargetModule> module(String name) {
        return hasMemory() ? images().module(name) : Optional.empty();
    }

    private ProcessImages images() {
        return new ProcessImages(
                memory(),
                new RegionRows(roots).regions(info.pid()),
                region -> new ImageFiles(roots).open(info.pid(), region));
    }

    @Override
    public Listing<HandleInfo> handles() {
        return list("open files", () -> new HandleRows(roots).handles(info.pid()));
    }

    @Override
    public Listing<ProcessPlaces> places() {
        return list("current directory", () -> one(new PlaceRows(roots).places(info.pid())));
    }

    @Override
    public Listing<SocketInfo> sockets() {
        return list("sockets", () -> new SocketRows(roots).sockets(info.pid()));
    }

    @Override
    public Listing<MountInfo> mounts() {
        return list("mounts", () -> {
            Long namespace = KernelFile.optionalLink(directory().resolve("ns/mnt"))
                    .map(DetailRows::bracketed)
                    .orElse(null);
            return namespace == null
                    ? new Listing<>(List.of(), List.of())
                    : new MountRows(roots).mounts(info.pid(), namespace);
        });
    }

    @Override
    public Listing<ProcessDetails> details() {
        return list("namespaces and capabilities", () -> one(new DetailRows(roots).read(info)));
    }

    @Override
    public Listing<PageRow> pages(AddressRange range) {
        return hasMemory()
                ? list("places of pages", () -> new PageRows(roots).pages(info.pid(), range))
                : Listing.absent("places of pages", "the process has no user memory");
    }

    private static <T extends Row> Listing<T> one(T row) {
        return new Listing<>(List.of(row), List.of());
    }
}
