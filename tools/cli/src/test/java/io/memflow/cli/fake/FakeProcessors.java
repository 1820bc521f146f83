package io.memflow.cli.fake;

import io.memflow.core.cpu.CpuControl;
import io.memflow.core.cpu.CpuPause;
import io.memflow.core.cpu.CpuRegisters;
import io.memflow.core.cpu.CpuState;
import io.memflow.core.cpu.Register;
import java.math.BigInteger;
import java.util.List;

/** Two processors that note whether they are held. */
public final class FakeProcessors implements CpuControl {
    private int pauses;
    private boolean running = true;

    /** How often they were paused. */
    public int pauses() {
        return pauses;
    }

    /** Lets them run on, as the end of their memory does. */
    void release() {
        running = true;
    }

    @Override
    public CpuState state() {
        return running ? CpuState.RUNNING : CpuState.PAUSED;
    }

    @Override
    public CpuPause pause() {
        pauses++;
        running = false;
        return new Pause();
    }

    @Override
    public void resume() {
        running = true;
    }

    @Override
    public List<CpuRegisters> registers() {
        return List.of(
                new CpuRegisters(0, List.of(register("rax", 64, 0x1234), register("cr3", 64, 0x2e10000))),
                new CpuRegisters(1, List.of(register("x\u001b[2Jmm0", 128, 5))));
    }

    private static Register register(String name, int bits, long value) {
        return new Register(name, bits, BigInteger.valueOf(value));
    }

    private final class Pause implements CpuPause {
        @Override
        public CpuState before() {
            return CpuState.RUNNING;
        }

        @Override
        public void close() {
            release();
        }
    }
}
