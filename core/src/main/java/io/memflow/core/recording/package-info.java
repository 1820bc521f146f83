/** Views that write down every access and its outcome, and views that answer from what was written down. */
package io.memflow.core.recording;
