/** Processes and threads: finding tasks and building their rows. */
package io.memflow.os.linux.task;
