package io.memflow.os.minidump.register;

import io.memflow.core.cpu.Register;
import io.memflow.formats.crashdump.ProcessorContext;
import java.math.BigInteger;
import java.util.List;

/** Registers of a {@code CONTEXT} as rows of lists have them. Stateless. */
public final class ContextRegisters {
    /** {@code EFlags} and {@code Cpsr} have 32 bits on every machine (winnt.h). */
    private static final List<String> NARROW = List.of("eflags", "cpsr");

    private ContextRegisters() {}

    /** All of them, in the order of the structure. */
    public static List<Register> of(ProcessorContext context) {
        return context.registers().stream()
                .map(register -> register(register, context.machine()))
                .toList();
    }

    private static Register register(ProcessorContext.Register register, int machine) {
        boolean isNarrow = machine == ProcessorContext.MACHINE_X86 || NARROW.contains(register.name());
        return new Register(
                register.name(),
                isNarrow ? Integer.SIZE : Long.SIZE,
                new BigInteger(Long.toUnsignedString(register.value())));
    }
}
