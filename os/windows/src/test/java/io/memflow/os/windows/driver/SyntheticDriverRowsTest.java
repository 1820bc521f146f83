package io.memflow.os.windows.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.DeviceInfo;
import io.memflow.core.os.DriverInfo;
import io.memflow.core.os.DriverInfo.Handler;
import io.memflow.core.os.Listing;
import io.memflow.os.windows.TestedBuild;
import io.memflow.os.windows.synthetic.SyntheticDevice;
import io.memflow.os.windows.synthetic.SyntheticDriver;
import io.memflow.os.windows.synthetic.SyntheticDriverObject;
import io.memflow.os.windows.synthetic.SyntheticDriverObject.Place;
import io.memflow.os.windows.synthetic.SyntheticWindows;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Driver and device objects of synthetic machines equal what they were built with. */
class SyntheticDriverRowsTest {
    @ParameterizedTest
    @EnumSource
    void syntheticDriverObjectsAreListedWithAllTheyName(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().build()) {
            Listing<DriverInfo> drivers = new DriverRows(machine.kernel()).drivers();
            Map<Long, DriverInfo> rows =
                    drivers.rows().stream().collect(Collectors.toMap(DriverInfo::address, Function.identity()));
            List<SyntheticDriverObject> truth = machine.objects().drivers();
            assertThat(rows).hasSameSizeAs(truth);
            for (SyntheticDriverObject own : truth) {
                assertThat(rows).containsKey(own.address());
                compare(machine, Objects.requireNonNull(rows.get(own.address())), own);
            }
        }
    }

    private static void compare(SyntheticWindows machine, DriverInfo row, SyntheticDriverObject truth) {
        assertThat(row.provenance().missing()).isEmpty();
        assertThat(row.name()).isEqualTo(truth.name());
        assertThat(row.serviceKey()).isEqualTo(truth.serviceKey().isEmpty() ? null : truth.serviceKey());
        assertThat(row.base()).isEqualTo(truth.base() == 0 ? null : truth.base());
        assertThat(row.size()).isEqualTo(truth.base() == 0 ? null : truth.size());
        assertThat(row.module()).isEqualTo(truth.module().isEmpty() ? null : truth.module());
        assertThat(row.devices()).isEqualTo(truth.devices());
        assertThat(row.handlers())
                .extracting(handler -> handler.routine().address())
                .containsExactlyElementsOf(truth.handlers());
        for (Handler handler : row.handlers()) {
            assertThat(handler.routine().module())
                    .isEqualTo(module(machine, handler.routine().address()).orElse(null));
        }
        assertThat(row.start()).isNull();
        assertThat(row.unload()).isNull();
        assertThat(row.initialize()).isNotNull();
        assertThat(row.provenance().sources()).contains("pool-scan");
        if (truth.listing() == Place.LISTED) {
            assertThat(row.provenance().sources()).contains("object-directory");
        } else {
            assertThat(row.provenance().sources()).doesNotContain("object-directory");
        }
    }

    private static Optional<String> module(SyntheticWindows machine, long address) {
        return machine.drivers().stream()
                .filter(module -> address - module.base() >= 0 && address - module.base() < module.size())
                .map(SyntheticDriver::name)
                .findFirst();
    }

    @ParameterizedTest
    @EnumSource
    void aSyntheticDriverThatNoDirectoryHoldsIsNamedAndSoIsItsLackOfAModule(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().build()) {
            Listing<DriverInfo> drivers = new DriverRows(machine.kernel()).drivers();
            assertThat(drivers.missing())
                    .extracting(part -> part.what() + ": " + part.why())
                    .satisfiesExactly(
                            hidden -> assertThat(hidden)
                                    .isEqualTo("object directory: driver \\Driver\\ghost is not in it, but was found"
                                            + " by pool-scan: it is hidden, or is being unloaded"),
                            lacking -> assertThat(lacking)
                                    .startsWith("PsLoadedModuleList: driver \\Driver\\ghost names a module at ")
                                    .endsWith(" that is not on it: it is hidden, or was cut off"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void syntheticHandlersOutsideOfAllModulesAreToldFromTheOthers(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().build()) {
            Map<String, Integer> outside = new DriverRows(machine.kernel())
                    .drivers().rows().stream()
                            .filter(row -> !row.handlersOutside().isEmpty())
                            .collect(Collectors.toMap(
                                    row -> String.valueOf(row.name()),
                                    row -> row.handlersOutside().size()));
            assertThat(outside).isEqualTo(Map.of("\\Driver\\made", 1, "\\Driver\\ghost", 8));
        }
    }

    @ParameterizedTest
    @EnumSource
    void syntheticDevicesAreListedWithTheirStacks(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().build()) {
            Map<Long, String> drivers = machine.objects().drivers().stream()
                    .collect(Collectors.toMap(SyntheticDriverObject::address, SyntheticDriverObject::name));
            Listing<DeviceInfo> devices = new DeviceRows(machine.kernel()).devices();
            Map<Long, DeviceInfo> rows =
                    devices.rows().stream().collect(Collectors.toMap(DeviceInfo::address, Function.identity()));
            assertThat(rows).hasSameSizeAs(machine.objects().devices());
            for (SyntheticDevice truth : machine.objects().devices()) {
                assertThat(rows).containsKey(truth.address());
                DeviceInfo row = Objects.requireNonNull(rows.get(truth.address()));
                assertThat(row.provenance().missing()).isEmpty();
                assertThat(row.name()).isEqualTo(truth.name().isEmpty() ? null : truth.name());
                assertThat(row.driver()).isEqualTo(truth.driver());
                assertThat(row.driverName()).isEqualTo(drivers.get(truth.driver()));
                assertThat(row.type()).isEqualTo((long) truth.type());
                assertThat(row.typeName()).isEqualTo(DeviceKinds.name(truth.type()));
                assertThat(row.stackSize()).isEqualTo(truth.stackSize());
                assertThat(row.above()).isEqualTo(orNull(truth.above()));
                assertThat(row.below()).isEqualTo(orNull(truth.below()));
                assertThat(row.next()).isEqualTo(orNull(truth.next()));
            }
            assertThat(devices.rows()).anySatisfy(row -> assertThat(row.below()).isNotNull());
        }
    }

    private static @Nullable Long orNull(long address) {
        return address == 0 ? null : address;
    }

    /** Numbers of devioctl.h. */
    @Test
    void kindsOfDevicesHaveTheirNumbers() {
        assertThat(DeviceKinds.name(0)).isNull();
        assertThat(DeviceKinds.name(1)).isEqualTo("beep");
        assertThat(DeviceKinds.name(0x7)).isEqualTo("disk");
        assertThat(DeviceKinds.name(0xB)).isEqualTo("keyboard");
        assertThat(DeviceKinds.name(0x12)).isEqualTo("network");
        assertThat(DeviceKinds.name(0x22)).isEqualTo("unknown");
        assertThat(DeviceKinds.name(0x2F)).isEqualTo("ks");
        assertThat(DeviceKinds.name(0x32)).isEqualTo("acpi");
        assertThat(DeviceKinds.name(0x3B)).isEqualTo("infiniband");
        assertThat(DeviceKinds.name(0x8001)).isNull();
    }
}
