package io.memflow.os.minidump.file;

import io.memflow.core.address.AddressRange;
import io.memflow.core.os.DiscoveryStep.Confidence;
import io.memflow.core.os.DiscoverySteps;
import io.memflow.formats.crashdump.CapturedMemory;
import java.util.List;

/** Says of a file that was cut off what memory it does not have. Stateless. */
public final class MissingRanges {
    private MissingRanges() {}

    /** Adds a step where the file ends before memory that it lists. */
    public static void tell(CapturedMemory memory, DiscoverySteps steps) {
        List<AddressRange> missing = memory.missing();
        if (!missing.isEmpty()) {
            steps.add(
                    "file",
                    Confidence.MISSING,
                    "it ends before %d ranges of memory that it lists, the first of them %s"
                            .formatted(missing.size(), missing.getFirst()));
        }
    }
}
