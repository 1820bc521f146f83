/** Sockets and network interfaces. */
package io.memflow.os.nativelinux.socket;
