/** Small dumps of a kernel that stopped: triage dumps, and headers alone. */
package io.memflow.os.minidump.kernel;
