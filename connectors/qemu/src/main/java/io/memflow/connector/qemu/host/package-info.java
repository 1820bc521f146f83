/** What Linux tells about a running QEMU: its command line, its mappings, whether it is still the same process. */
package io.memflow.connector.qemu.host;
