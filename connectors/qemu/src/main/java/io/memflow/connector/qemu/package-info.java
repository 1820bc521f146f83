/** The connector that reads a running QEMU's guest memory. */
package io.memflow.connector.qemu;
