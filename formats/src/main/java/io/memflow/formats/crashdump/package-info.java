/**
 * Crash dumps of Windows kernels: full, bitmap and triage ones (the structures {@code DUMP_HEADER32/64}, {@code
 * TRIAGE_DUMP64} and the summary header, whose offsets are published by Volatility's {@code crash_vtypes} and by rizin).
 */
package io.memflow.formats.crashdump;
