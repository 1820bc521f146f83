/** The symbol list that a kernel build leaves beside the kernel. */
package io.memflow.formats.systemmap;
