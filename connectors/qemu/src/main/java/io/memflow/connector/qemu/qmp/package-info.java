/** A client of QEMU's machine protocol (QMP), the JSON monitor of a running QEMU. */
package io.memflow.connector.qemu.qmp;
