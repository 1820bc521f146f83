/** The OS layer {@code native}: this machine's own Linux, its processes and their memory. */
package io.memflow.os.nativelinux;
