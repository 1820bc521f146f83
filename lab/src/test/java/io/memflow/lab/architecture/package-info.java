/** Checks that dependencies point one way, from the tools down to the core. */
package io.memflow.lab.architecture;
