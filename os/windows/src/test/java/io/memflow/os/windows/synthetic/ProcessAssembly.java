package io.memflow.os.windows.synthetic;

import io.memflow.os.windows.structure.WindowsVersion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Builds one process. Confined. */
final class ProcessAssembly {
    private static final String EPROCESS = "_EPROCESS";
    private static final String KPROCESS = "_KPROCESS";
    /** {@code KOBJECTS.ProcessObject}. */
    private static final int PROCESS_OBJECT = 3;
    /** {@code STATUS_PENDING}: a process that has not ended. */
    private static final int PENDING = 0x103;

    private static final int ENDED = 1;
    private static final int KERNEL_THREADS = 8;
    /** In the lowest bits of a pointer with a count in it. */
    private static final int FAST_REFERENCES = 7;
    /** {@code IMAGE_FILE_MACHINE_I386}. */
    private static final int I386 = 0x14C;

    private final Machine machine;
    private final SyntheticTypes types;
    private final SyntheticSpace kernel;
    private final ProcessPlan plan;
    private final int index;
    private final SplittableRandom random;
    private final SyntheticSpace space;
    private final long address;
    private final long userRoot;
    private final List<SyntheticThread> threads = new ArrayList<>();
    private List<SyntheticRegion> regions = List.of();
    private ProcessHandles.@Nullable Made handles;
    private long token;

    /**
     * @param space its address space; that of the kernel for {@code System}
     * @param userRoot physical address of the root for user mode; 0 where there is no other
     * @param index of the process among all
     */
    ProcessAssembly(Machine machine, ProcessPlan plan, int index, SyntheticSpace space, long userRoot) {
        this.userRoot = userRoot;
        this.machine = machine;
        this.plan = plan;
        this.index = index;
        this.space = space;
        types = machine.types();
        kernel = machine.kernel();
        random = new SplittableRandom(machine.options().seed * 1009 + index);
        address = machine.objects().create(ObjectType.PROCESS, types.size(EPROCESS), "");
    }

    SyntheticProcess build(Registries registries) {
        boolean isEnded = plan.kind() == ProcessPlan.Kind.ENDED;
        UserAssembly user = null;
        PagedRegions paged = null;
        if (plan.hasUserSpace()) {
            user = new UserAssembly(machine, space, plan, random);
            user.build();
            paged = new PagedRegions(machine, space, plan);
            paged.add(user.regions(), registries.sections(), registries.fileFrames(), mappedFile());
        }
        dispatcher();
        identity(user, isEnded);
        long devicePathAt = member("SeAuditProcessCreationInfo");
        String devicePath = devicePath(user);
        long string = machine.paged().allocate(2 * machine.pointer(), "SeOn");
        machine.paged().string(string, devicePath);
        kernel.pointer(devicePathAt, string);
        if (plan.session() >= 0) {
            kernel.pointer(member("Session"), registries.sessions().space(plan.session()));
        }
        if (!isEnded) {
            threads(user, registries.threads());
        }
        linkThreads();
        token = SyntheticToken.write(machine, plan);
        // EX_FAST_REF: the lowest bits count.
        kernel.pointer(member("Token"), token | FAST_REFERENCES);
        if (!isEnded) {
            ProcessHandles.Made made = ProcessHandles.of(
                    machine,
                    registries.named(),
                    registries.handles(),
                    plan,
                    address,
                    threads,
                    user == null ? "" : devicePath);
            kernel.pointer(member("ObjectTable"), made.table());
            handles = made;
        }
        if (user != null) {
            regions = new RegionTree(machine, registries.sections()).write(address, user.regions());
            program(user, registries.sections());
        }
        return truth(user, devicePath, paged == null ? List.of() : paged.pages());
    }

    private String devicePath(@Nullable UserAssembly user) {
        if (user != null) {
            return user.program().devicePath();
        }
        return plan.folder().isEmpty() ? "" : SystemFolders.DEVICE + plan.folder() + "\\" + plan.name();
    }

    private void dispatcher() {
        kernel.put8(address, PROCESS_OBJECT);
        long waiters = address + 8;
        kernel.link(waiters, machine.pointer(), waiters, waiters);
        // Where there are two roots, their lowest bits are numbers that the processor tells them apart by (PCID).
        kernel.pointer(
                address + types.at(KPROCESS, "DirectoryTableBase"), userRoot == 0 ? space.root() : space.root() | 2);
        if (types.has(KPROCESS, "UserDirectoryTableBase")) {
            kernel.pointer(address + types.at(KPROCESS, "UserDirectoryTableBase"), userRoot | 1);
        }
    }

    private void identity(@Nullable UserAssembly user, boolean isEnded) {
        kernel.pointer(member("UniqueProcessId"), plan.id());
        kernel.pointer(member("InheritedFromUniqueProcessId"), plan.parentId());
        kernel.bytes(member("ImageFileName"), plan.shortName().getBytes(StandardCharsets.US_ASCII));
        kernel.put64(member("CreateTime"), Machine.startOf(index));
        kernel.put64(member("ExitTime"), isEnded ? Machine.endOf(index) : 0);
        kernel.put32(member("ExitStatus"), isEnded ? ENDED : PENDING);
        if (types.has(EPROCESS, "Protection")) {
            kernel.put8(member("Protection"), plan.protection());
        }
        if (user != null) {
            kernel.pointer(member("Peb"), user.places().peb());
            kernel.pointer(member("SectionBaseAddress"), user.program().base());
            if (plan.kind() == ProcessPlan.Kind.WOW64) {
                kernel.pointer(member("WoW64Process"), wow64(user.places().wow64Peb()));
            }
        }
    }

    /** The 32-bit block itself from Vista until 10 1507, before and after in a structure. */
    private long wow64(long peb) {
        if (machine.build() >= WindowsVersion.VISTA && machine.build() < KernelExports.WOW64_STRUCTURE_SINCE) {
            return peb;
        }
        long structure = machine.nonPaged().allocate(0x10, "Wow ");
        kernel.pointer(structure, peb);
        if (machine.build() >= WindowsVersion.VISTA) {
            kernel.put16(structure + machine.pointer(), I386);
        }
        return structure;
    }

    private long member(String name) {
        return address + types.at(EPROCESS, name);
    }

    private void threads(@Nullable UserAssembly user, ThreadPlaces threadPlaces) {
        int count = user == null ? KERNEL_THREADS : machine.options().threads;
        for (int i = 0; i < count; i++) {
            long id = threadPlaces.id();
            long teb = user == null ? 0 : user.thread(i, id);
            long start = user == null ? threadPlaces.kernelStart(i) : user.threadStart();
            threads.add(ThreadAssembly.build(
                    machine,
                    threadPlaces.stack(),
                    new ThreadAssembly.Place(
                            address,
                            plan.id(),
                            id,
                            teb,
                            start,
                            user == null ? start : user.win32Start(),
                            Machine.startOf(index) + 1000 + i)));
        }
    }

    private void linkThreads() {
        int pointer = machine.pointer();
        kernel.ring(
                address + types.at(KPROCESS, "ThreadListHead"),
                pointer,
                threads.stream()
                        .map(thread -> thread.address() + types.at("_KTHREAD", "ThreadListEntry"))
                        .toList());
        kernel.ring(
                member("ThreadListHead"),
                pointer,
                threads.stream()
                        .map(thread -> thread.address() + types.at("_ETHREAD", "ThreadListEntry"))
                        .toList());
        kernel.put32(member("ActiveThreads"), threads.size());
    }

    private String mappedFile() {
        return SystemFolders.DEVICE + SystemFolders.of(machine.build()).system32() + "\\locale.nls";
    }

    /** The section of the program itself. */
    private void program(UserAssembly user, MappedSections sections) {
        SharedImage program = user.program();
        MappedSection section = sections.section(
                program.devicePath(), program.base(), program.size(), program.frames(), SyntheticRegion.Kind.IMAGE);
        kernel.pointer(member("SectionObject"), sections.object(section));
        if (types.has(EPROCESS, "ImageFilePointer")) {
            kernel.pointer(member("ImageFilePointer"), section.file());
        }
    }

    private SyntheticProcess truth(@Nullable UserAssembly user, String devicePath, List<SyntheticPage> pages) {
        boolean isEnded = plan.kind() == ProcessPlan.Kind.ENDED;
        return new SyntheticProcess(
                address,
                plan.id(),
                plan.parentId(),
                plan.shortName(),
                devicePath,
                user == null ? SyntheticProcess.Parameters.NONE : user.parameters(),
                plan.session(),
                plan.sid(),
                space.root(),
                userRoot,
                Machine.startOf(index),
                isEnded ? Machine.endOf(index) : 0,
                isEnded ? ENDED : PENDING,
                types.has(EPROCESS, "Protection") ? plan.protection() : 0,
                user == null ? 0 : user.program().base(),
                user == null ? 0 : user.places().peb(),
                user == null ? 0 : user.places().wow64Peb(),
                handles == null ? 0 : handles.table(),
                token,
                threads,
                user == null ? List.of() : user.modules(),
                user == null ? List.of() : user.wow64Modules(),
                regions,
                handles == null ? List.of() : handles.handles(),
                pages);
    }
}
