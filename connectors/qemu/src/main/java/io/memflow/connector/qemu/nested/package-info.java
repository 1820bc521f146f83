/** A QEMU that runs inside another target, reached through nothing but that target's operating system. */
package io.memflow.connector.qemu.nested;
