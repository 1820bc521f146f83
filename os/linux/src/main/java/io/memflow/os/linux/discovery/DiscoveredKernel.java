package io.memflow.os.linux.discovery;

import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.os.OsInfo;
import io.memflow.os.linux.structure.Kernel;
import java.util.List;

/**
 * A kernel that was found, and how.
 *
 * @param steps in the order they were taken
 */
public record DiscoveredKernel(Kernel kernel, OsInfo info, List<DiscoveryStep> steps) {}
