/** Threads of processes. */
package io.memflow.os.windows.thread;
