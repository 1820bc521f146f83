package io.memflow.connector.qemu.gdb;

import io.memflow.connector.qemu.cpu.RegisterPrint;
import io.memflow.core.cpu.CpuControl;
import io.memflow.core.cpu.CpuPause;
import io.memflow.core.cpu.CpuRegisters;
import io.memflow.core.cpu.CpuState;
import io.memflow.core.cpu.ProcessorMemory;
import io.memflow.core.cpu.Register;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.ViewProperties;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The processors behind a stub. They stand still as long as it is connected, so pausing them changes nothing. Thread-safe.
 */
final class GdbProcessors implements CpuControl, ProcessorMemory {
    private static final int MOST_PROCESSORS = 1 << 12;

    private final GdbSession session;
    private final ViewProperties.Access access;

    GdbProcessors(GdbSession session, ViewProperties.Access access) {
        this.session = session;
        this.access = access;
    }

    @Override
    public CpuState state() {
        return session.ask(_ -> CpuState.PAUSED);
    }

    @Override
    public CpuPause pause() {
        CpuState before = session.ask(GdbStub::before);
        return new Still(before);
    }

    @Override
    public void resume() {
        throw new MemflowException(
                ErrorOrigin.CONNECTOR,
                ErrorKind.NOT_SUPPORTED,
                "A machine stands still while its debugger stub is connected: close the memory, then it runs on if it ran before; one that others paused runs on by cont in its monitor.");
    }

    @Override
    public List<CpuRegisters> registers() {
        return session.ask(stub -> {
            List<CpuRegisters> printed = RegisterPrint.parse(stub.monitor(RegisterPrint.COMMAND));
            GdbRegisterList described = GdbRegisterList.ask(stub);
            if (!described.isTrue()) {
                return printed;
            }
            List<CpuRegisters> all = new ArrayList<>();
            for (String thread : threads(stub)) {
                List<Register> first =
                        all.size() < printed.size() ? printed.get(all.size()).registers() : List.of();
                all.add(new CpuRegisters(all.size(), joined(first, described.values(stub, thread))));
            }
            return List.copyOf(all);
        });
    }

    /** Debuggers are shown registers that the monitor does not print, such as the system registers of AArch64. */
    private static List<Register> joined(List<Register> printed, List<Register> described) {
        Map<String, Register> all = new LinkedHashMap<>();
        printed.forEach(register -> all.put(register.name(), register));
        described.forEach(register -> all.putIfAbsent(register.name(), register));
        return List.copyOf(all.values());
    }

    @Override
    public MemoryView virtualMemory(int processor) {
        return session.ask(stub -> {
            List<String> threads = threads(stub);
            if (processor < 0 || processor >= threads.size()) {
                throw new MemflowException(
                        ErrorOrigin.CONNECTOR,
                        ErrorKind.ARG_VALIDATION,
                        "There is no processor %d: the machine has %d, numbered from 0."
                                .formatted(processor, threads.size()));
            }
            return new GdbVirtualMemory(
                    session, threads.get(processor), GdbRegisterList.ask(stub).pointerBytes(), access);
        });
    }

    /** The stub's names of the processors: qfThreadInfo and qsThreadInfo of GDB's manual, "General Query Packets". */
    private static List<String> threads(GdbStub stub) {
        List<String> threads = new ArrayList<>();
        String answer = stub.ask("qfThreadInfo");
        while (answer.startsWith("m")) {
            threads.addAll(List.of(answer.substring(1).split(",", -1)));
            if (threads.size() > MOST_PROCESSORS) {
                throw GdbPackets.malformed("more than %d processors".formatted(MOST_PROCESSORS));
            }
            answer = stub.ask("qsThreadInfo");
        }
        if (!answer.equals("l") || !threads.stream().allMatch(thread -> thread.matches("p?[0-9a-f.]{1,40}"))) {
            throw GdbPackets.malformed("the list of processors is \"%s\"".formatted(answer));
        }
        return List.copyOf(threads);
    }

    /** A pause of what stands still already. */
    private record Still(CpuState before) implements CpuPause {
        @Override
        public void close() {
            // The connection's end sets the machine going, not this.
        }
    }
}
