/** Processes and threads. */
package io.memflow.os.nativelinux.task;
