/** The RAM of a machine that runs inside another target, in a process of that target's operating system. */
package io.memflow.host.nested;
