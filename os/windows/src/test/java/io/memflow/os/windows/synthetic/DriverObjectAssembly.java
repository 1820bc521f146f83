package io.memflow.os.windows.synthetic;

import io.memflow.os.windows.synthetic.SyntheticDriverObject.Place;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Builds driver objects: one for each driver among the modules, one that the kernel made itself, and one of code that lies in
 * no module, which its directory does not hold. Confined.
 */
final class DriverObjectAssembly {
    private static final String OBJECT = "_DRIVER_OBJECT";
    private static final int PAGE = SyntheticRam.PAGE;
    /** {@code IO_TYPE_DRIVER}, wdm.h. */
    private static final int IO_DRIVER = 4;

    private static final int FUNCTIONS = 28;
    /** Functions that these drivers have handlers for: create, close, read, write, device control, cleanup, power, PnP. */
    private static final List<Integer> HANDLED = List.of(0, 2, 3, 4, 0xE, 0x12, 0x16, 0x1B);

    private static final int DEVICE_CONTROL = 0xE;
    /** Kinds of devices, devioctl.h. */
    private static final int CONTROLLER = 4;

    private static final int DISK = 7;
    private static final int FILE_SYSTEM = 8;
    private static final int NAMED_PIPE = 0x11;
    private static final int NETWORK = 0x12;
    /** {@code DRIVER_EXTENSION} and more behind the object. */
    private static final int EXTENSION_BYTES = 0x50;

    private final Machine machine;
    private final SyntheticTypes types;
    private final SyntheticSpace kernel;
    private final NamedObjects named;
    /** The kernel's own handler for what a driver does not handle. */
    private final long refusing;

    private final List<SyntheticDriverObject> made = new ArrayList<>();
    /** Code that lies in no module. */
    private final long stray;

    DriverObjectAssembly(Machine machine, NamedObjects named, long refusing) {
        this.machine = machine;
        this.named = named;
        this.refusing = refusing;
        types = machine.types();
        kernel = machine.kernel();
        stray = machine.nonPaged().pages(2);
    }

    /** What a driver object is to be like. */
    private record Plan(String name, String service, long base, long size, long section, String module) {}

    /** The object of a module's driver. Returns its address. */
    long ofModule(SyntheticDriver driver) {
        String service = driver.name().substring(0, driver.name().indexOf('.'));
        boolean isFileSystem = service.equals("ntfs");
        Plan plan = new Plan(
                (isFileSystem ? "\\FileSystem\\" : "\\Driver\\") + service,
                service,
                driver.base(),
                driver.size(),
                driver.entryAddress(),
                driver.name());
        long at = object(plan, isFileSystem ? named.fileSystems() : named.drivers(), Place.LISTED);
        List<Long> handlers = handlers(driver.base() + PAGE + 0x100);
        if (service.equals("made")) {
            handlers.set(DEVICE_CONTROL, stray + 0x40);
        }
        finish(at, plan, handlers, driver.entry(), devices(at, service), Place.LISTED);
        return at;
    }

    private List<Long> devices(long driver, String service) {
        DeviceAssembly devices = named.assembly();
        return switch (service) {
            case "disk" -> devices.give(driver, named.volume(), devices.create("DR0", named.devices(), DISK));
            case "ntfs" -> devices.give(driver, devices.create("", 0, FILE_SYSTEM));
            case "tcpip" -> devices.give(driver, devices.create("Tcp", named.devices(), NETWORK));
            case "afd" -> devices.give(driver, devices.create("Afd", named.devices(), NAMED_PIPE));
            case "made" -> {
                long filter = devices.create("", 0, DISK);
                devices.attach(filter, named.volume());
                yield devices.give(driver, filter);
            }
            default -> List.of();
        };
    }

    /** Those that belong to no module. */
    void others() {
        Plan own = new Plan("\\Driver\\PnpManager", "", 0, 0, 0, "");
        long at = object(own, named.drivers(), Place.LISTED);
        List<Long> handlers = new ArrayList<>(Collections.nCopies(FUNCTIONS, refusing));
        finish(
                at,
                own,
                handlers,
                refusing,
                named.assembly().give(at, named.assembly().create("", 0, CONTROLLER)),
                Place.LISTED);
        long foreign = machine.nonPaged().allocate(types.size("_LDR_DATA_TABLE_ENTRY"), "Made");
        Plan hidden = new Plan("\\Driver\\ghost", "ghost", stray, 2L * PAGE, foreign, "");
        long ghost = object(hidden, named.drivers(), Place.HIDDEN);
        finish(ghost, hidden, handlers(stray + 0x100), stray + 0x80, List.of(), Place.HIDDEN);
    }

    List<SyntheticDriverObject> all() {
        return made;
    }

    private List<Long> handlers(long code) {
        List<Long> handlers = new ArrayList<>();
        for (int function = 0; function < FUNCTIONS; function++) {
            handlers.add(HANDLED.contains(function) ? code + 0x10L * function : refusing);
        }
        return handlers;
    }

    private long object(Plan plan, long directory, Place place) {
        String last = plan.name.substring(plan.name.lastIndexOf('\\') + 1);
        int bytes = types.size(OBJECT) + EXTENSION_BYTES;
        return place == Place.LISTED
                ? machine.objects().create(ObjectType.DRIVER, bytes, last, directory)
                : machine.objects().createOutside(ObjectType.DRIVER, bytes, last, directory);
    }

    private void finish(long at, Plan plan, List<Long> handlers, long entry, List<Long> devices, Place place) {
        int pointer = machine.pointer();
        kernel.put16(at, IO_DRIVER);
        kernel.put16(at + 2, types.size(OBJECT));
        kernel.pointer(at + pointer, devices.isEmpty() ? 0 : devices.getFirst());
        kernel.pointer(member(at, "DriverStart"), plan.base);
        kernel.put32(member(at, "DriverSize"), plan.size);
        kernel.pointer(member(at, "DriverSection"), plan.section);
        machine.paged().string(member(at, "DriverName"), plan.name);
        kernel.pointer(member(at, "DriverInit"), entry);
        // Right behind the object, as the kernel has it; named by the pointer behind DriverSection.
        long extension = at + types.size(OBJECT);
        kernel.pointer(member(at, "DriverSection") + pointer, extension);
        kernel.pointer(extension, at);
        // Behind AddDevice and Count, which is aligned as the pointer behind it.
        machine.paged().string(extension + (pointer == Long.BYTES ? 0x18 : 0xC), plan.service);
        for (int function = 0; function < FUNCTIONS; function++) {
            kernel.pointer(member(at, "MajorFunction") + (long) function * pointer, handlers.get(function));
        }
        made.add(new SyntheticDriverObject(
                at, plan.name, plan.service, plan.base, plan.size, plan.module, handlers, devices, place));
    }

    private long member(long at, String name) {
        return at + types.at(OBJECT, name);
    }
}
