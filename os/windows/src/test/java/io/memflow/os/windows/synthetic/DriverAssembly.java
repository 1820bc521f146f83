package io.memflow.os.windows.synthetic;

import java.util.ArrayList;
import java.util.List;

/** Builds the kernel's modules and their list. Stateless. */
final class DriverAssembly {
    private static final String ENTRY = "_LDR_DATA_TABLE_ENTRY";
    private static final int PAGE = SyntheticRam.PAGE;
    private static final int GAP = 0x1_0000;
    private static final int NATIVE = 1;
    private static final List<String> DRIVERS =
            List.of("hal.dll", "kdcom.dll", "disk.sys", "ntfs.sys", "tcpip.sys", "afd.sys", "win32k.sys", "made.sys");

    private DriverAssembly() {}

    static List<SyntheticDriver> build(Machine machine, KernelImage image) {
        String folder = "\\SystemRoot\\system32\\";
        List<SyntheticDriver> drivers = new ArrayList<>();
        drivers.add(entry(
                machine,
                new SyntheticDriver(
                        0, image.base(), image.size(), "ntoskrnl.exe", folder + "ntoskrnl.exe", image.entry(), 0)));
        long base = machine.places().drivers();
        for (int i = 0; i < DRIVERS.size(); i++) {
            String name = DRIVERS.get(i);
            int size = (6 + i * 3) * PAGE;
            boolean isLibrary = name.endsWith(".dll");
            load(machine, name, base, size);
            String path = isLibrary ? folder + name : folder + "drivers\\" + name;
            long entry = base + PAGE + 0x40;
            SyntheticDriver driver = entry(machine, new SyntheticDriver(0, base, size, name, path, entry, 0));
            drivers.add(isLibrary ? driver : withObject(machine, driver));
            base += size + GAP - 1 & -GAP;
        }
        machine.kernel()
                .ring(
                        image.address(KernelVariable.PS_LOADED_MODULE_LIST),
                        machine.pointer(),
                        drivers.stream().map(SyntheticDriver::entryAddress).toList());
        return drivers;
    }

    private static void load(Machine machine, String name, long base, int size) {
        PeWriter image = new PeWriter(
                        name, PeWriter.machine(machine.options().architecture), base, size, size, PAGE + 0x40)
                .subsystem(NATIVE)
                .section(".text", PAGE, 2 * PAGE, PeWriter.CODE)
                .section(".rdata", 3 * PAGE, PAGE, PeWriter.READ)
                .section(".data", 4 * PAGE, size - 4 * PAGE, PeWriter.WRITE)
                .export("Made", PAGE + 0x80)
                .exportsAt(3 * PAGE);
        machine.kernel().mapFresh(base, size, PageAccess.KERNEL_WRITE);
        machine.kernel().bytes(base, image.build());
    }

    private static SyntheticDriver entry(Machine machine, SyntheticDriver driver) {
        SyntheticTypes types = machine.types();
        SyntheticSpace kernel = machine.kernel();
        long at = machine.nonPaged().allocate(types.size(ENTRY), "MmLd");
        kernel.pointer(at + types.at(ENTRY, "DllBase"), driver.base());
        kernel.pointer(at + types.at(ENTRY, "EntryPoint"), driver.entry());
        kernel.put32(at + types.at(ENTRY, "SizeOfImage"), driver.size());
        machine.paged().string(at + types.at(ENTRY, "FullDllName"), driver.path());
        machine.paged().string(at + types.at(ENTRY, "BaseDllName"), driver.name());
        return new SyntheticDriver(
                at, driver.base(), driver.size(), driver.name(), driver.path(), driver.entry(), driver.object());
    }

    private static SyntheticDriver withObject(Machine machine, SyntheticDriver driver) {
        SyntheticTypes types = machine.types();
        SyntheticSpace kernel = machine.kernel();
        String name = driver.name().substring(0, driver.name().indexOf('.'));
        long at = machine.objects().create(ObjectType.DRIVER, types.size("_DRIVER_OBJECT"), name);
        // IO_TYPE_DRIVER and the structure's size.
        kernel.put16(at, 4);
        kernel.put16(at + 2, types.size("_DRIVER_OBJECT"));
        kernel.pointer(at + types.at("_DRIVER_OBJECT", "DriverStart"), driver.base());
        kernel.put32(at + types.at("_DRIVER_OBJECT", "DriverSize"), driver.size());
        kernel.pointer(at + types.at("_DRIVER_OBJECT", "DriverSection"), driver.entryAddress());
        machine.paged().string(at + types.at("_DRIVER_OBJECT", "DriverName"), "\\Driver\\" + name);
        kernel.pointer(at + types.at("_DRIVER_OBJECT", "DriverInit"), driver.entry());
        return new SyntheticDriver(
                driver.entryAddress(), driver.base(), driver.size(), driver.name(), driver.path(), driver.entry(), at);
    }
}
