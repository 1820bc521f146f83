/** Ways to the bytes of a QEMU's RAM: mapped in place, or copied from the process. */
package io.memflow.connector.qemu.ram;
