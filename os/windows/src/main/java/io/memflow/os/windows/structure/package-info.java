/** A Windows kernel that was found: its address space, its version and where the members of its structures lie. */
package io.memflow.os.windows.structure;
