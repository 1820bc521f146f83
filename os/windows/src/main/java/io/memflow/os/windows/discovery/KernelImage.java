package io.memflow.os.windows.discovery;

import io.memflow.core.translate.VirtualMemory;
import io.memflow.formats.pe.PeImage;

/**
 * A kernel's image that was found.
 *
 * @param root the tables that map it
 * @param memory the space they span
 * @param image the image in it
 * @param origin how it was found, as a sentence fragment
 */
record KernelImage(RootCandidate root, VirtualMemory memory, PeImage image, String origin) {}
