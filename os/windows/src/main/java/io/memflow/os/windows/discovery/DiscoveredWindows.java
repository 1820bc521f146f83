package io.memflow.os.windows.discovery;

import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.os.OsInfo;
import io.memflow.formats.pe.PeImage;
import io.memflow.os.windows.offset.OffsetElection;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.List;

/**
 * A kernel and how it was found.
 *
 * @param image the kernel's image
 * @param steps in the order they were taken
 * @param offsets who says where which member lies
 */
public record DiscoveredWindows(
        WindowsKernel kernel, PeImage image, OsInfo info, List<DiscoveryStep> steps, OffsetElection.Outcome offsets) {
    public DiscoveredWindows {
        steps = List.copyOf(steps);
    }
}
