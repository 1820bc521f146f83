package io.memflow.core.memory;

import io.memflow.core.address.AddressRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Turns a batch's faults into named ranges. */
final class BatchGaps {
    private BatchGaps() {}

    /** The faulted runs of one request, ascending. */
    static List<Gap> of(MemoryBatch batch, int request) {
        List<Gap> gaps = new ArrayList<>();
        for (int i = 0; i < batch.faultCount(); i++) {
            if (batch.faultRequest(i) == request) {
                long start = batch.address(request) + batch.faultOffset(i);
                gaps.add(new Gap(new AddressRange(start, batch.faultLength(i)), batch.faultCause(i)));
            }
        }
        gaps.sort(Comparator.comparing(gap -> gap.range().start(), Long::compareUnsigned));
        return List.copyOf(gaps);
    }
}
