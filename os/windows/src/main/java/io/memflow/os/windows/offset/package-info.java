/**
 * Where the members of a kernel's structures lie, without a symbol server: published tables, the code of the kernel's own
 * accessor functions and the structures themselves each give a vote.
 */
package io.memflow.os.windows.offset;
