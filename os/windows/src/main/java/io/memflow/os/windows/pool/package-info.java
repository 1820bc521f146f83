/** Pool memory of a Windows kernel: blocks found by their tags in all of memory. */
package io.memflow.os.windows.pool;
