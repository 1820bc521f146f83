/** Sockets, from the kernel's tables and from open files, and network interfaces. */
package io.memflow.os.linux.socket;
