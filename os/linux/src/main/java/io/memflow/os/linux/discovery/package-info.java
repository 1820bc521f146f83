/** Finding a kernel in physical memory, step by step, each step checked by another. */
package io.memflow.os.linux.discovery;
