/** Programs of the kernel's virtual machine and the maps they share. */
package io.memflow.os.linux.bpf;
