/** Minidumps of one process (minidumpapiset.h, "MINIDUMP_HEADER structure" and those it leads to). */
package io.memflow.formats.minidump;
