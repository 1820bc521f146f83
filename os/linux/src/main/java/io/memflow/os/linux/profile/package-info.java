/** What files of symbols and types say of a kernel, and whether they are of the kernel in memory. */
package io.memflow.os.linux.profile;
