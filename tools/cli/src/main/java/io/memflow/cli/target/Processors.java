package io.memflow.cli.target;

import io.memflow.core.cpu.CpuControl;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.EnclosingSystem;

/** The processors of a target that is a running machine. Stateless. */
public final class Processors {
    private Processors() {}

    /**
     * Control of a target's processors.
     *
     * @throws MemflowException when the target has none that can be controlled
     */
    public static CpuControl of(PhysicalMemory memory) {
        return memory.capability(CpuControl.class)
                .orElseThrow(() -> new MemflowException(
                        ErrorOrigin.OTHER,
                        ErrorKind.NOT_SUPPORTED,
                        "The processors of %s cannot be reached: %s.".formatted(memory.description(), reason(memory))));
    }

    private static String reason(PhysicalMemory memory) {
        return memory.capability(EnclosingSystem.class).isPresent()
                ? "behind another step of a chain a machine has its memory only; a QEMU of this machine is the first step, as in -c qemu:NAME"
                : "an image has none, and a running QEMU needs a monitor (-qmp unix:PATH,server=on,wait=off) or a debugger stub (-c gdbstub:PATH)";
    }
}
