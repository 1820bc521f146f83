/** The OS layer {@code minidump}. */
package io.memflow.os.minidump;
