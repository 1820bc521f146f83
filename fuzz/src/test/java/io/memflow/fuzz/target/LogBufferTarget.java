package io.memflow.fuzz.target;

import io.memflow.fuzz.FuzzTarget;
import io.memflow.os.linux.log.KernelLog;
import io.memflow.os.linux.structure.Declarations;
import io.memflow.os.linux.structure.KernelVersion;

/** The kernel log before 5.10: the input is kernel memory that starts with the variables which describe the buffer. */
public final class LogBufferTarget implements FuzzTarget {
    private static final Declarations DECLARED = new Declarations()
            .symbol("log_buf", LogMachine.BASE)
            .symbol("log_buf_len", LogMachine.BASE + 8)
            .symbol("log_first_seq", LogMachine.BASE + 16)
            .symbol("log_next_seq", LogMachine.BASE + 24)
            .symbol("log_first_idx", LogMachine.BASE + 32)
            .size("printk_log", 16)
            .member("printk_log.ts_nsec", 0, 8)
            .member("printk_log.len", 8, 2)
            .member("printk_log.text_len", 10, 2)
            .member("printk_log.facility", 14, 1)
            .bits("printk_log.level", 15 * 8 + 5, 3, 1);

    private final LogMachine machine = new LogMachine();
    private final KernelLog log = KernelLog.of(machine.kernel(DECLARED, new KernelVersion(5, 4)));

    @Override
    public void use(byte[] input) {
        machine.hold(input);
        log.records().rows().forEach(Answers::take);
    }
}
