/** Registers that dumps have. */
package io.memflow.os.minidump.register;
