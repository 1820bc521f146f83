/** Finding a Windows kernel in physical memory: page tables, image, version, lists. */
package io.memflow.os.windows.discovery;
