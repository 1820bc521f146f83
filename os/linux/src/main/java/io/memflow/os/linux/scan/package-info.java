/** One pass over all physical memory. */
package io.memflow.os.linux.scan;
