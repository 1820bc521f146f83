package io.memflow.os.windows.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PointerWidth;
import io.memflow.core.os.DeviceInfo;
import io.memflow.core.os.DriverInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.os.windows.TestedBuild;
import io.memflow.os.windows.Wounds;
import io.memflow.os.windows.object.ObjectHeaders;
import io.memflow.os.windows.structure.WindowsKernel;
import io.memflow.os.windows.synthetic.SyntheticDevice;
import io.memflow.os.windows.synthetic.SyntheticDriverObject;
import io.memflow.os.windows.synthetic.SyntheticWindows;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Wounds of what leads to driver objects are named and lose no driver. */
class SyntheticDriverDamageTest {
    private static final int BUCKETS = 37;

    private static DriverLayout layout(WindowsKernel kernel) {
        return DriverLayout.of(PointerWidth.of(kernel.memory().properties()));
    }

    private static SyntheticDriverObject driver(SyntheticWindows machine, String name) {
        return machine.objects().drivers().stream()
                .filter(driver -> driver.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<Long> addresses(SyntheticWindows machine) {
        return machine.objects().drivers().stream()
                .map(SyntheticDriverObject::address)
                .toList();
    }

    /** The place of the first chain that is in use in the topmost directory. */
    private static long usedBucket(SyntheticWindows machine) {
        MemoryView memory = machine.kernel().memory();
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            long place =
                    machine.objects().root() + (long) bucket * machine.kernel().pointerBytes();
            if (memory.readPointer(place) != 0) {
                return place;
            }
        }
        throw new IllegalStateException("an empty directory");
    }

    private static void assertAllFound(SyntheticWindows machine, Listing<DriverInfo> drivers) {
        assertThat(drivers.rows())
                .extracting(DriverInfo::address)
                .containsExactlyInAnyOrderElementsOf(addresses(machine));
    }

    @ParameterizedTest
    @EnumSource
    void aCycleInAChainOfASyntheticDirectoryEndsAndIsNamed(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().build()) {
            MemoryView memory = machine.kernel().memory();
            long entry = memory.readPointer(usedBucket(machine));
            memory.writePointer(entry, entry);
            Listing<DriverInfo> drivers = new DriverRows(machine.kernel()).drivers();
            assertAllFound(machine, drivers);
            assertThat(drivers.missing())
                    .anySatisfy(part -> assertThat(part.why()).endsWith("which was there before"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aChainThatLeadsOutOfTheKernelIsNamed(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().build()) {
            machine.kernel().memory().writePointer(usedBucket(machine), 0x1_0000);
            Listing<DriverInfo> drivers = new DriverRows(machine.kernel()).drivers();
            assertAllFound(machine, drivers);
            assertThat(drivers.missing())
                    .extracting(MissingPart::what)
                    .anySatisfy(what -> assertThat(what).startsWith("chain ").endsWith("of directory \\"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void withoutATopmostDirectoryMemoryIsLookedThrough(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().build()) {
            WindowsKernel kernel =
                    Wounds.without(machine.kernel(), machine.objects().root());
            Listing<DriverInfo> drivers = new DriverRows(kernel).drivers();
            // Other objects may lie in that page: what is in it is lost, and nothing is made up.
            assertThat(drivers.rows()).isNotEmpty();
            assertThat(addresses(machine))
                    .containsAll(
                            drivers.rows().stream().map(DriverInfo::address).toList());
            assertThat(drivers.missing()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSyntheticListOfDevicesThatComesBackEndsAndIsNamed(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().build()) {
            WindowsKernel kernel = machine.kernel();
            SyntheticDriverObject disk = driver(machine, "\\Driver\\disk");
            long last = disk.devices().getLast();
            kernel.memory()
                    .writePointer(
                            last + layout(kernel).device().next(),
                            disk.devices().getFirst());
            DriverInfo row = new DriverRows(kernel)
                    .drivers().rows().stream()
                            .filter(one -> one.address() == disk.address())
                            .findFirst()
                            .orElseThrow();
            assertThat(row.devices()).isEqualTo(disk.devices());
            assertThat(row.provenance().missing())
                    .singleElement()
                    .satisfies(part -> assertThat(part.why()).startsWith("its list comes back to "));
        }
    }

    @ParameterizedTest
    @EnumSource
    void foreignPointersOfSyntheticDevicesAreNamedInTheirRows(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().build()) {
            WindowsKernel kernel = machine.kernel();
            DriverLayout.Device members = layout(kernel).device();
            SyntheticDevice named = machine.objects().devices().stream()
                    .filter(device -> device.name().equals("\\Device\\Tcp"))
                    .findFirst()
                    .orElseThrow();
            long foreign = kernel.image().base();
            kernel.memory().writePointer(named.address() + members.driver(), foreign);
            kernel.memory().writePointer(named.address() + members.attached(), 0x1_0000);
            kernel.memory().writePointer(named.address() + members.next(), foreign);
            DeviceInfo row = new DeviceRows(kernel)
                    .devices().rows().stream()
                            .filter(one -> one.address() == named.address())
                            .findFirst()
                            .orElseThrow();
            assertThat(row.driver()).isNull();
            assertThat(row.above()).isNull();
            assertThat(row.next()).isNull();
            assertThat(row.name()).isEqualTo("\\Device\\Tcp");
            assertThat(row.provenance().missing())
                    .extracting(MissingPart::what)
                    .containsExactly("DriverObject", "AttachedDevice", "NextDevice");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSyntheticDriverThatWasFreedIsNoRow(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().build()) {
            WindowsKernel kernel = machine.kernel();
            SyntheticDriverObject ghost = driver(machine, "\\Driver\\ghost");
            // Freed objects lose their type and keep all else until something else lies there.
            ObjectHeaders headers = new ObjectHeaders(kernel);
            long header = headers.header(ghost.address());
            kernel.optionalField("_OBJECT_HEADER", "Type")
                    .ifPresent(field -> kernel.memory().writePointer(field.at(header), 0xBAD0_B0B0L));
            kernel.optionalField("_OBJECT_HEADER", "TypeIndex")
                    .ifPresent(field -> kernel.memory().writeByte(field.at(header), (byte)
                            (kernel.memory().readUnsigned(field.at(header), 1) ^ 0xE)));
            assertThat(new DriverRows(kernel).drivers().rows())
                    .extracting(DriverInfo::address)
                    .doesNotContain(ghost.address());
        }
    }
}
