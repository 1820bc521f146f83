package io.memflow.cli.command;

import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.TargetModule;
import io.memflow.core.os.TargetProcess;
import java.util.List;

/** The commands that list rows, one line of what each shows. Stateless. */
public final class ListCommands {
    private ListCommands() {}

    /** In the order help shows them. */
    public static List<Command> all() {
        return List.of(
                ListCommand.ofSystem(
                        "ps",
                        "List processes.",
                        OperatingSystem::processes,
                        new ProcessFormat(),
                        "memflow ps memory.raw",
                        "memflow ps qemu:vm1",
                        "memflow ps --json -c dump:memory.raw:base=0x40000000 -o linux"),
                ListCommand.ofProcessOrAll(
                        "threads",
                        "List the threads of one process, or of all.",
                        TargetProcess::threads,
                        OperatingSystem::threads,
                        new ThreadFormat(),
                        "memflow threads memory.raw",
                        "memflow threads 1 qemu:vm1"),
                ListCommand.ofProcessOrAll(
                        "files",
                        "List the open files of one process, or of all.",
                        TargetProcess::handles,
                        OperatingSystem::handles,
                        new HandleFormat(),
                        "memflow files memory.raw",
                        "memflow files --json 1 qemu:vm1"),
                ListCommand.ofProcessOrAll(
                        "places",
                        "Show program, current directory and root of one process, or of all.",
                        TargetProcess::places,
                        OperatingSystem::places,
                        new PlacesFormat(),
                        "memflow places memory.raw",
                        "memflow places --json 1 qemu:vm1"),
                ListCommand.ofProcessOrAll(
                        "details",
                        "Show namespaces, control groups, capabilities and exit codes.",
                        TargetProcess::details,
                        OperatingSystem::details,
                        new DetailsFormat(),
                        "memflow details memory.raw",
                        "memflow details --json 1 qemu:vm1"),
                ListCommand.ofProcessOrAll(
                        "sockets",
                        "List the sockets of one process, or of all.",
                        TargetProcess::sockets,
                        OperatingSystem::sockets,
                        new SocketFormat(),
                        "memflow sockets memory.raw",
                        "memflow sockets --json 1 qemu:vm1"),
                ListCommand.ofProcessOrAll(
                        "mounts",
                        "List the mounts one process sees, or those of all mount namespaces.",
                        TargetProcess::mounts,
                        OperatingSystem::mounts,
                        new MountFormat(),
                        "memflow mounts memory.raw",
                        "memflow mounts --json 1 qemu:vm1"),
                ListCommand.ofSystem(
                        "dmesg",
                        "Show the kernel's log.",
                        OperatingSystem::log,
                        new LogFormat(),
                        "memflow dmesg memory.raw",
                        "memflow dmesg --json qemu:vm1"),
                ListCommand.ofSystem(
                        "interfaces",
                        "List network interfaces and their addresses.",
                        OperatingSystem::interfaces,
                        new InterfaceFormat(),
                        "memflow interfaces memory.raw",
                        "memflow interfaces --json qemu:vm1"),
                ListCommand.ofSystem(
                        "bpf",
                        "List the programs in the kernel's virtual machine.",
                        OperatingSystem::bpfPrograms,
                        new BpfProgramFormat(),
                        "memflow bpf memory.raw",
                        "memflow bpf --json qemu:vm1"),
                ListCommand.ofSystem(
                        "bpf-maps",
                        "List the maps such programs share.",
                        OperatingSystem::bpfMaps,
                        new BpfMapFormat(),
                        "memflow bpf-maps memory.raw",
                        "memflow bpf-maps --json qemu:vm1"),
                ListCommand.ofSystem(
                        "keyboard",
                        "List input devices and the keys that are held down.",
                        OperatingSystem::inputDevices,
                        new InputDeviceFormat(),
                        "memflow keyboard memory.raw",
                        "memflow keyboard --json qemu:vm1"),
                ListCommand.ofSystem(
                        "services",
                        "List the services and drivers that a Windows machine is set up to have.",
                        OperatingSystem::services,
                        new ServiceFormat(),
                        "memflow services memory.dmp",
                        "memflow services --json qemu:vm1"),
                ListCommand.ofSystem(
                        "drivers",
                        "List the driver objects of a Windows machine, and handlers outside of all modules.",
                        OperatingSystem::drivers,
                        new DriverFormat(),
                        "memflow drivers memory.dmp",
                        "memflow drivers --json qemu:vm1"),
                ListCommand.ofSystem(
                        "devices",
                        "List the device objects of a Windows machine, and what they are attached to.",
                        OperatingSystem::devices,
                        new DeviceFormat(),
                        "memflow devices memory.dmp",
                        "memflow devices --json qemu:vm1"),
                ListCommand.ofProcessOrAll(
                        "modules",
                        "List the modules of the kernel, or programs and libraries of one process.",
                        TargetProcess::modules,
                        OperatingSystem::modules,
                        new ModuleFormat(),
                        "memflow modules memory.raw",
                        "memflow modules --json 1 qemu:vm1"),
                ListCommand.ofProcessOrAll(
                        "module-details",
                        "Show versions, users, needs, parts and more of these modules.",
                        TargetProcess::moduleDetails,
                        OperatingSystem::moduleDetails,
                        new ModuleDetailsFormat(),
                        "memflow module-details memory.raw",
                        "memflow module-details --json 1 qemu:vm1"),
                new ModuleCommand<>(
                        "imports",
                        "List what a module takes from others.",
                        TargetModule::imports,
                        new ImportFormat(),
                        "memflow imports 1 busybox memory.raw",
                        "memflow imports --json 1 /lib/libc.so.6 qemu:vm1"),
                new ModuleCommand<>(
                        "exports",
                        "List what a module offers to others.",
                        TargetModule::exports,
                        new ExportFormat(),
                        "memflow exports 1 libc.so.6 memory.raw",
                        "memflow exports --json vmlinux qemu:vm1"),
                new ModuleCommand<>(
                        "sections",
                        "List the sections of a module.",
                        TargetModule::sections,
                        new SectionFormat(),
                        "memflow sections ext4 memory.raw",
                        "memflow sections --json 1 libc.so.6 qemu:vm1"),
                ListCommand.ofProcess(
                        "maps",
                        "List the memory regions of one process.",
                        TargetProcess::regions,
                        RegionFormat::new,
                        "memflow maps 1 memory.raw",
                        "memflow maps --json 1 qemu:vm1"));
    }
}
