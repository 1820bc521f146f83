/** What a process may do and what it is shut into: capabilities, namespaces, control groups. */
package io.memflow.os.linux.identity;
