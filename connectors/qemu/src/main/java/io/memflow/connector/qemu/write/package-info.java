/** Whether a machine's memory may be written: only when the chain asks for it. */
package io.memflow.connector.qemu.write;
