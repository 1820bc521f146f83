/** Reading a kernel's structures by the names of their members, whatever system the kernel is of. */
package io.memflow.core.structure;
