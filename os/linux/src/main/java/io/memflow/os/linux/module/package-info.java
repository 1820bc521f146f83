/** Kernel modules. */
package io.memflow.os.linux.module;
