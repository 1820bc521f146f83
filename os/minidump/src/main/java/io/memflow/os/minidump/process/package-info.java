/** Minidumps of one process. */
package io.memflow.os.minidump.process;
