/** Reads of another process' memory, beside plain C that does the same. */
package io.memflow.bench.process;
