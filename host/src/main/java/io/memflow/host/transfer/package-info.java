/** Memory of processes of this machine, copied by its kernel. */
package io.memflow.host.transfer;
