/** Holds what was found in a kernel against itself. */
package io.memflow.os.linux.check;
