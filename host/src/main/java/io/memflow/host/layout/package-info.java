/** Proof, by the guest's own page tables, that RAM lies where a layout says. */
package io.memflow.host.layout;
