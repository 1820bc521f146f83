/** Open files, places in the file system, mounts. */
package io.memflow.os.nativelinux.file;
