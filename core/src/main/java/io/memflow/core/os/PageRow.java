package io.memflow.core.os;

import io.memflow.core.memory.PageRun;

/**
 * Where a run of a process' pages is.
 *
 * @param run virtual addresses, and where their bytes are or why they are missing
 */
public record PageRow(PageRun run, Provenance provenance) implements Row {}
