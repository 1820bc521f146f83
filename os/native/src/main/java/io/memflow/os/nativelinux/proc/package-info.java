/** Files of {@code /proc}, {@code /sys} and {@code /dev}: how they are read, and what it means when the kernel refuses. */
package io.memflow.os.nativelinux.proc;
