/** The registry of a running Windows: its hives as the kernel has them in memory, their keys and values, services. */
package io.memflow.os.windows.registry;
