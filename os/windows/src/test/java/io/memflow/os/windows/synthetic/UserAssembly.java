package io.memflow.os.windows.synthetic;

import io.memflow.os.windows.structure.WindowsVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Builds the lower half of one process. Confined. */
final class UserAssembly {
    private static final int PAGE = SyntheticRam.PAGE;
    private static final long STACK_STEP = 0x10_0000;
    private static final int STACK_PAGES = 2;
    private static final int OS_PLATFORM_NT = 2;
    private static final int TEB_PAGES_64 = 2;

    private final Machine machine;
    private final SyntheticSpace space;
    private final ProcessPlan plan;
    private final UserPlaces places;
    private final SharedImage program;
    private final SyntheticProcess.Parameters parameters;
    private List<SyntheticModule> modules = List.of();
    private List<SyntheticModule> wow64Modules = List.of();
    private final List<RegionPlan> regions = new ArrayList<>();

    UserAssembly(Machine machine, SyntheticSpace space, ProcessPlan plan, SplittableRandom random) {
        this.machine = machine;
        this.space = space;
        this.plan = plan;
        boolean isWow64 = plan.kind() == ProcessPlan.Kind.WOW64;
        places = UserPlaces.of(machine.build(), machine.pointer() == Long.BYTES, plan.kind(), random);
        program = isWow64
                ? machine.images().wow64Program(plan.name(), plan.folder())
                : machine.images().program(plan.name(), plan.folder());
        parameters = ProcessParameters.of(plan, program);
    }

    void build() {
        space.map(UserPlaces.SHARED, machine.sharedData(), PageAccess.USER_READ);
        regions.add(RegionPlan.ofPrivate(UserPlaces.SHARED, UserPlaces.SHARED + PAGE, RegionPlan.READ));
        int libraries = Math.min(machine.options().modules, plan.name().equals("smss.exe") ? 2 : Integer.MAX_VALUE) - 1;
        List<SharedImage> native64 = new ArrayList<>(List.of(program));
        if (plan.kind() == ProcessPlan.Kind.WOW64) {
            native64.addAll(machine.images().libraries(1));
            native64.addAll(machine.images().wow64Host());
            List<SharedImage> narrow = new ArrayList<>(List.of(program));
            narrow.addAll(machine.images().wow64Libraries(libraries));
            narrow.subList(1, narrow.size()).forEach(this::map);
            wow64Modules = block(places.wow64Heap(), places.wow64Peb(), machine.wow64Types(), Integer.BYTES, narrow);
        } else {
            native64.addAll(machine.images().libraries(libraries));
        }
        native64.forEach(this::map);
        modules = block(places.heap(), places.peb(), machine.types(), machine.pointer(), native64);
    }

    private void map(SharedImage image) {
        PageAccess[] access = {PageAccess.USER_READ, PageAccess.USER_CODE, PageAccess.USER_READ};
        for (int page = 0; page < image.frames().size(); page++) {
            space.map(image.base() + (long) page * PAGE, image.frames().get(page), access[page]);
        }
        regions.add(RegionPlan.ofImage(image));
    }

    /** Writes a {@code PEB} and what hangs on it. */
    private List<SyntheticModule> block(
            long heapStart, long peb, SyntheticTypes types, int width, List<SharedImage> images) {
        UserHeap heap = new UserHeap(space, heapStart);
        LoaderLists.Written written = LoaderLists.write(space, heap, types, width, images);
        long given = ProcessParameters.write(space, heap, types, width, parameters);
        space.mapFresh(peb, types.size("_PEB"), PageAccess.USER_WRITE);
        space.put(peb + types.at("_PEB", "ImageBaseAddress"), width, program.base());
        space.put(peb + types.at("_PEB", "Ldr"), width, written.data());
        space.put(peb + types.at("_PEB", "ProcessParameters"), width, given);
        space.put(peb + types.at("_PEB", "ProcessHeap"), width, heapStart);
        space.put32(peb + types.at("_PEB", "NumberOfHeaps"), 1);
        int version = types.at("_PEB", "OSMajorVersion");
        WindowsVersion windows = SharedData.version(machine.build());
        space.put32(peb + version, windows.major());
        space.put32(peb + version + 4, windows.minor());
        space.put16(peb + types.at("_PEB", "OSBuildNumber"), windows.build());
        space.put32(peb + types.at("_PEB", "OSBuildNumber") + 4, OS_PLATFORM_NT);
        long heapEnd = heap.end() + 0xFFFF & -0x1_0000L;
        regions.add(RegionPlan.ofPrivate(heapStart, heapEnd, RegionPlan.READ_WRITE));
        regions.add(RegionPlan.ofPrivate(peb, peb + PAGE, RegionPlan.READ_WRITE));
        return written.modules();
    }

    /** Writes a thread's block and stack; returns the block's virtual address. */
    long thread(int index, long threadId) {
        boolean isWow64 = plan.kind() == ProcessPlan.Kind.WOW64;
        long teb = places.firstTeb() + index * places.tebStep();
        long stackEnd = places.stacks() + (index + 1) * STACK_STEP;
        long stackStart = stackEnd - (long) STACK_PAGES * PAGE;
        space.mapFresh(stackStart, (long) STACK_PAGES * PAGE, PageAccess.USER_WRITE);
        regions.add(RegionPlan.ofPrivate(stackEnd - STACK_STEP / 2, stackEnd, RegionPlan.READ_WRITE));
        teb(teb, machine.types(), machine.pointer(), places.peb(), stackStart, stackEnd, threadId);
        int pages = machine.pointer() == Long.BYTES ? TEB_PAGES_64 : 1;
        if (isWow64) {
            long narrow = teb + (long) TEB_PAGES_64 * PAGE;
            teb(narrow, machine.wow64Types(), Integer.BYTES, places.wow64Peb(), stackStart, stackEnd, threadId);
            // NtTib.ExceptionList of the 64-bit block points to the 32-bit one.
            space.pointer(teb, narrow);
            pages++;
        }
        regions.add(RegionPlan.ofPrivate(teb, teb + (long) pages * PAGE, RegionPlan.READ_WRITE));
        return teb;
    }

    private void teb(
            long teb, SyntheticTypes types, int width, long peb, long stackStart, long stackEnd, long threadId) {
        space.mapFresh(teb, types.size("_TEB"), PageAccess.USER_WRITE);
        // NT_TIB: StackBase and StackLimit are its second and third member, Self its seventh.
        space.put(teb + width, width, stackEnd);
        space.put(teb + 2L * width, width, stackStart);
        space.put(teb + 6L * width, width, teb);
        space.put(teb + types.at("_TEB", "ClientId"), width, plan.id());
        space.put(teb + types.at("_TEB", "ClientId") + width, width, threadId);
        space.put(teb + types.at("_TEB", "ProcessEnvironmentBlock"), width, peb);
    }

    SharedImage program() {
        return program;
    }

    UserPlaces places() {
        return places;
    }

    SyntheticProcess.Parameters parameters() {
        return parameters;
    }

    List<SyntheticModule> modules() {
        return modules;
    }

    List<SyntheticModule> wow64Modules() {
        return wow64Modules;
    }

    List<RegionPlan> regions() {
        return regions;
    }

    /** Where threads start, whatever their program does. */
    long threadStart() {
        SyntheticModule ntdll = modules.get(1);
        return ntdll.base() + PAGE + 0x90;
    }

    /** Where a 32-bit or native program starts its threads. */
    long win32Start() {
        return program.entry();
    }
}
