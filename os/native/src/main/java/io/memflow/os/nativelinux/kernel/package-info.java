/** The kernel itself: its log, modules, symbols, types, and what it says of the machine. */
package io.memflow.os.nativelinux.kernel;
