package io.memflow.os.windows.process;

import io.memflow.core.address.AddressRange;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PointerWidth;
import io.memflow.core.os.EnvironmentVariable;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.HandleInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ModuleDetails;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.PageRow;
import io.memflow.core.os.ProcessDetails;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.ProcessPlaces;
import io.memflow.core.os.SocketInfo;
import io.memflow.core.os.TargetModule;
import io.memflow.core.os.TargetProcess;
import io.memflow.core.os.ThreadInfo;
import io.memflow.formats.pe.PeModules;
import io.memflow.os.windows.module.ProcessModules;
import io.memflow.os.windows.page.ProcessPages;
import io.memflow.os.windows.structure.UserLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** One process of a Windows machine. Thread-safe. */
public final class WindowsProcess implements TargetProcess {
    private static final String SOURCE = "process-parameters";

    private final ProcessInfo info;
    private final ProcessReaders readers;

    /** @param info a row that {@link ProcessRows} gave */
    public WindowsProcess(ProcessInfo info, ProcessReaders readers) {
        this.info = info;
        this.readers = readers;
    }

    @Override
    public ProcessInfo info() {
        return info;
    }

    @Override
    public TargetProcess withDtb(long dtb) {
        return new WindowsProcess(info.withDtb(dtb), readers);
    }

    private long process() {
        return Objects.requireNonNull(info.address());
    }

    @Override
    public MemoryView memory() {
        Long dtb = info.dtb();
        if (dtb == null) {
            throw new MemflowException(
                    ErrorOrigin.OS_LAYER,
                    ErrorKind.NOT_SUPPORTED,
                    "The root page table of process %d (%s) could not be read; its kernel memory can."
                            .formatted(info.pid(), info.name()));
        }
        return pages(dtb).memory();
    }

    private ProcessPages pages(long dtb) {
        return readers.pages().pages(process(), readers.kernel().processMemory(dtb));
    }

    @Override
    public Listing<MemoryRegion> regions() {
        return readers.regions().list("regions", rows -> rows.regions(process()));
    }

    @Override
    public Listing<ThreadInfo> threads() {
        return readers.threads().list("threads", rows -> rows.threads(info));
    }

    @Override
    public Listing<HandleInfo> handles() {
        return readers.handles().list("handles", rows -> rows.handles(info));
    }

    @Override
    public Listing<SocketInfo> sockets() {
        return readers.sockets().list("sockets", rows -> rows.sockets(List.of(info)));
    }

    @Override
    public Listing<ProcessDetails> details() {
        return readers.details().list("details", rows -> new Listing<>(List.of(rows.read(info)), List.of()));
    }

    @Override
    public Listing<PageRow> pages(AddressRange range) {
        Long dtb = info.dtb();
        return dtb == null
                ? Listing.absent("places of pages", "the process' root page table could not be read")
                : pages(dtb).pages(range);
    }

    /** Virtual address of its {@code PEB}; 0 when it has none. */
    private long peb() {
        return readers.kernel()
                .optionalField("_EPROCESS", "Peb")
                .map(field -> field.pointer(process()))
                .orElse(0L);
    }

    private UserLayout layout() {
        return UserLayout.of(PointerWidth.of(readers.kernel().memory().properties()));
    }

    private Optional<UserParameters> parameters() {
        long peb = peb();
        return peb == 0 ? Optional.empty() : Optional.of(UserParameters.read(memory(), layout(), peb));
    }

    @Override
    public List<EnvironmentVariable> environment() {
        return parameters().map(UserParameters::environment).orElse(List.of());
    }

    @Override
    public Listing<ProcessPlaces> places() {
        FieldReader fields = new FieldReader();
        String directory = fields.read(
                "CurrentDirectory",
                () -> parameters().map(UserParameters::currentDirectory).orElse(null));
        return new Listing<>(
                List.of(new ProcessPlaces(info.pid(), info.path(), directory, null, fields.provenance(SOURCE))),
                List.of());
    }

    @Override
    public Listing<ModuleInfo> modules() {
        return moduleList().map(PeModules::modules).orElse(new Listing<>(List.of(), List.of()));
    }

    @Override
    public Listing<ModuleDetails> moduleDetails() {
        return moduleList().map(PeModules::details).orElse(new Listing<>(List.of(), List.of()));
    }

    @Override
    public Optional<TargetModule> module(String name) {
        return moduleList().flatMap(list -> list.module(name));
    }

    /** Its modules; empty for a process without user memory. */
    private Optional<PeModules> moduleList() {
        if (info.dtb() == null || info.kind() == ProcessInfo.Kind.KERNEL) {
            return Optional.empty();
        }
        FieldReader fields = new FieldReader();
        List<ProcessModules.LoaderPlace> places = new ArrayList<>();
        long own = fields.readOr("Peb", 0L, this::peb);
        if (own != 0) {
            places.add(new ProcessModules.LoaderPlace(layout(), own));
        }
        long other = fields.readOr("WoW64Process", 0L, () -> new Wow64(readers.kernel()).peb(process()));
        if (other != 0) {
            places.add(new ProcessModules.LoaderPlace(UserLayout.BITS_32, other));
        }
        MemoryView memory = memory();
        Listing<ModuleInfo> found = new ProcessModules(memory).modules(places, regions());
        List<MissingPart> missing = new ArrayList<>(fields.provenance(SOURCE).missing());
        missing.addAll(found.missing());
        return Optional.of(new PeModules(new Listing<>(found.rows(), missing), memory));
    }
}
