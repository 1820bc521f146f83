package io.memflow.guest;

import io.memflow.guest.host.HostProgram;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Builds the command line of a guest. Source of the options: QEMU's qemu-options.hx. */
final class QemuCommand {
    /** Errors only on the console, and an end instead of a halt after a panic. */
    private static final String KERNEL_ARGUMENTS = "quiet panic=-1";

    /** Where Bochs and QEMU have their debug port. */
    private static final String DEBUG_PORT = "0xe9";

    private QemuCommand() {}

    static List<String> words(GuestConfiguration configuration, GuestFolder folder) {
        List<String> words = new ArrayList<>(endWithParent());
        words.add(configuration.architecture().emulator().require().toString());
        words.addAll(List.of("-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"));
        words.addAll(List.of("-name", configuration.name(), "-accel", configuration.accelerator()));
        words.addAll(List.of("-cpu", configuration.cpu(), "-smp", String.valueOf(configuration.cpus())));
        addMemory(words, configuration, folder);
        words.addAll(List.of("-chardev", "file,id=console,path=" + escaped(folder.console())));
        words.addAll(List.of("-serial", "chardev:console"));
        words.addAll(List.of("-chardev", "socket,id=control,path=" + escaped(folder.controlSocket())));
        words.addAll(List.of("-mon", "chardev=control,mode=control"));
        if (configuration.monitor() == Monitor.ON) {
            words.addAll(List.of("-qmp", "unix:" + escaped(folder.monitorSocket()) + ",server=on,wait=off"));
        }
        if (configuration.debugPort() == DebugPort.ON) {
            words.addAll(List.of("-chardev", "file,id=debug,path=" + escaped(folder.debugPort())));
            words.addAll(List.of("-device", "isa-debugcon,iobase=" + DEBUG_PORT + ",chardev=debug"));
        }
        words.addAll(List.of("-kernel", configuration.kernel().toString()));
        words.addAll(List.of("-initrd", configuration.initramfs().toString()));
        String console = configuration.architecture().console();
        String arguments = "console=%s %s %s".formatted(console, KERNEL_ARGUMENTS, configuration.kernelArguments());
        words.addAll(List.of("-append", arguments.strip()));
        return words;
    }

    private static void addMemory(List<String> words, GuestConfiguration configuration, GuestFolder folder) {
        String size = configuration.memoryMiB() + "M";
        String machine = configuration.machine().option();
        String backend = switch (configuration.ramBacking()) {
            case SHARED_FILE -> "memory-backend-file,share=on,mem-path=" + escaped(folder.ramFile());
            case MEMFD -> "memory-backend-memfd,share=on";
            case ANONYMOUS_BACKEND -> "memory-backend-ram";
            case NONE -> "";
        };
        words.addAll(List.of("-m", size));
        if (backend.isEmpty()) {
            words.addAll(List.of("-machine", machine));
        } else {
            words.addAll(List.of("-object", backend + ",id=ram0,size=" + size));
            words.addAll(List.of("-machine", machine + ",memory-backend=ram0"));
        }
    }

    /** The kernel ends QEMU when the thread that started it ends, even one that had no time to clean up. */
    private static List<String> endWithParent() {
        return HostProgram.find("setpriv")
                .map(setpriv -> List.of(setpriv.toString(), "--pdeathsig", "KILL", "--"))
                .orElse(List.of());
    }

    /** QEMU's option lists end a value at a comma, and take a doubled one as part of it. */
    private static String escaped(Path path) {
        return path.toString().replace(",", ",,");
    }
}
