/** Mounted file systems. */
package io.memflow.os.linux.mount;
