/** Running machines: where their memory lies, what pausing promises, what attaching leaves behind. */
package io.memflow.lab.live;
