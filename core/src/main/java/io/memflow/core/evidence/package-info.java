/** Objects that several structures of a kernel lead to, and where those structures disagree. */
package io.memflow.core.evidence;
