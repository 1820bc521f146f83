/** Memory of a machine through the debugger stub of its QEMU, where its process cannot be reached. */
package io.memflow.connector.qemu.gdb;
