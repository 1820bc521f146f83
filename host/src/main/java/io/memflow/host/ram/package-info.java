/** Ways to the RAM of a machine that lies in a process: mapped in place, or copied from there. */
package io.memflow.host.ram;
