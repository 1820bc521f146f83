package io.memflow.core.cpu;

import java.util.List;
import java.util.OptionalLong;

/**
 * Registers of one processor, as many as the source gives. Immutable.
 *
 * @param processor its number, from 0
 * @param registers in the source's order
 */
public record CpuRegisters(int processor, List<Register> registers) {
    /** Copies the list. */
    public CpuRegisters {
        registers = List.copyOf(registers);
    }

    /** The low 64 bits of a register; empty when the source does not give it. */
    public OptionalLong value(String name) {
        return registers.stream()
                .filter(register -> register.name().equals(name))
                .mapToLong(register -> register.value().longValue())
                .findFirst();
    }
}
