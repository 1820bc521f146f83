/** Regions of processes: virtual address descriptors (VADs). */
package io.memflow.os.windows.region;
