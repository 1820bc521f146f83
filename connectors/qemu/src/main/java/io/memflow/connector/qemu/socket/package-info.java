/** Connections to a running QEMU, each wait with an end. */
package io.memflow.connector.qemu.socket;
