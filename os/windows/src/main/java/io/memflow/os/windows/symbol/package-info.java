/**
 * The symbol file of a kernel: a program database that the user names, that lies in a folder of them, or that a symbol server
 * has. None is believed before its identity is that which the kernel names.
 */
package io.memflow.os.windows.symbol;
