package io.memflow.os.windows;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.os.HandleInfo;
import io.memflow.core.os.InputDeviceInfo;
import io.memflow.core.os.Keyboard;
import io.memflow.core.os.Listing;
import io.memflow.core.os.ModuleDetails;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.OsInfo;
import io.memflow.core.os.ProcessDetails;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.ProcessPlaces;
import io.memflow.core.os.RegistryHiveInfo;
import io.memflow.core.os.RegistryKeyInfo;
import io.memflow.core.os.RegistryValueInfo;
import io.memflow.core.os.ServiceInfo;
import io.memflow.core.os.TargetModule;
import io.memflow.core.os.TargetProcess;
import io.memflow.core.os.ThreadInfo;
import io.memflow.core.structure.WhenKnown;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.symbol.TypeTable;
import io.memflow.os.windows.discovery.DiscoveredWindows;
import io.memflow.os.windows.input.Keyboards;
import io.memflow.os.windows.module.KernelModuleRows;
import io.memflow.os.windows.process.AllProcesses;
import io.memflow.os.windows.process.ProcessChoices;
import io.memflow.os.windows.registry.WindowsRegistry;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.List;
import java.util.Optional;

/** A Windows machine. Thread-safe. */
final class WindowsSystem implements OperatingSystem {
    private final PhysicalMemory physical;
    private final DiscoveredWindows discovered;
    private final WindowsKernel kernel;
    private final AllProcesses lists;
    private final WhenKnown<KernelModuleRows> modules;
    private final WindowsRegistry registry;
    private final Keyboards keyboards;

    WindowsSystem(PhysicalMemory physical, DiscoveredWindows discovered, ProcessChoices choices) {
        this.physical = physical;
        this.discovered = discovered;
        kernel = discovered.kernel();
        lists = new AllProcesses(kernel, choices);
        modules = new WhenKnown<>(() -> new KernelModuleRows(kernel));
        registry = new WindowsRegistry(kernel);
        keyboards = new Keyboards(kernel, this::processes, this::details, this::modules);
    }

    @Override
    public OsInfo info() {
        return discovered.info();
    }

    @Override
    public List<DiscoveryStep> discovery() {
        return discovered.steps();
    }

    /** Each member that the kernel's own code or structures tell, with all votes on it. */
    @Override
    public List<DiscoveryStep> checks() {
        return discovered.offsets().steps();
    }

    @Override
    public Optional<PhysicalMemory> physicalMemory() {
        return Optional.of(physical);
    }

    @Override
    public MemoryView kernelMemory() {
        return kernel.memory();
    }

    @Override
    public Listing<ProcessInfo> processes() {
        return lists.processes();
    }

    @Override
    public Listing<ThreadInfo> threads() {
        return lists.threads();
    }

    @Override
    public Listing<HandleInfo> handles() {
        return lists.handles();
    }

    @Override
    public Listing<ProcessDetails> details() {
        return lists.details();
    }

    @Override
    public Listing<ProcessPlaces> places() {
        return lists.places();
    }

    @Override
    public Listing<ModuleInfo> modules() {
        return modules.list("modules", KernelModuleRows::modules);
    }

    @Override
    public Listing<ModuleDetails> moduleDetails() {
        return modules.list("details of modules", KernelModuleRows::details);
    }

    @Override
    public Optional<TargetModule> module(String name) {
        return modules.get().module(name);
    }

    @Override
    public Listing<InputDeviceInfo> inputDevices() {
        return keyboards.devices();
    }

    @Override
    public List<Keyboard> keyboards() {
        return keyboards.keyboards();
    }

    @Override
    public Listing<RegistryHiveInfo> registryHives() {
        return registry.hives();
    }

    @Override
    public Listing<RegistryKeyInfo> registryKeys(String path) {
        return registry.keys(path);
    }

    @Override
    public Listing<RegistryValueInfo> registryValues(String path) {
        return registry.values(path);
    }

    @Override
    public Listing<ServiceInfo> services() {
        return registry.services();
    }

    @Override
    public SymbolTable symbols() {
        return kernel.symbols();
    }

    @Override
    public TypeTable types() {
        return kernel.layout().types();
    }

    @Override
    public Optional<TargetProcess> process(int pid) {
        return lists.process(pid);
    }

    @Override
    public TargetProcess process(ProcessInfo row) {
        return lists.process(row);
    }

    @Override
    public void close() {
        physical.close();
    }
}
