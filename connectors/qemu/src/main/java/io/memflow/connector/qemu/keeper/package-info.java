/**
 * A small process of its own that holds a machine paused on behalf of this one. It learns from the end of a pipe that this
 * process has ended, however it ended, and gives the machine back as it was found.
 */
package io.memflow.connector.qemu.keeper;
