/** Processes: found through several structures, and what each is and may do. */
package io.memflow.os.windows.process;
