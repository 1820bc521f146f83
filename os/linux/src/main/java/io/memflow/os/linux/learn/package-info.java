/** Offsets of kernel structures learned from the structures themselves, for kernels without type information. */
package io.memflow.os.linux.learn;
