package io.memflow.core.os;

import io.memflow.core.cpu.Register;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Registers of a thread as the system, or a dump of it, keeps them. Those of the processors of a running machine are {@link
 * io.memflow.core.cpu.CpuRegisters}.
 *
 * @param pid id of its process; null when it is not known
 * @param tid its own id; null when it is not known
 * @param processor number of the processor it ran on; null when it is not known
 * @param registers in the source's order
 */
public record ThreadRegisters(
        @Nullable Integer pid,
        @Nullable Integer tid,
        @Nullable Integer processor,
        List<Register> registers,
        Provenance provenance)
        implements Row {
    public ThreadRegisters {
        registers = List.copyOf(registers);
    }
}
