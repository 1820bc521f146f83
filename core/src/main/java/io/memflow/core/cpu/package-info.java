/** The processors of a running machine: whether they run, holding them, their registers. */
package io.memflow.core.cpu;
