package io.memflow.cli.fake;

import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.AddressKind;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.BpfMapInfo;
import io.memflow.core.os.BpfProgramInfo;
import io.memflow.core.os.DeviceInfo;
import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.os.DriverInfo;
import io.memflow.core.os.EnvironmentVariable;
import io.memflow.core.os.HandleInfo;
import io.memflow.core.os.InputDeviceInfo;
import io.memflow.core.os.InterfaceInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.LogRecord;
import io.memflow.core.os.MachineFacts;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.os.ModuleDetails;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.MountInfo;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.OsInfo;
import io.memflow.core.os.PageRow;
import io.memflow.core.os.ProcessDetails;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.ProcessPlaces;
import io.memflow.core.os.RegistryHiveInfo;
import io.memflow.core.os.RegistryKeyInfo;
import io.memflow.core.os.RegistryValueInfo;
import io.memflow.core.os.ServiceInfo;
import io.memflow.core.os.SocketInfo;
import io.memflow.core.os.TargetModule;
import io.memflow.core.os.TargetProcess;
import io.memflow.core.os.ThreadInfo;
import io.memflow.core.paging.X86Paging;
import io.memflow.core.symbol.Symbol;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.symbol.TypeTable;
import java.util.List;
import java.util.Optional;

/**
 * An operating system whose lists are given. A process is found when it is in the list of processes; its regions, modules,
 * threads and environment are the ones given, whichever process it is.
 */
public record FakeSystem(
        Optional<PhysicalMemory> physicalMemory,
        List<DiscoveryStep> discovery,
        Listing<ProcessInfo> processes,
        Listing<ThreadInfo> threads,
        Listing<ModuleInfo> modules,
        Listing<MemoryRegion> regions,
        List<EnvironmentVariable> environment,
        List<Symbol> symbolList,
        FakeRows others)
        implements OperatingSystem {
    @Override
    public OsInfo info() {
        return new OsInfo(
                "linux",
                "Linux version 6.1.0-56-cloud-amd64",
                "x86-64",
                X86Paging.LEVEL4,
                0xffffffff9a000000L,
                0x1a000000L,
                30L << 20,
                0x19000000L,
                0x1c410000L);
    }

    @Override
    public MemoryView kernelMemory() {
        return new FakeMemory(AddressKind.VIRTUAL, List.of(), List.of());
    }

    @Override
    public SymbolTable symbols() {
        return new FakeSymbols(symbolList);
    }

    @Override
    public TypeTable types() {
        return new FakeTypes();
    }

    @Override
    public Optional<TargetProcess> process(int pid) {
        return processes.rows().stream()
                .filter(row -> row.pid() == pid)
                .findFirst()
                .map(row -> new FakeProcess(row, this));
    }

    @Override
    public Listing<HandleInfo> handles() {
        return others.all(HandleInfo.class);
    }

    @Override
    public Listing<ProcessPlaces> places() {
        return others.all(ProcessPlaces.class);
    }

    @Override
    public Listing<SocketInfo> sockets() {
        return others.all(SocketInfo.class);
    }

    @Override
    public Listing<MountInfo> mounts() {
        return others.all(MountInfo.class);
    }

    @Override
    public Listing<LogRecord> log() {
        return others.all(LogRecord.class);
    }

    @Override
    public Listing<ProcessDetails> details() {
        return others.all(ProcessDetails.class);
    }

    @Override
    public Listing<BpfProgramInfo> bpfPrograms() {
        return others.all(BpfProgramInfo.class);
    }

    @Override
    public Listing<BpfMapInfo> bpfMaps() {
        return others.all(BpfMapInfo.class);
    }

    @Override
    public Listing<ModuleDetails> moduleDetails() {
        return others.all(ModuleDetails.class);
    }

    @Override
    public Optional<TargetModule> module(String name) {
        return modules.rows().stream()
                .filter(row -> row.name().equals(name))
                .findFirst()
                .map(row -> new FakeModule(row, others));
    }

    @Override
    public Listing<InputDeviceInfo> inputDevices() {
        return others.all(InputDeviceInfo.class);
    }

    @Override
    public Listing<InterfaceInfo> interfaces() {
        return others.all(InterfaceInfo.class);
    }

    @Override
    public Listing<RegistryHiveInfo> registryHives() {
        return others.all(RegistryHiveInfo.class);
    }

    @Override
    public Listing<RegistryKeyInfo> registryKeys(String path) {
        return others.some(RegistryKeyInfo.class, key -> key.path().startsWith(path + "\\"));
    }

    @Override
    public Listing<RegistryValueInfo> registryValues(String path) {
        return others.some(RegistryValueInfo.class, value -> value.key().equals(path));
    }

    @Override
    public Listing<ServiceInfo> services() {
        return others.all(ServiceInfo.class);
    }

    @Override
    public Listing<DriverInfo> drivers() {
        return others.all(DriverInfo.class);
    }

    @Override
    public Listing<DeviceInfo> devices() {
        return others.all(DeviceInfo.class);
    }

    @Override
    public Listing<MachineFacts> machine() {
        return others.all(MachineFacts.class);
    }

    @Override
    public void close() {
        physicalMemory.ifPresent(PhysicalMemory::close);
    }

    private record FakeProcess(ProcessInfo info, FakeSystem system) implements TargetProcess {
        @Override
        public MemoryView memory() {
            // It has the holes of the memory below, at the same addresses.
            List<AddressRange> holes = system.physicalMemory
                    .filter(FakeMemory.class::isInstance)
                    .map(memory -> ((FakeMemory) memory).holes())
                    .orElse(List.of());
            return new FakeMemory(AddressKind.VIRTUAL, holes, List.of());
        }

        @Override
        public Listing<MemoryRegion> regions() {
            return system.regions;
        }

        @Override
        public Listing<ThreadInfo> threads() {
            return new Listing<>(
                    system.threads.rows().stream()
                            .filter(thread -> thread.pid() == info.pid())
                            .toList(),
                    system.threads.missing());
        }

        @Override
        public List<EnvironmentVariable> environment() {
            return system.environment;
        }

        @Override
        public Listing<ModuleInfo> modules() {
            return system.modules;
        }

        @Override
        public Listing<ModuleDetails> moduleDetails() {
            return system.moduleDetails();
        }

        @Override
        public Optional<TargetModule> module(String name) {
            return system.module(name);
        }

        @Override
        public Listing<PageRow> pages(AddressRange range) {
            return system.others.some(
                    PageRow.class, row -> range.contains(row.run().range().start()));
        }

        @Override
        public Listing<HandleInfo> handles() {
            return system.others.some(HandleInfo.class, row -> row.pid() == info.pid());
        }

        @Override
        public Listing<ProcessPlaces> places() {
            return system.others.some(ProcessPlaces.class, row -> row.pid() == info.pid());
        }

        @Override
        public Listing<SocketInfo> sockets() {
            return system.others.some(SocketInfo.class, row -> row.holders().contains(info.pid()));
        }

        @Override
        public Listing<MountInfo> mounts() {
            return system.others.all(MountInfo.class);
        }

        @Override
        public Listing<ProcessDetails> details() {
            return system.others.some(ProcessDetails.class, row -> row.pid() == info.pid());
        }
    }
}
