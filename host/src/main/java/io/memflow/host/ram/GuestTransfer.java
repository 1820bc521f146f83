package io.memflow.host.ram;

import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.RangeTable;
import io.memflow.host.transfer.ProcessTransfer;

/** A transfer whose requests are in guest-physical addresses. Confined. */
final class GuestTransfer extends ProcessTransfer implements RangeTable.RunConsumer {
    private final RangeTable ranges;

    /**
     * @param ranges a range's target is its address in the process
     */
    GuestTransfer(int pid, RangeTable ranges) {
        super(pid);
        this.ranges = ranges;
    }

    @Override
    public void run(MemoryBatch ofBegin, int request, long offset, long length, int range) {
        add(request, offset, ranges.target(range, ofBegin.address(request) + offset), length);
    }
}
