/** The symbols a kernel exports to its modules. */
package io.memflow.formats.ksymtab;
