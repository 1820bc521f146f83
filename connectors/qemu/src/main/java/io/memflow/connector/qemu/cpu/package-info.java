/** Control of a machine's processors through its QEMU's monitor. */
package io.memflow.connector.qemu.cpu;
