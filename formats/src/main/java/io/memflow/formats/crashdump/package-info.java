/**
 * Crash dumps of Windows kernels: full, bitmap, summary and triage ones (the structures {@code DUMP_HEADER32/64}, {@code
 * BITMAP_DUMP}, {@code SUMMARY_DUMP32/64} and {@code TRIAGE_DUMP32/64}, whose offsets Volatility's {@code crash_vtypes} and
 * {@code crash_common}, rizin and published listings of ntiodump.h agree on).
 */
package io.memflow.formats.crashdump;
