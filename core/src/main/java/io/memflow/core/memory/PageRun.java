package io.memflow.core.memory;

import io.memflow.core.address.AddressRange;

/**
 * Virtual addresses whose bytes are in one piece of physical memory, or missing for one reason.
 *
 * @param range the virtual addresses
 * @param content of the first address; those of the others follow it
 */
public record PageRun(AddressRange range, PageContent content) {}
