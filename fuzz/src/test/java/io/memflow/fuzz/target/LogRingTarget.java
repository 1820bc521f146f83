package io.memflow.fuzz.target;

import io.memflow.fuzz.FuzzTarget;
import io.memflow.os.linux.log.KernelLog;
import io.memflow.os.linux.structure.Declarations;
import io.memflow.os.linux.structure.KernelVersion;

/** The kernel log since 5.10: the input is kernel memory that starts with the pointer to the ring. */
public final class LogRingTarget implements FuzzTarget {
    private static final Declarations DECLARED = new Declarations()
            .symbol("prb", LogMachine.BASE)
            .member("printk_ringbuffer.desc_ring.count_bits", 0, 4)
            .member("printk_ringbuffer.desc_ring.descs", 8, 8)
            .member("printk_ringbuffer.desc_ring.infos", 16, 8)
            .member("printk_ringbuffer.desc_ring.head_id.counter", 24, 8)
            .member("printk_ringbuffer.desc_ring.tail_id.counter", 32, 8)
            .member("printk_ringbuffer.text_data_ring.size_bits", 40, 4)
            .member("printk_ringbuffer.text_data_ring.data", 48, 8)
            .size("prb_desc", 24)
            .member("prb_desc.state_var.counter", 0, 8)
            .member("prb_desc.text_blk_lpos.begin", 8, 8)
            .member("prb_desc.text_blk_lpos.next", 16, 8)
            .size("printk_info", 56)
            .member("printk_info.seq", 0, 8)
            .member("printk_info.ts_nsec", 8, 8)
            .member("printk_info.text_len", 16, 2)
            .member("printk_info.facility", 18, 1)
            .bits("printk_info.level", 19 * 8 + 5, 3, 1)
            .member("printk_info.caller_id", 20, 4)
            .member("printk_info.dev_info.subsystem", 24, 16)
            .member("printk_info.dev_info.device", 40, 16);

    private final LogMachine machine = new LogMachine();
    private final KernelLog log = KernelLog.of(machine.kernel(DECLARED, new KernelVersion(6, 1)));

    @Override
    public void use(byte[] input) {
        machine.hold(input);
        log.records().rows().forEach(Answers::take);
    }
}
