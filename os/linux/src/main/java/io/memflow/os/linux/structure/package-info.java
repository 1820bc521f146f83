/** Kernel structures: offsets by name, lists, and rows that survive unreadable fields. */
package io.memflow.os.linux.structure;
