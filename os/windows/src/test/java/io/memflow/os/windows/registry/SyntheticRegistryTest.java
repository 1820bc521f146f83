package io.memflow.os.windows.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MemflowException;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.RegistryHiveInfo;
import io.memflow.core.os.RegistryKeyInfo;
import io.memflow.core.os.RegistryValueInfo;
import io.memflow.core.os.ServiceInfo;
import io.memflow.formats.synthetic.HiveBuilder;
import io.memflow.os.windows.structure.WindowsArchitecture;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hives in synthetic memory, by the published structures of a build of each age. */
class SyntheticRegistryTest {
    private static final String SYSTEM_FILE = "\\Device\\HarddiskVolume1\\WINDOWS\\system32\\config\\system";

    /** A machine with three hives. */
    private record Made(HiveMachine machine, WindowsRegistry registry, long system, long software) {}

    private static Made make(WindowsArchitecture architecture, int build, HiveMachine.Head head) {
        HiveMachine machine = new HiveMachine(architecture, build);
        long system = machine.add(system(), SYSTEM_FILE, "\\REGISTRY\\MACHINE\\SYSTEM");
        HiveBuilder made = new HiveBuilder();
        made.root().key("Microsoft").text("Name", "value").value("long", 3, new byte[40_000]);
        long software =
                machine.add(made, "\\??\\C:\\WINDOWS\\system32\\config\\software", "\\REGISTRY\\MACHINE\\SOFTWARE");
        HiveBuilder master = new HiveBuilder(5, "REGISTRY");
        HiveBuilder.Key names = master.root().key("MACHINE");
        names.key("SYSTEM").mount(system);
        names.key("SOFTWARE").mount(software);
        machine.add(master, null, null);
        machine.link(head);
        return new Made(machine, new WindowsRegistry(machine.kernel()), system, software);
    }

    private static HiveBuilder system() {
        HiveBuilder hive = new HiveBuilder();
        hive.root().key("Select").number("Current", 2);
        HiveBuilder.Key services = hive.root().key("ControlSet002").key("Services");
        services.key("disk").number("Type", 1).number("Start", 0).text("ImagePath", "System32\\drivers\\disk.sys");
        HiveBuilder.Key shared = services.key("Dnscache");
        shared.number("Type", 0x20)
                .number("Start", 2)
                .text("DisplayName", "DNS Client")
                .text("ObjectName", "NT AUTHORITY\\NetworkService");
        shared.key("Parameters").text("ServiceDll", "%SystemRoot%\\System32\\dnsrslvr.dll");
        services.key("settings");
        hive.root().volatileKey("CurrentControlSet").link().text("SymbolicLinkValue", "ControlSet002");
        for (int i = 0; i < 400; i++) {
            hive.root().key("Filler" + i).value("bytes", 3, new byte[6000]);
        }
        return hive;
    }

    @ParameterizedTest
    @CsvSource({"X86_PAE, 2600", "X86, 7601", "X64, 7601", "X64, 9600", "X64, 10240", "X64, 19041"})
    void hivesAreListedWithWhereTheyAreMounted(WindowsArchitecture architecture, int build) {
        Made made = make(architecture, build, HiveMachine.Head.PRESENT);
        Listing<RegistryHiveInfo> hives = made.registry().hives();
        assertThat(hives.missing()).isEmpty();
        assertThat(hives.rows())
                .allSatisfy(hive -> assertThat(hive.provenance().missing()).isEmpty());
        assertThat(hives.rows())
                .extracting(RegistryHiveInfo::root)
                .containsExactly("\\REGISTRY\\MACHINE\\SYSTEM", "\\REGISTRY\\MACHINE\\SOFTWARE", "\\REGISTRY");
        assertThat(hives.rows()).extracting(RegistryHiveInfo::address).startsWith(made.system(), made.software());
        assertThat(hives.rows().getFirst().file()).isEqualTo(SYSTEM_FILE);
        assertThat(hives.rows().getFirst().bytes()).isGreaterThan(2 << 20);
        assertThat(hives.rows().getFirst().volatileBytes()).isEqualTo(4096);
        assertThat(hives.rows().getFirst().isDirty()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"X86_PAE, 2600", "X64, 7601", "X64, 14393", "X64, 19041"})
    void keysAndValuesAreReadThroughTheMap(WindowsArchitecture architecture, int build) {
        WindowsRegistry registry =
                make(architecture, build, HiveMachine.Head.PRESENT).registry();
        assertThat(registry.keys("HKLM\\system").rows())
                .hasSize(403)
                .last()
                .satisfies(key -> assertThat(key.path()).isEqualTo("\\REGISTRY\\MACHINE\\SYSTEM\\CurrentControlSet"))
                .extracting(RegistryKeyInfo::kind)
                .isEqualTo(RegistryKeyInfo.Kind.LINK);
        assertThat(registry.keys("\\Registry\\Machine").rows())
                .extracting(RegistryKeyInfo::kind)
                .containsOnly(RegistryKeyInfo.Kind.MOUNT);
        Listing<RegistryValueInfo> values = registry.values("SOFTWARE\\Microsoft");
        assertThat(values.isComplete()).isTrue();
        assertThat(values.rows().getFirst().text()).hasValue("value");
        assertThat(Objects.requireNonNull(values.rows().getLast().data()).byteSize())
                .isEqualTo(40_000);
        assertThat(registry.values("SYSTEM\\Filler399").rows()).hasSize(1);
        assertThatThrownBy(() -> registry.keys("SYSTEM\\none"))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("has no such key");
        assertThatThrownBy(() -> registry.keys("OTHER")).hasMessageContaining("no hive of that name");
    }

    @ParameterizedTest
    @CsvSource({"X86_PAE, 2600", "X64, 19041"})
    void servicesAreThoseOfTheCurrentSet(WindowsArchitecture architecture, int build) {
        List<ServiceInfo> services = make(architecture, build, HiveMachine.Head.PRESENT)
                .registry()
                .services()
                .rows();
        assertThat(services).extracting(ServiceInfo::name).containsExactly("disk", "Dnscache", "settings");
        assertThat(services)
                .extracting(ServiceInfo::kind)
                .containsExactly(ServiceInfo.Kind.KERNEL_DRIVER, ServiceInfo.Kind.SHARED_PROCESS, null);
        assertThat(services)
                .extracting(ServiceInfo::start)
                .containsExactly(ServiceInfo.Start.BOOT, ServiceInfo.Start.AUTOMATIC, null);
        assertThat(services.get(1).library()).isEqualTo("%SystemRoot%\\System32\\dnsrslvr.dll");
    }

    @ParameterizedTest
    @CsvSource({"X86_PAE, 2600", "X64, 19041"})
    void withoutTheListHivesAreFoundByTheirSignature(WindowsArchitecture architecture, int build) {
        Listing<RegistryHiveInfo> hives =
                make(architecture, build, HiveMachine.Head.LOST).registry().hives();
        assertThat(hives.rows()).hasSize(3);
        assertThat(hives.missing()).extracting(MissingPart::what).containsExactly("CmpHiveListHead");
        assertThat(hives.rows().getFirst().provenance().sources()).contains("hive-scan");
    }

    @ParameterizedTest
    @CsvSource({"X86_PAE, 2600", "X64, 19041"})
    void aHiveWhoseLinksAreCutLosesNoOther(WindowsArchitecture architecture, int build) {
        Made made = make(architecture, build, HiveMachine.Head.PRESENT);
        made.machine().cut(made.software());
        Listing<RegistryHiveInfo> hives = made.registry().hives();
        assertThat(hives.rows()).hasSize(3);
        assertThat(hives.missing()).isNotEmpty();
    }
}
