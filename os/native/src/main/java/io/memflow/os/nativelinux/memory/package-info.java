/** Memory of processes: their regions, their bytes, where their pages are. */
package io.memflow.os.nativelinux.memory;
