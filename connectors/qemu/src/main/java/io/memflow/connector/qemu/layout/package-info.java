/** Which guest-physical memory lies where in QEMU: told by its monitor, or derived and then verified. */
package io.memflow.connector.qemu.layout;
