/** Processes of this machine, as {@code /proc} shows them. */
package io.memflow.host.process;
