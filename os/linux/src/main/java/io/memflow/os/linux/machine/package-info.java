/** Facts of the machine as a whole. */
package io.memflow.os.linux.machine;
