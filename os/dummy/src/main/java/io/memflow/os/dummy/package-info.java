/** The OS layer of made-up machines. */
package io.memflow.os.dummy;
